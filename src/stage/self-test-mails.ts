/*
NAME       self-test-mails: what the gateway sends to itself, and what has to become of it
ZONE       admin
SECURITY   harmless all of it: a test file that every scanner calls a virus, scripts that say nothing, zeros
NOT HERE   sending, waiting (self-test)
*/
import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";
import type { HoldCode, VerdictKind } from "../core/verdict.ts";
import { MIB } from "../core/units.ts";
import { writeZip } from "./zip-writer.ts";

/** What must be true of the mail at its end. */
export interface Expected {
  /** A hold of the mail or a part of it; null: nothing is held. */
  readonly hold: HoldCode | null;
  readonly verdict: VerdictKind;
  readonly subject: string;
}

export interface SelfTestMail {
  readonly name: SelfTestName;
  readonly raw: Buffer;
  readonly expected: Expected;
}

export type SelfTestName =
  | "eicar"
  | "macro"
  | "pdf-script"
  | "encrypted-zip"
  | "bomb"
  | "iso-2022-jp"
  | "shift_jis"
  | "euc-jp";

/** What staff read. */
export const SELF_TEST_WORDS: Readonly<Record<SelfTestName, string>> = {
  eicar: "試験用ウイルス",
  macro: "マクロ入り文書",
  "pdf-script": "スクリプト入り PDF",
  "encrypted-zip": "暗号化 ZIP",
  bomb: "展開すると巨大になる ZIP",
  "iso-2022-jp": "文字コード ISO-2022-JP",
  shift_jis: "文字コード Shift_JIS",
  "euc-jp": "文字コード EUC-JP",
};

const BOMB_BYTES = 20 * MIB;
const SUBJECT = "自己診断";

/** `token` makes each of them new, so that nothing remembered answers in the place of the line. */
export function selfTestMails(
  token: string,
  virus: Uint8Array,
): readonly SelfTestMail[] {
  const withFile = (
    name: SelfTestName,
    file: { readonly name: string; readonly bytes: Uint8Array },
    expected: Pick<Expected, "hold" | "verdict">,
  ): SelfTestMail => ({
    ...{ name, raw: mailWith(token, file) },
    expected: { ...expected, subject: `self-test ${token}` },
  });
  const unexaminable = "unexaminable" as const;
  return [
    withFile(
      "eicar",
      { name: "eicar.com", bytes: virus },
      {
        ...{ hold: "VIRUS_FOUND", verdict: "malicious" },
      },
    ),
    withFile(
      "macro",
      { name: "macro.docm", bytes: macroDocument(token) },
      {
        ...{ hold: null, verdict: "cleaned" },
      },
    ),
    withFile(
      "pdf-script",
      { name: "script.pdf", bytes: scriptPdf(token) },
      {
        ...{ hold: null, verdict: "cleaned" },
      },
    ),
    withFile(
      "encrypted-zip",
      { name: "secret.zip", bytes: lockedZip(token) },
      {
        ...{ hold: "ENCRYPTED", verdict: unexaminable },
      },
    ),
    withFile(
      "bomb",
      { name: "bomb.zip", bytes: bomb() },
      {
        ...{ hold: "ARCHIVE_LIMIT", verdict: unexaminable },
      },
    ),
    ...CHARSETS.map((charset) => japaneseMail(charset, token)),
  ];
}

const CRLF = "\r\n";

function head(subject: string, token: string): string {
  return [
    "From: Sekisho <self-test@self-test.invalid>",
    "To: self-test@self-test.invalid",
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${token}@self-test.invalid>`,
    "MIME-Version: 1.0",
    "",
  ].join(CRLF);
}

function mailWith(
  token: string,
  file: { readonly name: string; readonly bytes: Uint8Array },
): Buffer {
  const base64 = Buffer.from(file.bytes).toString("base64");
  const lines = base64.match(/.{1,76}/g) ?? [];
  const boundary = `b-${token}`;
  return Buffer.from(
    [
      `${head(`self-test ${token}`, token)}Content-Type: multipart/mixed; boundary="${boundary}"`,
      ...["", `--${boundary}`, "Content-Type: text/plain; charset=us-ascii"],
      ...["", `self-test ${token}`, `--${boundary}`],
      `Content-Type: application/octet-stream; name="${file.name}"`,
      `Content-Disposition: attachment; filename="${file.name}"`,
      ...["Content-Transfer-Encoding: base64", "", ...lines],
      ...[`--${boundary}--`, ""],
    ].join(CRLF),
  );
}

type Charset = Extract<SelfTestName, "iso-2022-jp" | "shift_jis" | "euc-jp">;
const CHARSETS: readonly Charset[] = ["iso-2022-jp", "shift_jis", "euc-jp"];

/** 「自己診断」 in each of them, byte by byte: what we expect must not come from the decoder that is tried here. */
const WORDS: Readonly<Record<Charset, string>> = {
  "iso-2022-jp": "1b2442 3c2b 384a 3f47 4347 1b2842",
  shift_jis: "8ea9 8cc8 9066 9266",
  "euc-jp": "bcab b8ca bfc7 c3c7",
};

function japaneseMail(charset: Charset, token: string): SelfTestMail {
  const words = Buffer.from(WORDS[charset].replaceAll(" ", ""), "hex");
  const subject = `=?${charset}?B?${words.toString("base64")}?= ${token}`;
  const raw = Buffer.concat([
    Buffer.from(
      `${head(subject, token)}Content-Type: text/plain; charset=${charset}${CRLF}Content-Transfer-Encoding: 8bit${CRLF}${CRLF}`,
    ),
    ...[words, Buffer.from(CRLF)],
  ]);
  const expected = { hold: null, verdict: "clean" } as const;
  return {
    ...{ name: charset, raw },
    expected: { ...expected, subject: `${SUBJECT} ${token}` },
  };
}

/** One page, a line of text, and a script that runs when it is opened. */
function scriptPdf(token: string): Buffer {
  const text = `BT /F1 24 Tf 60 700 Td (self-test ${token}) Tj ET`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\);) >> >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${String(text.length)} >>\nstream\n${text}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let pdf = "%PDF-1.4\n";
  const places = objects.map((object, at) => {
    const place = pdf.length;
    pdf += `${String(at + 1)} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const rows = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`);
  const size = String(objects.length + 1);
  return Buffer.from(
    `${pdf}xref\n0 ${size}\n0000000000 65535 f \n${rows.join("")}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${String(pdf.length)}\n%%EOF\n`,
    "latin1",
  );
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const FORMATS = "http://schemas.openxmlformats.org";

/** A document of one line with a place for macros; what stands there is no program. */
function macroDocument(token: string): Uint8Array {
  const parts: Readonly<Record<string, string>> = {
    "[Content_Types].xml": `${XML}<Types xmlns="${FORMATS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`,
    "_rels/.rels": `${XML}<Relationships xmlns="${FORMATS}/package/2006/relationships"><Relationship Id="r1" Type="${FORMATS}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/document.xml": `${XML}<w:document xmlns:w="${FORMATS}/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>self-test ${token}</w:t></w:r></w:p></w:body></w:document>`,
    "word/_rels/document.xml.rels": `${XML}<Relationships xmlns="${FORMATS}/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`,
    "word/vbaProject.bin": "no program",
  };
  return writeZip(
    Object.entries(parts).map(([name, text]) => ({
      ...{ name, bytes: Buffer.from(text) },
    })),
  );
}

/** A ZIP whose only member says that it is encrypted (APPNOTE 4.4.4, bit 0); no key would open it. */
function lockedZip(token: string): Uint8Array {
  const bytes = Buffer.from(`${token}${token}`);
  const zip = Buffer.from(writeZip([{ name: "secret.txt", bytes }]));
  const central = zip.indexOf("PK\x01\x02", "latin1");
  zip[6]! |= 1;
  zip[central + 8]! |= 1;
  return zip;
}

/** Zeros, packed a thousand to one. */
function bomb(): Uint8Array {
  const zeros = Buffer.alloc(BOMB_BYTES);
  const packed = deflateRawSync(zeros);
  const zip = Buffer.from(writeZip([{ name: "zeros.bin", bytes: packed }]));
  const central = zip.indexOf("PK\x01\x02", "latin1");
  for (const at of [4, central + 6]) {
    zip.writeUInt16LE(8, at + 4);
    zip.writeUInt32LE(crc32(zeros), at + 10);
    zip.writeUInt32LE(zeros.length, at + 18);
  }
  return zip;
}
