import { once } from "node:events";
import { createWriteStream } from "node:fs";
import Encoding from "encoding-japanese";
import { Random } from "./random.ts";

/** Mails as a Japanese office sends them, the same bytes on every run. Line ends are CRLF (RFC 5322 §2.1). */

const WORDS =
  "本日 会議 資料 送付 ご確認 よろしく お願い いたします 住民 窓口 申請 期限 来週 月曜日 予算 報告書 担当 課長 承認 手続き 添付 ファイル 変更 点 以下 の とおり です 関係 各位 庁内 連絡 システム 更新 作業 実施 予定 なお 不明 な 場合 は 問い合わせ ください".split(
    " ",
  );

export type SmallKind = "text" | "alternative";

export function smallMails(kind: SmallKind, count: number): Buffer[] {
  const random = new Random(kind === "text" ? 4 : 6);
  return Array.from({ length: count }, (_, at) =>
    kind === "text" ? textMail(random, at) : alternativeMail(random, at),
  );
}

/** About 4 kB on the wire; in turn UTF-8 in base64 and ISO-2022-JP in 7bit (RFC 1468). */
function textMail(random: Random, at: number): Buffer {
  const jis = at % 2 === 1;
  const part = textPart("plain", japanese(random, jis ? 4700 : 2600), jis);
  return Buffer.from(`${header(random, at, jis)}${part}`, "latin1");
}

/** About 6 kB: a plain text part and its HTML twin. */
function alternativeMail(random: Random, at: number): Buffer {
  const jis = at % 2 === 1;
  const text = japanese(random, jis ? 2900 : 1700);
  const paragraphs = text
    .split("\r\n")
    .map((line) => `<p style="margin:0">${line}</p>`)
    .join("\r\n");
  const html = `<html><body><h1>お知らせ</h1>${paragraphs}</body></html>`;
  return Buffer.from(
    `${header(random, at, jis)}${multipart("alternative", `alt-${at}`, [
      textPart("plain", text, jis),
      textPart("html", html, jis),
    ])}`,
    "latin1",
  );
}

export interface Attachment {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** A short text with one attachment. */
export function mailWith(attachment: Attachment, at: number): Buffer {
  const random = new Random(1000 + at);
  return Buffer.from(
    `${header(random, at, false)}${multipart("mixed", `mixed-${at}`, [
      textPart("plain", japanese(random, 400), false),
      attachmentHead(attachment) +
        base64Lines(Buffer.from(attachment.bytes)) +
        "\r\n",
    ])}`,
    "latin1",
  );
}

/** A mail of about `megabytes` × 10⁶ bytes with four attachments of random bytes, written piece by piece. */
export async function writeLargeMail(
  path: string,
  megabytes: number,
): Promise<void> {
  const random = new Random(megabytes);
  const file = createWriteStream(path);
  const write = async (text: string) => {
    if (!file.write(text, "latin1")) await once(file, "drain");
  };
  await write(
    header(random, megabytes, false) +
      "Content-Type: multipart/mixed; boundary=large\r\n\r\n--large\r\n" +
      textPart("plain", japanese(random, 20_000), false),
  );
  // Whole lines only: 57 bytes give 76 characters.
  const pieceBytes = 57 * 1000;
  const pieces = Math.round((megabytes * 1e6) / (pieceBytes * (78 / 57)) / 4);
  for (let attachment = 0; attachment < 4; attachment++) {
    const name = `scan-${attachment}.bin`;
    const type = "application/octet-stream";
    await write(`\r\n--large\r\n${attachmentHead({ name, type })}`);
    for (let piece = 0; piece < pieces; piece++) {
      await write(base64Lines(random.bytes(pieceBytes)));
    }
  }
  await write("\r\n--large--\r\n");
  file.end();
  await once(file, "close");
}

/** What `smtp-source -F` wants: it writes CRLF itself. */
export function withBareLf(mail: Buffer): Buffer {
  return Buffer.from(
    mail.toString("latin1").replaceAll("\r\n", "\n"),
    "latin1",
  );
}

function header(random: Random, at: number, jis: boolean): string {
  const subject = `【${random.pick(WORDS)}】${random.pick(WORDS)}${random.pick(WORDS)}について（第${at + 1}報）`;
  const encoded = encodedWord(subject, jis);
  return [
    `From: ${encodedWord("関所 太郎", jis)} <taro@sender.example>`,
    `To: ${encodedWord("窓口 花子", jis)} <hanako@city.example>`,
    `Subject: ${encoded}`,
    `Date: Mon, 16 Nov 2026 09:${String(at % 60).padStart(2, "0")}:00 +0900`,
    `Message-ID: <${random.next().toString(16)}.${at}@sender.example>`,
    "MIME-Version: 1.0",
    "X-Mailer: bench",
    "",
  ].join("\r\n");
}

/** RFC 2047 §2: words of at most 75 characters, each decodable alone. */
function encodedWord(text: string, jis: boolean): string {
  const charset = jis ? "ISO-2022-JP" : "UTF-8";
  const words: string[] = [];
  for (let from = 0; from < text.length; from += 10) {
    const bytes = encode(text.slice(from, from + 10), jis);
    words.push(`=?${charset}?B?${bytes.toString("base64")}?=`);
  }
  return words.join("\r\n ");
}

function textPart(type: "plain" | "html", text: string, jis: boolean): string {
  const bytes = encode(text, jis);
  const [charset, encoding] = jis
    ? ["iso-2022-jp", "7bit"]
    : ["utf-8", "base64"];
  const body = jis ? `${bytes.toString("latin1")}\r\n` : base64Lines(bytes);
  return `Content-Type: text/${type}; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`;
}

function attachmentHead({ name, type }: Omit<Attachment, "bytes">): string {
  return (
    `Content-Type: ${type}; name="${name}"\r\n` +
    `Content-Disposition: attachment; filename="${name}"\r\n` +
    "Content-Transfer-Encoding: base64\r\n\r\n"
  );
}

function multipart(subtype: string, mark: string, parts: readonly string[]) {
  const body = parts.map((part) => `--${mark}\r\n${part}\r\n`).join("");
  return `Content-Type: multipart/${subtype}; boundary="${mark}"\r\n\r\n${body}--${mark}--\r\n`;
}

function encode(text: string, jis: boolean): Buffer {
  if (!jis) return Buffer.from(text, "utf8");
  const codes = Encoding.convert(Encoding.stringToCode(text), {
    from: "UNICODE",
    to: "JIS",
  });
  return Buffer.from(codes);
}

/** Lines of up to 36 characters until the UTF-8 form has about `bytes`. */
function japanese(random: Random, bytes: number): string {
  const lines: string[] = [];
  for (let written = 0; written < bytes;) {
    let line = "";
    while (line.length < 32) line += random.pick(WORDS);
    lines.push(`${line}。`);
    written += line.length * 3 + 5;
  }
  return lines.join("\r\n");
}

function base64Lines(bytes: Buffer): string {
  return bytes.toString("base64").replace(/.{1,76}/g, "$&\r\n");
}
