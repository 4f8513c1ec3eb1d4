import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { textPdf } from "../fixtures/documents.ts";
import { mixedMail } from "../fixtures/mail.ts";
import { verifyMail } from "../src/verify/mail.ts";
import { complaintsAboutMail } from "./support/clean.ts";
import { TestGateway, type DeliveredMail } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { DOMAIN, sendRaw } from "./support/send.ts";

const PASSWORD = "Kawa#2026-xY";
const DUTY = `duty@${DOMAIN}`;
const POLICY = { stagedDelivery: "on", secondMailPassword: "on" };
const tenant = (digests: object) => ({
  ...{ id: "town", name: "川の町", domains: [DOMAIN] },
  digests,
});

/** As people make them. */
async function lockedZip(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "sekisho-zip-"));
  try {
    await writeFile(join(folder, "memo.txt"), "ひみつのメモ\n");
    const args = ["a", "-tzip", "-mem=AES256", `-p${PASSWORD}`, "locked.zip"];
    await promisify(execFile)("7zz", [...args, "memo.txt"], { cwd: folder });
    return await readFile(join(folder, "locked.zip"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describeWith(
  [...GATEWAY_PROGRAMS, "7zz"],
  "a gateway with staged delivery, second-mail passwords and digests",
  () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await TestGateway.start({
        settings: { policy: POLICY },
        tenants: [tenant({ every: "none" })],
      });
    }, 60_000);
    afterAll(() => gateway.remove());

    it("shows the text and the attachments as two mails of one thread", async () => {
      const pdf = { name: "資料.pdf", type: "application/pdf" };
      const raw = mixedMail({
        ...{ text: "明日の会議の資料です。", subject: "会議" },
        attachments: [{ ...pdf, bytes: textPdf(2) }],
      });
      await sendRaw(gateway.ports.smtp, raw);
      const [text, files] = await gateway.arrivedAll(
        ({ mail }) => /会議$/.test(mail.subject ?? ""),
        2,
      );
      expect(text?.mail.subject).toBe("会議");
      expect(text?.mail.text).toContain("添付ファイルは処理中です");
      expect(text?.mail.attachments).toHaveLength(0);
      expect(files?.mail.subject).toBe("添付: 会議");
      expect(files?.mail.attachments[0]?.filename).toBe("資料.pdf");
      expect(files?.mail.inReplyTo).toBe(text?.mail.messageId);
    }, 60_000);

    it("opens a ZIP of 7-Zip with the password of the next mail, and writes it nowhere", async () => {
      const zip = { name: "locked.zip", type: "application/zip" };
      const raw = mixedMail({
        ...{ text: "パスワードは別途お送りします。", subject: "見積" },
        attachments: [{ ...zip, bytes: await lockedZip() }],
      });
      await sendRaw(gateway.ports.smtp, raw);
      const tell = `先ほどのファイルのパスワードです。\nパスワード：${PASSWORD}\n`;
      const telling = mixedMail({
        ...{ text: tell, subject: "パスワード" },
        attachments: [],
      });
      await sendRaw(gateway.ports.smtp, telling);
      const opened = await gateway.arrived(
        ({ mail }) =>
          mail.attachments.some(({ filename }) => filename === "locked.zip"),
        60_000,
      );
      expect(opened.mail.subject).toBe("添付: 見積");
      expect(opened.mail.text).toContain("パスワードで開き");
      expect(opened.mail.text).not.toContain(PASSWORD);
      await gateway.settled();
      expect(await gateway.held()).toEqual([]);
      expect(gateway.log).not.toContain(PASSWORD);
      for (const name of await readdir(gateway.folder)) {
        if (!name.startsWith("ledger.db")) continue;
        const bytes = await readFile(join(gateway.folder, name));
        expect([name, bytes.includes(PASSWORD)]).toEqual([name, false]);
      }
    }, 120_000);

    it("tells recipients and those on duty what is held", async () => {
      const raw = mixedMail({
        ...{ text: "ご確認ください。", subject: "図面" },
        attachments: [
          {
            ...{ name: "図面.dwg", type: "application/octet-stream" },
            bytes: Buffer.from("AC1027\0\0\0\0not a drawing"),
          },
        ],
      });
      await sendRaw(gateway.ports.smtp, raw);
      await gateway.settled();
      expect(await gateway.held()).toHaveLength(1);
      gateway = await gateway.restart({
        settings: { policy: POLICY },
        tenants: [tenant({ every: "hourly", dutyAddress: DUTY })],
      });
      const isOurs = ({ mail }: DeliveredMail) =>
        mail.subject?.startsWith("【関所】") === true;
      const told = await gateway.arrivedAll(isOurs, 2);
      const to = (
        await Promise.all(told.map((one) => gateway.envelopeOf(one)))
      ).map((envelope) => JSON.stringify(envelope));
      expect(to.some((one) => one.includes(DUTY))).toBe(true);
      expect(to.some((one) => one.includes(`clerk@${DOMAIN}`))).toBe(true);
      for (const { mail } of told) {
        expect(mail.text).toContain("図面.dwg → 変換できない種類");
        expect(mail.headers.get("auto-submitted")).toBe("auto-generated");
      }
    }, 120_000);

    it("lets nothing cross that the verifier would not take, and keeps an unbroken record", async () => {
      for (const one of await gateway.mailbox()) {
        expect(complaintsAboutMail(one)).toEqual([]);
        verifyMail(one.raw);
      }
      expect((await gateway.command("audit", "verify")).code).toBe(0);
    }, 60_000);
  },
);
