import { describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { createAdmit } from "./admit.ts";

const tenants = [
  { id: "kawa", domains: ["kawa.lg.jp", "Town.Kawa.Example"] },
  { id: "yama", domains: ["yama.lg.jp"] },
];
const limits = { ...DEFAULT_LIMITS, maxRecipients: 2 };
const NONE = { tenant: null, recipients: [] };

describe("admit", () => {
  const admit = createAdmit({ tenants, limits, postmaster: null });

  it("finds the tenant by the whole domain, in any case", () => {
    expect(admit("Soumu@KAWA.lg.jp", NONE)).toEqual({
      tenant: "kawa",
      address: "Soumu@kawa.lg.jp",
    });
    expect(admit("a@town.kawa.example", NONE).tenant).toBe("kawa");
  });

  it.each([
    ["x@example.org", "SMTP_RELAY_DENIED"],
    ["x@sub.kawa.lg.jp", "SMTP_RELAY_DENIED"],
    ["x@kawa.lg.jp.example.org", "SMTP_RELAY_DENIED"],
    ["x%example.org@kawa.lg.jp", "SMTP_RELAY_DENIED"],
    ["example.org!x@kawa.lg.jp", "SMTP_RELAY_DENIED"],
    ["x@[127.0.0.1]", "SMTP_RELAY_DENIED"],
    ["x@__proto__", "SMTP_RELAY_DENIED"],
    ["x", "SMTP_BAD_ADDRESS"],
    ["postmaster@", "SMTP_BAD_ADDRESS"],
    ["総務@kawa.lg.jp", "SMTP_BAD_ADDRESS"],
  ])("refuses %s with %s", (address, code) => {
    expect(() => admit(address, NONE)).toThrow(code);
  });

  it("gives postmaster without a domain to that of the first tenant's first domain, or to the one that is named", () => {
    expect(admit("POSTMASTER", NONE)).toEqual({
      tenant: "kawa",
      address: "postmaster@kawa.lg.jp",
    });
    const withPostmaster = createAdmit({
      tenants,
      limits,
      postmaster: "soumu@yama.lg.jp",
    });
    expect(withPostmaster("Postmaster", NONE)).toEqual({
      tenant: "yama",
      address: "soumu@yama.lg.jp",
    });
  });

  it("takes recipients of one tenant in a transaction", () => {
    const soFar = { tenant: "kawa", recipients: ["a@kawa.lg.jp"] };
    expect(admit("b@kawa.lg.jp", soFar).tenant).toBe("kawa");
    expect(() => admit("b@yama.lg.jp", soFar)).toThrow(
      "SMTP_TOO_MANY_RECIPIENTS",
    );
  });

  it("refuses the third of 2 recipients, unless it is one of the 2", () => {
    const recipients = ["a@kawa.lg.jp", "b@kawa.lg.jp"];
    const soFar = { tenant: "kawa", recipients };
    expect(() => admit("c@kawa.lg.jp", soFar)).toThrow(
      "SMTP_TOO_MANY_RECIPIENTS",
    );
    expect(admit("A@kawa.lg.jp", soFar).tenant).toBe("kawa");
  });
});
