import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { MAX_PASSAGES } from "../src/smtp/data-checks.ts";
import { freePort, TestGateway } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { sendRaw, textMail } from "./support/send.ts";

/** Somebody set the inner mail server's address to the gateway's own, or that server sends everything back. */
describeWith(GATEWAY_PROGRAMS, "a gateway that delivers to itself", () => {
  let gateway: TestGateway;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    gateway = await TestGateway.start({
      settings: { smtp: { port }, lgwan: { port, builtInMailbox: false } },
    });
  });
  afterAll(() => gateway.remove());

  it(`ends the loop after ${MAX_PASSAGES} passages with one held mail that says why`, async () => {
    await sendRaw(port, textMail("round-and-round"));
    const counts = await gateway.settled();
    expect(counts).toMatchObject({ delivered: MAX_PASSAGES - 1, held: 1 });
    const [hold, ...others] = await gateway.held();
    expect(others).toEqual([]);
    expect(hold).toMatchObject({
      code: "DELIVERY_REFUSED",
      detail: expect.stringContaining("554 5.4.6 Mail loop"),
    });
  });
});
