import { describe, expect, it } from "@jest/globals";
import type { UntrustedContent } from "../core/content.ts";
import { createAuthenticate } from "./authenticate.ts";

const FRONT = {
  name: "mx.town.example",
  addresses: ["192.0.2.25", "2001:db8::25"],
};
const FIELD = {
  name: "Authentication-Results",
  untrustedValue: "mx.town.example; dmarc=pass header.from=bank.example",
};

const mailFrom = (address: string, headers = [FIELD]) => ({
  envelope: {
    ...{ reversePath: "", recipients: [], smtpUtf8: false },
    client: { address, helo: "", tls: false },
  },
  original: null as unknown as UntrustedContent,
  headers,
});

const create = (trustedServer: typeof FRONT | null) =>
  createAuthenticate({ resolver: null, deadlineMs: 500, trustedServer });

describe("where the sender is checked", () => {
  it("is nowhere unless it is set up", async () => {
    expect(await create(null)).toBeNull();
  });

  it("the trusted server's word counts from its own addresses alone", async () => {
    const authenticate = await create(FRONT);
    const told = async (address: string) =>
      (await authenticate?.(mailFrom(address)))?.dmarc.result;
    expect(await told("192.0.2.25")).toBe("pass");
    expect(await told("2001:DB8:0::25")).toBe("pass");
    expect(await told("::ffff:192.0.2.25")).toBe("pass");
    expect(await told("192.0.2.26")).toBeUndefined();
    expect(await told("")).toBeUndefined();
  });

  it("of a mail about which that server says nothing, nothing is known", async () => {
    const authenticate = await create(FRONT);
    const told = await authenticate?.(mailFrom("192.0.2.25", []));
    expect(told).toMatchObject({
      ...{ by: "server", dkim: [] },
      ...{ spf: { result: "none" }, dmarc: { result: "none" } },
    });
  });
});
