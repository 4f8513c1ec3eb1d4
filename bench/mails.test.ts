import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { simpleParser } from "mailparser";
import { makePdf, makePhoto } from "./documents.ts";
import { mailWith, smallMails, withBareLf, writeLargeMail } from "./mails.ts";

const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

describe("small mails", () => {
  it.each(["text", "alternative"] as const)(
    "of kind %s are the same on every run and all different",
    (kind) => {
      const first = smallMails(kind, 20).map(sha256);
      expect(smallMails(kind, 20).map(sha256)).toEqual(first);
      expect(new Set(first).size).toBe(20);
    },
  );

  it("are about 4 and 6 kB", () => {
    for (const mail of smallMails("text", 20)) {
      expect(mail.length).toBeGreaterThan(3500);
      expect(mail.length).toBeLessThan(4600);
    }
    for (const mail of smallMails("alternative", 20)) {
      expect(mail.length).toBeGreaterThan(5200);
      expect(mail.length).toBeLessThan(6800);
    }
  });

  it("are read by mailparser as Japanese, in UTF-8 and in ISO-2022-JP alike", async () => {
    for (const mail of smallMails("alternative", 2)) {
      const read = await simpleParser(mail);
      expect(read.subject).toMatch(/^【.+】.+について（第[12]報）$/);
      expect(read.text).toMatch(/^[ぁ-んァ-ヶー一-龠]+。/);
      expect(read.html).toContain("お知らせ");
    }
  });

  it("lose nothing but the CR of each line end for smtp-source", () => {
    const [mail] = smallMails("text", 1);
    const sent = withBareLf(mail ?? Buffer.alloc(0)).toString("latin1");
    expect(sent).not.toContain("\r");
    expect(sent.replaceAll("\n", "\r\n")).toBe(mail?.toString("latin1"));
  });
});

describe("a mail with an attachment", () => {
  it("carries the very bytes of it", async () => {
    const bytes = await makePhoto(1, 300, 80);
    const mail = mailWith({ name: "a.jpg", type: "image/jpeg", bytes }, 0);
    const { attachments } = await simpleParser(mail);
    expect(attachments.map(({ content }) => sha256(content))).toEqual([
      sha256(bytes),
    ]);
  });
});

describe("a large mail", () => {
  it("of 2 MB has 2,000,000 bytes within 5 % and four attachments", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sekisho-bench-mail-"));
    try {
      const path = join(folder, "large.eml");
      await writeLargeMail(path, 2);
      const mail = await readFile(path);
      expect(Math.abs(mail.length - 2e6)).toBeLessThan(1e5);
      expect((await simpleParser(mail)).attachments.length).toBe(4);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("a document", () => {
  it.each(["text", "charts", "photos"] as const)(
    "of kind %s has the same bytes on every run",
    async (kind) => {
      expect(sha256(await makePdf(kind, 2))).toBe(
        sha256(await makePdf(kind, 2)),
      );
    },
  );
});
