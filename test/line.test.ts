import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { crc32, gzipSync } from "node:zlib";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import { makeTar, makeZip } from "../fixtures/archives.ts";
import {
  activePdf,
  japanesePdf,
  photo,
  textPdf,
} from "../fixtures/documents.ts";
import {
  eicar,
  encodeJapanese,
  htmlMail,
  japaneseMail,
  mixedMail,
  type JapaneseCharset,
} from "../fixtures/mail.ts";
import { makeOutlookMessage, makeTnef } from "../fixtures/outlook.ts";
import { openClient } from "../fixtures/smtp/dialog.ts";
import { SYSTEM_DATABASE } from "../src/scan/clamd-process.ts";
import { lookAtSignatures } from "../src/scan/database.ts";
import { readZip } from "../src/verify/zip.ts";
import { complaintsAboutMail, UNCLEAN_MARK } from "./support/clean.ts";
import { TestGateway, type DeliveredMail } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { DOMAIN, sendRaw, textMail } from "./support/send.ts";
import { zipOf } from "./support/zip.ts";

const run = promisify(execFile);

describeWith([...GATEWAY_PROGRAMS, "swaks"], "a whole gateway", () => {
  let gateway: TestGateway;
  let files: string;

  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), "sekisho-files-"));
    gateway = await TestGateway.start({
      tenants: [
        { id: "town", name: "町", domains: [DOMAIN] },
        { id: "village", name: "村", domains: ["village.example.lg.jp"] },
      ],
    });
  });
  afterAll(async () => {
    await gateway.remove();
    await rm(files, { recursive: true, force: true });
  });

  /** The mail that came for this one. */
  async function passed(token: string): Promise<DeliveredMail> {
    return gateway.arrived((mail) => mail.raw.includes(token));
  }

  async function send(mail: Buffer | string, to?: string[]): Promise<string> {
    const answer = await sendRaw(gateway.ports.smtp, mail, to);
    return /^250 2\.0\.0 (\w{26})$/.exec(answer)?.[1] ?? answer;
  }

  const withId = (mail: Buffer, id: string) =>
    Buffer.from(
      mail.toString("latin1").replace("<fixture.1@", `<${id}@`),
      "latin1",
    );

  async function sendAndGet(mail: Buffer, id: string): Promise<DeliveredMail> {
    await send(withId(mail, id));
    return passed(`<${id}@`);
  }

  it("makes text, HTML, a PDF, a photo, a .docx and EICAR sent by swaks into one harmless mail", async () => {
    const file = async (name: string, bytes: Uint8Array | string) => {
      await writeFile(join(files, name), bytes);
      return `@${join(files, name)}`;
    };
    const attached = async (name: string, type: string, bytes: Uint8Array) => [
      ...["--attach-type", type, "--attach-name", name],
      ...["--attach", await file(name, bytes)],
    ];
    const docx = zipOf("word/document.xml", Buffer.from(UNCLEAN_MARK));
    await run("swaks", [
      ...["--server", `127.0.0.1:${gateway.ports.smtp}`],
      ...["--from", "sender@example.com", "--to", `clerk@${DOMAIN}`],
      ...["--header", "Subject: =?UTF-8?B?5Lya6K2w44Gu6LOH5paZ?="],
      ...["--header", "Message-Id: <swaks.1@example.com>"],
      ...["--header", "X-Mailer: hidden-maker"],
      ...["--attach-type", "text/plain; charset=UTF-8"],
      ...["--attach-body", await file("b.txt", "会議の資料を送ります。\r\n")],
      ...["--attach-type", "text/html; charset=UTF-8"],
      "--attach-body",
      await file("b.html", `<p>会議の資料</p><script>${UNCLEAN_MARK}</script>`),
      ...(await attached("shiryo.pdf", "application/pdf", textPdf(3))),
      ...(await attached("genba.jpg", "image/jpeg", await photo())),
      ...(await attached("keikaku.docx", "application/msword", docx)),
      ...(await attached("gift.com", "application/octet-stream", eicar())),
    ]);
    const arrived = await passed("<swaks.1@example.com>");
    const { mail } = arrived;

    expect(complaintsAboutMail(arrived)).toEqual([]);
    expect(mail.subject).toBe("会議の資料");
    expect(mail.text).toMatch(/^会議の資料を送ります。/);
    expect(mail.text).toContain("【無害化の記録】");
    expect(mail.text).toMatch(
      /・shiryo\.pdf.*\n　→ 画像のPDF（3ページ）に作り直しました：shiryo\.pdf/,
    );
    expect(mail.text).toMatch(
      /・genba\.jpg.*\n　→ 画像を作り直しました：genba\.jpg/,
    );
    expect(mail.text).toMatch(/・keikaku\.docx.*\n　→ 変換できない種類：/);
    expect(mail.text).toMatch(/・gift\.com.*\n　→ ウイルスを検出：/);
    expect(mail.text).toContain("原本は、管理者が保管しています");

    expect(mail.attachments.map(({ filename }) => filename)).toEqual([
      "shiryo.pdf",
      "genba.jpg",
    ]);
    const [pdf, picture] = mail.attachments;
    expect(pdf!.content.subarray(0, 5).toString()).toBe("%PDF-");
    const document = await PDFDocument.load(pdf!.content);
    expect(document.getPageCount()).toBe(3);
    const { width, height, exif } = await sharp(picture!.content).metadata();
    expect([width, height, exif]).toEqual([30, 40, undefined]);
    const red = await sharp(picture!.content).raw().toBuffer();
    expect(red[0]).toBeGreaterThan(200);
  });

  it.each<[JapaneseCharset, string]>([
    ["utf-8", "㈱髙﨑商店 ①番 𠮷野家 🗾"],
    ["iso-2022-jp", "総務課の会議 カタカナ かな 漢字"],
    ["cp932", "㈱髙﨑商店 ①番 ～ ｶﾅ"],
    ["euc-jp", "総務課の会議 カタカナ ｶﾅ"],
  ])("reads a %s mail as its sender wrote it", async (charset, words) => {
    const mail = japaneseMail({ charset, subject: words, body: words });
    const arrived = await sendAndGet(mail, `charset-${charset}`);
    expect(arrived.mail.subject).toBe(words);
    expect(arrived.mail.text?.split("\n")[0]).toBe(words);
    expect(arrived.mail.from?.text).toBe('"山田" <taro@example.com>');
  });

  it("makes text of an HTML mail and keeps the address behind a link readable", async () => {
    const html = `<h1>お知らせ</h1><p>詳しくは<a href="https://example.com/a">こちら</a></p><img src="http://127.0.0.1:1/x"><script>${UNCLEAN_MARK}</script>`;
    const arrived = await sendAndGet(
      htmlMail({ subject: "HTML", html }),
      "html-1",
    );
    expect(complaintsAboutMail(arrived)).toEqual([]);
    expect(arrived.mail.text).toContain("お知らせ");
    expect(arrived.mail.text).toContain("https://example.com/a");
  });

  it("unpacks winmail.dat and an Outlook message: texts, files, a message in the message, and the virus in it held", async () => {
    const winmail = makeTnef({
      subject: "会議",
      body: "添付をご覧ください。",
      files: [{ name: "予算.csv", bytes: Buffer.from("科目,金額\r\n") }],
    });
    const message = makeOutlookMessage({
      subject: "転送",
      body: "外側の文",
      files: [{ name: "図面.pdf", bytes: textPdf(1) }],
      inner: {
        subject: "元のメール",
        body: "内側の文",
        files: [{ name: "gift.com", bytes: eicar() }],
      },
    });
    const mail = mixedMail({
      text: "添付をご覧ください。",
      attachments: [
        { name: "winmail.dat", type: "application/ms-tnef", bytes: winmail },
        {
          name: "転送.msg",
          type: "application/vnd.ms-outlook",
          bytes: message,
        },
      ],
    });
    const arrived = await sendAndGet(mail, "outlook-1");
    expect(complaintsAboutMail(arrived)).toEqual([]);
    const { text = "", attachments } = arrived.mail;
    expect(text.match(/添付をご覧ください。/g)).toHaveLength(1);
    expect(text).toMatch(/件名：転送\n差出人：山田 太郎 <taro@example.com>/);
    expect(text).toMatch(/外側の文[\s\S]*件名：元のメール[\s\S]*内側の文/);
    expect(text).toMatch(/・gift\.com.*\n　→ ウイルスを検出：/);
    expect(attachments.map(({ filename }) => filename)).toEqual([
      "予算.csv",
      "図面.pdf",
    ]);
  });

  it("gives an archive back as one ZIP of new files, tells what it left out, and holds one with a virus", async () => {
    const members = [
      { name: "工事/図面.pdf", bytes: textPdf(2) },
      { name: "工事/一覧.csv", bytes: Buffer.from("番号,名\r\n1,表\r\n") },
      { name: "工事/計画.jww", bytes: Buffer.from("\0JwwData.") },
    ].map(({ name, bytes }) => ({
      name: encodeJapanese(name, "cp932"),
      bytes,
    }));
    const virus = [{ name: "gift.com", bytes: eicar() }];
    const mail = mixedMail({
      text: "資料です。",
      attachments: [
        { name: "工事.zip", type: "application/zip", bytes: makeZip(members) },
        {
          name: "gift.tgz",
          type: "application/gzip",
          bytes: gzipSync(makeTar(virus)),
        },
      ],
    });
    const arrived = await sendAndGet(mail, "archive-1");
    expect(complaintsAboutMail(arrived)).toEqual([]);
    const { text = "", attachments } = arrived.mail;
    expect(text).toMatch(
      /・工事\.zip（ZIP圧縮）\n　→ 中のファイルを作り直し（2個）、新しいZIPにまとめました：工事\.zip/,
    );
    expect(text).toMatch(
      /・工事\/計画\.jww（.*工事\.zipの中）\n　→ 変換できない種類：/,
    );
    expect(text).toMatch(/・gift\.tgz.*\n　→ ウイルスを検出：/);
    expect(attachments.map(({ filename }) => filename)).toEqual(["工事.zip"]);
    const files = readZip(attachments[0]!.content, (bytes) => crc32(bytes));
    expect(files.map(({ type }) => type)).toEqual([
      "text/plain",
      "application/pdf",
      "text/csv",
    ]);
    expect(Buffer.from(files[2]!.bytes).toString()).toContain("1,表");
  });

  it("draws a PDF whose Japanese font is not in the file, takes scripts out of another, and makes the file in that one anew beside it", async () => {
    const mail = mixedMail({
      text: "二つ",
      attachments: [
        {
          name: "議事録.pdf",
          type: "application/pdf",
          bytes: japanesePdf("議事録"),
        },
        {
          name: "active.pdf",
          type: "application/pdf",
          bytes: Buffer.from(activePdf()),
        },
      ],
    });
    const arrived = await sendAndGet(mail, "pdf-2");
    expect(complaintsAboutMail(arrived)).toEqual([]);
    expect(arrived.mail.attachments.map(({ filename }) => filename)).toEqual([
      ...["議事録.pdf", "active.pdf", "a.txt"],
    ]);
    expect(arrived.mail.text).toContain(
      "埋め込まれていた動作（スクリプト、リンク、フォームなど）を取り除きました",
    );
    // One name in it stands in disguise.
    expect(arrived.mail.text).toContain(
      "ウイルス検査が疑わしい作りを指摘した文書です",
    );
    expect(arrived.mail.headers.get("x-sekisho-verdict")).toBe("cleaned");
  });

  it("gives three recipients of one mail one copy with all three on its envelope", async () => {
    const people = ["a", "b", "c"].map((name) => `${name}@${DOMAIN}`);
    await send(textMail("three-people"), people);
    const arrived = await passed("<three-people@");
    expect(await gateway.envelopeOf(arrived)).toEqual({
      reversePath: "sender@example.com",
      recipients: people,
    });
  });

  it("takes 20 mails over one connection", async () => {
    const client = await openClient(gateway.ports.smtp);
    await client.reply();
    await client.say("EHLO client.example\r\n");
    await client.reply();
    for (let n = 1; n <= 20; n += 1) {
      for (const line of [
        "MAIL FROM:<s@example.com>",
        `RCPT TO:<clerk@${DOMAIN}>`,
        "DATA",
      ]) {
        await client.say(`${line}\r\n`);
        await client.reply();
      }
      const mail = textMail(`same-line-${n}-end`).replace(/[^\0-\x7f]/g, "x");
      await client.say(`${mail}.\r\n`);
      expect(await client.reply()).toMatch(/^250 2\.0\.0 /);
    }
    client.close();
    for (let n = 1; n <= 20; n += 1) await passed(`<same-line-${n}-end@`);
  });

  it("takes mail for both tenants, keeps them apart, and defers the other one's recipient in one transaction", async () => {
    const item = await send(textMail("to-village"), [
      "head@village.example.lg.jp",
    ]);
    await passed("<to-village@");
    const shown = await gateway.command("quarantine", "show", item, "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject({
      tenant: "village",
      state: "delivered",
    });
    await gateway.says(`
      S: 220
      C: EHLO client.example
      S: 250
      C: MAIL FROM:<s@example.com>
      S: 250
      C: RCPT TO:<clerk@${DOMAIN}>
      S: 250 2.1.5
      C: RCPT TO:<head@village.example.lg.jp>
      S: 452
    `);
  });

  it("refuses a domain that is not its own with 550 5.7.1", async () => {
    await gateway.says(`
      S: 220 gate.test ESMTP
      C: EHLO client.example
      S: 250
      C: MAIL FROM:<s@example.com>
      S: 250 2.1.0
      C: RCPT TO:<someone@elsewhere.example>
      S: 550 5.7.1
    `);
  });

  it("keeps what threads hang on, and no header that is not on its list", async () => {
    const mail = textMail("thread-1").replace(
      "MIME-Version",
      [
        "In-Reply-To: <first@example.com>",
        "References: <root@example.com>\r\n <first@example.com>",
        `X-Evil: ${UNCLEAN_MARK}`,
        "X-Sekisho-Verdict: clean",
        `Received: from ${UNCLEAN_MARK} by example.com; Sat, 21 Nov 2026 08:00:00 +0900`,
        "Disposition-Notification-To: <spy@example.com>",
        "MIME-Version",
      ].join("\r\n"),
    );
    const item = await send(mail);
    const arrived = await passed("<thread-1@");
    expect(complaintsAboutMail(arrived)).toEqual([]);
    const { mail: read } = arrived;
    expect(read.messageId).toBe("<thread-1@example.com>");
    expect(read.inReplyTo).toBe("<first@example.com>");
    expect(read.references).toEqual([
      "<root@example.com>",
      "<first@example.com>",
    ]);
    expect(read.headers.get("x-sekisho-item")).toBe(item);
    expect(read.headers.get("x-sekisho-verdict")).toBe("clean");
    expect(read.headers.get("x-sekisho-certificate")).toMatch(/^[0-9a-f]{64}$/);
    expect(read.date).toEqual(new Date("2026-11-21T09:00:00+09:00"));
  });

  it("says the same bytes for the same mail but for its number", async () => {
    const once = await send(textMail("twice-same"));
    const again = await send(textMail("twice-same"));
    const both = await gateway.arrivedAll(
      (mail) => mail.raw.includes("<twice-same@"),
      2,
    );
    const plain = both.map(({ raw }) =>
      unnumbered(raw.toString("latin1"), [once, again]),
    );
    expect(plain[0]).toBe(plain[1]);
  });

  // ---------------------------------------------------------------- quarantine

  const ambiguous = (token: string) =>
    textMail(token).replace(
      "Content-Type: text/plain",
      "Content-Type: text/html; charset=UTF-8\r\nContent-Type: text/plain",
    );

  it("never releases a virus, and lets it be discarded once with a reason", async () => {
    const item = await send(
      withId(
        mixedMail({
          text: "どうぞ",
          attachments: [
            { name: "a.com", type: "application/x", bytes: eicar() },
          ],
        }),
        "virus-1",
      ),
    );
    const arrived = await passed("<virus-1@");
    expect(complaintsAboutMail(arrived)).toEqual([]);
    const listed = await gateway.command("quarantine", "list");
    expect(listed.stdout).toMatch(
      new RegExp(`^${item} .*ウイルスを検出（VIRUS_FOUND）  a\\.com`, "m"),
    );
    const released = await gateway.command(
      ...["quarantine", "release", item, "--reason", "please"],
    );
    expect(released.code).toBe(1);
    expect(released.stderr).toContain("a virus is never released");

    const bare = await gateway.command("quarantine", "discard", item);
    expect([bare.code, bare.stderr]).toEqual([
      2,
      expect.stringContaining("--reason"),
    ]);
    const gone = await gateway.command(
      ...["quarantine", "discard", item, "--reason", "test", "--by", "sato"],
    );
    expect([gone.code, gone.stdout]).toEqual([0, `discarded ${item}\n`]);
    const shown = await gateway.command("quarantine", "show", item);
    expect(shown.stdout).toContain("discarded by sato: test");
    const again = await gateway.command(
      ...["quarantine", "discard", item, "--reason", "test"],
    );
    expect(again.code).toBe(1);
  });

  it("holds a mail that can be read in two ways; released twice at once it arrives once and one person hears so", async () => {
    const item = await send(ambiguous("ambiguous-1"));
    await gateway.settled();
    expect((await gateway.held()).filter((hold) => hold.item === item)).toEqual(
      [expect.objectContaining({ code: "AMBIGUOUS_STRUCTURE", part: null })],
    );
    const release = [
      ...["quarantine", "release", item],
      ...["--reason", "phoned the sender"],
    ];
    const answers = await Promise.all([
      gateway.command(...release, "--by", "sato"),
      gateway.command(...release, "--by", "suzuki"),
    ]);
    expect(answers.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(answers.find(({ code }) => code === 1)?.stderr).toMatch(
      /is not held, or somebody released it before you/,
    );
    const arrived = await passed("<ambiguous-1@");
    expect(complaintsAboutMail(arrived)).toEqual([]);
    expect(arrived.mail.text).toContain("ambiguous-1 の本文 1 行目です。");
    await gateway.settled();
    const third = await gateway.command(...release);
    expect(third.code).toBe(1);
    const all = await gateway.mailbox();
    expect(all.filter(({ raw }) => raw.includes("<ambiguous-1@"))).toHaveLength(
      1,
    );
    expect((await gateway.held()).map((hold) => hold.item)).not.toContain(item);
  });

  it("says clearly that there is no such item, and that something is no item", async () => {
    const nobody = "0".repeat(26);
    const shown = await gateway.command("quarantine", "show", nobody);
    expect([shown.code, shown.stderr]).toEqual([
      1,
      `there is no item ${nobody}\n`,
    ]);
    const wrong = await gateway.command("quarantine", "show", "../../etc");
    expect(wrong.code).toBe(2);
  });

  // ---------------------------------------------------------------- other commands

  it("answers queue, doctor, config check and audit verify with exit 0 while all is well; signatures of test files alone are not", async () => {
    await gateway.settled();
    const [queue, doctor, config, audit] = await Promise.all([
      gateway.command("queue", "--json"),
      gateway.command("doctor", "--json"),
      gateway.command("config", "check"),
      gateway.command("audit", "verify"),
    ]);
    expect(JSON.parse(queue.stdout)).toMatchObject({
      lanes: [
        { lane: "inspect", waiting: 0, oldestMs: null },
        { lane: "sanitize", waiting: 0 },
        { lane: "deliver", waiting: 0 },
      ],
    });
    const findings = doctor.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { what: string; ok: boolean });
    expect(findings.map(({ what }) => what).sort()).toEqual([
      ...["alerts", "archives", "clock", "disk", "fonts", "lgwan"],
      ...["ocr", "office", "pit", "port", "port", "rights", "scanner"],
    ]);
    const { kind } = await lookAtSignatures(SYSTEM_DATABASE);
    expect([
      doctor.code,
      findings.filter(({ ok }) => !ok).map(({ what }) => what),
    ]).toEqual(kind === "real" ? [0, []] : [1, ["scanner"]]);
    if (kind !== "real")
      expect(doctor.stdout).toContain("TEST SIGNATURES ONLY");
    expect([config.code, config.stdout]).toEqual([
      0,
      `${gateway.configFile} is valid\n`,
    ]);
    expect([audit.code, audit.stdout]).toEqual([
      0,
      expect.stringMatching(/^the chain holds: \d{2,} entries\n$/),
    ]);
  });

  it("refuses to run a second gateway on the same folder", async () => {
    const second = await gateway.command("up");
    expect(second.code).toBe(1);
    expect(second.stderr).toContain("STORE_LOCKED");
  });

  // ---------------------------------------------------------------- console

  const get = (path: string) =>
    fetch(`http://127.0.0.1:${gateway.ports.console}${path}`);

  it("shows hostile subjects, senders and file names as text, in pages without script", async () => {
    const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>`;
    const mail = mixedMail({
      text: `${hostile}\n本文`,
      subject: hostile,
      attachments: [
        { name: `${hostile}.exe`, type: "application/x", bytes: eicar() },
        {
          name: `${hostile}.txt`,
          type: "text/plain",
          bytes: Buffer.from(hostile),
        },
      ],
    });
    const from = Buffer.from(hostile).toString("base64");
    const named = mail
      .toString("latin1")
      .replace("=?UTF-8?B?5bGx55Sw?=", `=?UTF-8?B?${from}?=`);
    const item = await send(withId(Buffer.from(named, "latin1"), "hostile-1"));
    const { name } = await passed("<hostile-1@");
    for (const path of ["/", "/mailbox", `/mailbox/${name}`]) {
      const answer = await get(path);
      const page = await answer.text();
      expect([path, answer.status]).toEqual([path, 200]);
      expect(page).not.toMatch(/<script|<img|<[^>]* on\w+=/i);
      expect(page).toContain("&lt;script&gt;");
      const policy = answer.headers.get("content-security-policy");
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain("script-src");
      if (path === "/") expect(page).toContain(item);
    }
    const file = await get(`/mailbox/${name}/0`);
    expect(file.headers.get("content-disposition")).toMatch(/^attachment;/);
    expect(file.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(file.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("is healthy and ready, and knows no other paths", async () => {
    expect([
      (await get("/healthz")).status,
      (await get("/readyz")).status,
    ]).toEqual([200, 200]);
    for (const path of [
      "/mailbox/..%2f..%2fledger.db",
      "/mailbox/%2e%2e/keys",
      "/nothing",
      "/mailbox/x/99999",
    ])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  // ---------------------------------------------------------------- last: it breaks the record

  it("finds the first entry of the record that somebody changed", async () => {
    const database = new DatabaseSync(join(gateway.folder, "ledger.db"));
    const { seq } = database
      .prepare("SELECT seq FROM audit WHERE act = 'released' LIMIT 1")
      .get() as { seq: number };
    database
      .prepare("UPDATE audit SET actor = 'nobody' WHERE seq = ?")
      .run(seq);
    database.close();
    const verified = await gateway.command("audit", "verify");
    expect(verified.code).toBe(1);
    expect(verified.stderr).toContain(`the chain is broken at entry ${seq}`);
  });
});

/** But for its number and the time it came; numbers are of one length. The text is base64; it is opened first. */
function unnumbered(raw: string, numbers: readonly string[]): string {
  const at = raw.indexOf("\r\n\r\n");
  const body = Buffer.from(raw.slice(at), "base64").toString();
  return numbers.reduce(
    (text, number) => text.replaceAll(number, "NUMBER"),
    raw.slice(0, at).replace(/^(Received: by .*\r\n ).*/, "$1TIME") + body,
  );
}
