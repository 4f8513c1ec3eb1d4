import { afterAll, beforeAll, expect, it } from "@jest/globals";
import {
  cutOff,
  formBombPdf,
  pageTreeLoopPdf,
  textPdf,
  wideBombPng,
} from "../fixtures/documents.ts";
import { eicar, mixedMail } from "../fixtures/mail.ts";
import { REASONS } from "../src/policy/reasons.ts";
import type { HoldCode } from "../src/core/verdict.ts";
import { complaintsAboutMail } from "./support/clean.ts";
import { TestGateway, type DeliveredMail } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { DOMAIN, sendRaw, textMail } from "./support/send.ts";

/** What SMTP itself refuses is played in `fixtures/smtp/*.dialog`; here is what gets in and is not what it should be. */
describeWith(GATEWAY_PROGRAMS, "a gateway and bad content", () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start();
  });
  afterAll(() => gateway.remove());

  let next = 0;
  /** Sends, waits for its end, and shows that the next ordinary mail passes. */
  async function pass(raw: Buffer | string): Promise<{
    readonly item: string;
    readonly came: readonly DeliveredMail[];
  }> {
    const answer = await sendRaw(gateway.ports.smtp, raw);
    const item = /^250 2\.0\.0 (\w{26})$/.exec(answer)?.[1] ?? answer;
    await gateway.settled(60_000);
    const came = (await gateway.mailbox()).filter((one) =>
      one.raw.includes(`X-Sekisho-Item: ${item}`),
    );
    for (const one of came) expect(complaintsAboutMail(one)).toEqual([]);
    const after = `after-${next++}`;
    await sendRaw(gateway.ports.smtp, textMail(after));
    await gateway.arrived((one) => one.raw.includes(`<${after}@`));
    return { item, came };
  }
  const heldFor = async (item: string): Promise<HoldCode | undefined> =>
    (await gateway.held()).find((row) => row.item === item)?.code as
      HoldCode | undefined;

  const HEAD = `From: a@example.com\r\nTo: clerk@${DOMAIN}\r\nSubject: x\r\n`;

  it.each([
    ["an empty mail", "\r\n"],
    ["a mail of headers only", HEAD],
    [
      "a mail in an unknown charset",
      `${HEAD}Content-Type: text/plain; charset=x-klingon\r\n\r\nplain words\r\n`,
    ],
    [
      "a mail without its final boundary",
      `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst words\r\n`,
    ],
  ])("delivers %s with a notice", async (_, raw) => {
    const { came } = await pass(raw);
    expect(came).toHaveLength(1);
    expect(came[0]?.mail.text).toContain("【無害化の記録】");
  });

  it("holds a mail whose boundary never comes, and says that its structure is unclear", async () => {
    const raw = `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--wrong\r\n\r\nwords\r\n--wrong--\r\n`;
    const { item, came } = await pass(raw);
    expect(came).toHaveLength(0);
    expect(["AMBIGUOUS_STRUCTURE", "NOT_UNDERSTOOD"]).toContain(
      await heldFor(item),
    );
  });

  it.each<[string, string, () => Uint8Array | Promise<Uint8Array>, HoldCode]>([
    [
      "a corrupt PDF",
      "壊れ.pdf",
      () => cutOff(textPdf(1), 0.1),
      "CONVERSION_FAILED",
    ],
    [
      "a PDF whose page tree loops",
      "輪.pdf",
      () => pageTreeLoopPdf(),
      "CONVERSION_FAILED",
    ],
    [
      "a PDF of 10^9 forms in forms",
      "爆弾.pdf",
      () => formBombPdf(10, 9),
      "CONVERSION_TIMEOUT",
    ],
    [
      "a PNG of 30,000 × 30,000",
      "巨大.png",
      () => wideBombPng(30_000),
      "PIXEL_LIMIT",
    ],
    ["EICAR in an attachment", "virus.com", () => eicar(), "VIRUS_FOUND"],
  ])(
    "holds %s and delivers the rest with the reason in words",
    async (_, name, make, code) => {
      const attachment = {
        name,
        type: "application/octet-stream",
        bytes: await make(),
      };
      const { item, came } = await pass(
        mixedMail({ text: "本文は届く", attachments: [attachment] }),
      );
      expect(await heldFor(item)).toBe(code);
      expect(came[0]?.mail.text).toContain("本文は届く");
      expect(came[0]?.mail.text).toContain(REASONS[code].message);
      expect(came[0]?.mail.attachments).toHaveLength(0);
    },
    90_000,
  );

  it("keeps EICAR out when it is the plain body", async () => {
    const { item, came } = await pass(`${HEAD}\r\n${eicar().toString()}\r\n`);
    expect(await heldFor(item)).toBe("VIRUS_FOUND");
    for (const one of came)
      expect(one.raw.includes("EICAR-STANDARD")).toBe(false);
  });
});
