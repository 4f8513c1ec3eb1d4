import type { FileType } from "./name.ts";
import { FILE_ENDINGS, readDisposition, verifyName } from "./name.ts";
import { verifyMailboxes } from "./address.ts";
import { takeBase64Body } from "./base64.ts";
import { MAIL_FIELDS, verifyMailFields } from "./header-values.ts";
import type { Fields } from "./header.ts";
import { requireField, requireValue, takeHeader } from "./header.ts";
import { readHeaderText } from "./header-text.ts";
import type { Cursor } from "./lines.ts";
import { cursorOver, takeLine } from "./lines.ts";
import { refuse } from "./refuse.ts";
import { requireNoBlock, verifyBodyText } from "./text.ts";

/** What stands in a mail that may cross. Text has CRLF line ends; `bytes` are copies, owned by the caller. */
export interface VerifiedMail {
  readonly subject: string;
  /** `local@domain` as it stands in From, To, Cc and Reply-To, in this order. */
  readonly addresses: readonly string[];
  readonly text: string;
  readonly attachments: readonly VerifiedAttachment[];
}

type VerifiedBody = Pick<VerifiedMail, "text" | "attachments">;

export interface VerifiedAttachment {
  readonly name: string;
  readonly type: FileType;
  readonly bytes: Uint8Array;
}

const TEXT_PLAIN = "text/plain; charset=utf-8";
const BOUNDARY = /^multipart\/mixed; boundary="(=_sekisho_[0-9a-f]{32})"$/;
const REQUIRED_FIELDS = ["Date", "From", "Message-ID", "MIME-Version"];
const ADDRESS_FIELDS = ["From", "To", "Cc", "Reply-To"];
const TEXT_FIELDS = new Set(["Content-Type", "Content-Transfer-Encoding"]);
const FILE_FIELDS = new Set([...TEXT_FIELDS, "Content-Disposition"]);
const ENCODINGS = /^(?:base64|7bit)$/;
const BASE64 = /^base64$/;
const MAX_MAIL_BYTES = 128 * 1024 * 1024;
/** What a reader could take for a boundary, a mail store for the next mail, and a relay for the end. */
const MISTAKEN_LINE = /^(?:--|From |\.)/;
const MAX_PARTS = 1000;

/**
 * Reads a whole mail by the one grammar that may cross into the LGWAN side and refuses all else with VERIFIER_REFUSED and
 * the offset of the first violation. Shares nothing with the writer nor with the reader of the internet side.
 */
export function verifyMail(bytes: Uint8Array): VerifiedMail {
  if (bytes.length > MAX_MAIL_BYTES) refuse("message-size", MAX_MAIL_BYTES);
  const cursor = cursorOver(bytes);
  const fields = takeHeader(cursor, MAIL_FIELDS);
  for (const name of REQUIRED_FIELDS) requireField(fields, name, 0);
  verifyMailFields(fields);
  const subject = fields.get("Subject");
  const addresses = ADDRESS_FIELDS.flatMap((name) => {
    const field = fields.get(name);
    return field === undefined ? [] : verifyMailboxes(field);
  });
  const body = takeBody(cursor, fields);
  if (cursor.at !== cursor.bytes.length) refuse("after-end", cursor.at);
  return {
    subject:
      subject === undefined ? "" : readHeaderText(subject.value, subject.at),
    addresses,
    ...body,
  };
}

function takeBody(cursor: Cursor, fields: Fields): VerifiedBody {
  const type = requireField(fields, "Content-Type", 0);
  if (type.value === TEXT_PLAIN)
    return { text: takeText(cursor, fields, null), attachments: [] };
  const [, boundary] = BOUNDARY.exec(type.value) ?? [];
  if (boundary === undefined) refuse("content-type", type.at);
  const encoding = fields.get("Content-Transfer-Encoding");
  if (encoding !== undefined) refuse("transfer-encoding", encoding.at);
  return takeParts(cursor, `--${boundary}`);
}

function takeParts(cursor: Cursor, delimiter: string): VerifiedBody {
  if (takeLine(cursor) !== delimiter) refuse("boundary", cursor.at);
  const fields = takeHeader(cursor, TEXT_FIELDS);
  if (requireField(fields, "Content-Type", cursor.at).value !== TEXT_PLAIN)
    refuse("content-type", cursor.at);
  const text = takeText(cursor, fields, delimiter);
  const attachments: VerifiedAttachment[] = [];
  const names = new Set<string>();
  for (;;) {
    const at = cursor.at;
    const line = takeLine(cursor);
    if (line === `${delimiter}--`) return { text, attachments };
    if (line !== delimiter) refuse("boundary", at);
    if (attachments.length === MAX_PARTS) refuse("part-count", at);
    const attachment = takeAttachment(cursor);
    const seen = names.size;
    names.add(sameOnDisk(attachment.name));
    if (names.size === seen) refuse("file-name-twice", at);
    attachments.push(attachment);
  }
}

function takeAttachment(cursor: Cursor): VerifiedAttachment {
  const begin = cursor.at;
  const fields = takeHeader(cursor, FILE_FIELDS);
  const type = fileType(requireField(fields, "Content-Type", begin).value);
  if (type === null) refuse("content-type", begin);
  requireField(fields, "Content-Transfer-Encoding", begin);
  requireValue(fields, "Content-Transfer-Encoding", {
    shape: BASE64,
    rule: "transfer-encoding",
  });
  const disposition = requireField(fields, "Content-Disposition", begin);
  const name = readDisposition(disposition.value, disposition.at);
  verifyName(name, type, disposition.at);
  return { name, type, bytes: takeBase64Body(cursor) };
}

/** As file systems compare: a second file of that name would replace the first one when both are saved. */
function sameOnDisk(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

function fileType(value: string): FileType | null {
  const type = value.startsWith("text/")
    ? value.replace(/; charset=utf-8$/, "")
    : value;
  const charsetFits = value.startsWith("text/") === (type !== value);
  return charsetFits && Object.hasOwn(FILE_ENDINGS, type)
    ? (type as FileType)
    : null;
}

/** The text of the mail, by base64 or as 7-bit lines up to the delimiter or the end. */
function takeText(
  cursor: Cursor,
  fields: Fields,
  delimiter: string | null,
): string {
  const encoding = requireValue(fields, "Content-Transfer-Encoding", {
    shape: ENCODINGS,
    rule: "transfer-encoding",
  });
  const begin = cursor.at;
  return encoding === "base64"
    ? verifyBodyText(takeBase64Body(cursor), begin)
    : takeLines(cursor, delimiter);
}

function takeLines(cursor: Cursor, delimiter: string | null): string {
  const begin = cursor.at;
  const text = joinLines(cursor, delimiter);
  requireNoBlock(text, begin);
  return text;
}

/** The line end before a delimiter belongs to the delimiter (RFC 2046 §5.1.1). */
function joinLines(cursor: Cursor, delimiter: string | null): string {
  const lines: string[] = [];
  while (cursor.at < cursor.bytes.length) {
    const before = cursor.at;
    const line = takeLine(cursor);
    if (delimiter !== null && line.startsWith(delimiter)) {
      cursor.at = before;
      return lines.join("\r\n");
    }
    if (MISTAKEN_LINE.test(line)) refuse("text-line", before);
    lines.push(line);
  }
  return lines.map((line) => `${line}\r\n`).join("");
}
