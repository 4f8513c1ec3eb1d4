import { fileTypeFromBuffer } from "file-type";
import type { FileKind } from "../core/part.ts";
import { guessUtf16 } from "./charset-guess.ts";
import { cmsKind, type CmsKind } from "./cms.ts";
import { namedBinary, namedText } from "./named-kind.ts";

/** How much of a file is looked at. file-type asks for 4100 bytes. */
export const KIND_HEAD_BYTES = 4100;

const UNKNOWN: FileKind = {
  type: "application/octet-stream",
  label: "不明な形式",
  extension: "bin",
};
const EMPTY: FileKind = {
  type: "application/x-empty",
  label: "空のファイル",
  extension: "bin",
};
const TEXT: FileKind = {
  type: "text/plain",
  label: "テキスト",
  extension: "txt",
};
const CSV: FileKind = { type: "text/csv", label: "CSV", extension: "csv" };
const HTML: FileKind = { type: "text/html", label: "HTML", extension: "html" };

/** Text formats that are told in words, and the armour of OpenPGP (RFC 9580 §6.2), by how they begin. */
const WORDED: readonly [begins: RegExp, kind: FileKind][] = [
  [
    /^\s*BEGIN:VCALENDAR\s/i,
    { type: "text/calendar", label: "予定", extension: "ics" },
  ],
  [
    /^\s*BEGIN:VCARD\s/i,
    { type: "text/vcard", label: "連絡先", extension: "vcf" },
  ],
  [
    /^\s*-----BEGIN PGP MESSAGE-----\s/,
    { type: "application/pgp-encrypted", label: "PGP暗号文", extension: "asc" },
  ],
  [
    /^\s*-----BEGIN PGP SIGNATURE-----\s/,
    { type: "application/pgp-signature", label: "PGP署名", extension: "asc" },
  ],
];

/** Text by its content, and yet not what it stands for (RFC 2046 §5.2.2, §5.2.3): so that the notice can name it. */
const NAMED: Readonly<Record<string, FileKind>> = {
  "message/partial": { ...TEXT, label: "分割されたメールの一部" },
  "message/external-body": { ...TEXT, label: "外部にあるファイルへの参照" },
};

/** S/MIME, by its outermost shell (`cms.ts`). The type of an encrypted one is ours: the registered one names them all. */
const CMS: Readonly<Record<CmsKind, FileKind>> = {
  signature: {
    type: "application/pkcs7-signature",
    label: "電子署名",
    extension: "p7s",
  },
  signed: {
    type: "application/pkcs7-mime",
    label: "電子署名付きの内容",
    extension: "p7m",
  },
  encrypted: {
    type: "application/x-pkcs7-encrypted",
    label: "S/MIME暗号文",
    extension: "p7m",
  },
};

/** Names that clerks know; what is not listed is shown by its ending. */
const LABELS: Readonly<Record<string, string>> = {
  "application/pdf": "PDF",
  "image/png": "PNG画像",
  "image/jpeg": "JPEG画像",
  "image/gif": "GIF画像",
  "image/webp": "WebP画像",
  "image/tiff": "TIFF画像",
  "image/bmp": "BMP画像",
  "image/emf": "EMF図形",
  "image/wmf": "WMF図形",
  "image/heic": "HEIC画像",
  "image/avif": "AVIF画像",
  "image/svg+xml": "SVG画像",
  "application/zip": "ZIP圧縮",
  "application/x-7z-compressed": "7z圧縮",
  "application/x-rar-compressed": "RAR圧縮",
  "application/gzip": "gzip圧縮",
  "application/x-lzh-compressed": "LZH圧縮",
  "application/x-tar": "TAR書庫",
  "application/x-xz": "xz圧縮",
  "application/x-bzip2": "bzip2圧縮",
  "application/vnd.ms-cab-compressed": "CAB圧縮",
  "application/x-elf": "実行ファイル",
  "application/x-mach-binary": "実行ファイル",
  "application/rtf": "RTF文書",
  "application/x-cfb": "旧形式のOffice文書など",
  "application/vnd.ms-tnef": "Outlook形式(winmail.dat)",
  "application/x-msdownload": "実行ファイル",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
    "Word文書",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
    "Excelブック",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation":
    "PowerPoint資料",
  "application/vnd.visio": "Visio図面",
  "application/x-hwp3": "ハングル文書（HWP 3）",
  "application/vnd.oasis.opendocument.text": "OpenDocument文書",
  "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument表計算",
  "application/vnd.oasis.opendocument.presentation": "OpenDocument資料",
};

/** Text-like beginnings that are not plain text; each is a format of its own with active content. */
const TEXTUAL: readonly [pattern: RegExp, type: string, extension: string][] = [
  [
    /^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i,
    "image/svg+xml",
    "svg",
  ],
  [/^\s*\{\\rtf/, "application/rtf", "rtf"],
  [/^%!PS-/, "application/postscript", "ps"],
];

const MAY_BE_WORDED = /^(?:\xEF\xBB\xBF)?\s*(?:BEGIN:|-----BEGIN )/i;
const UTF8_MARK = /^\xEF\xBB\xBF/;
const DER_SEQUENCE = 0x30;

export interface KindHint {
  readonly declaredType: string;
  /** As declared, null or absent when it was not. */
  readonly charset?: string | null;
  readonly name: string | null;
  /** Of the whole file. */
  readonly bytes: number;
}

/**
 * What the bytes are, by their content. The hints tell apart harmless text kinds only.
 * Detection picks the converter; it never decides safety.
 */
export async function fileKind(
  head: Uint8Array,
  hint: KindHint,
): Promise<FileKind> {
  if (hint.bytes === 0) return EMPTY;
  const start = Buffer.from(
    head.buffer,
    head.byteOffset,
    Math.min(head.byteLength, KIND_HEAD_BYTES),
  );
  // First of all: a signed PDF has its header in the first kilobyte, too.
  const cms = start[0] === DER_SEQUENCE ? cmsKind(start) : null;
  if (cms !== null) return CMS[cms];
  // PDF readers accept a header anywhere in the first kilobyte (ISO 32000-1 Annex H.3.4.1); so do attackers.
  if (!beginsLikeArchive(start) && start.subarray(0, 1024).includes("%PDF-"))
    return kind("application/pdf", "pdf");
  if (looksLikeText(start)) return textKind(start, hint);
  const magic = await fileTypeFromBuffer(start).catch(() => undefined);
  const known =
    magic === undefined ? byMagic(start) : kind(magic.mime, magic.ext);
  const named = namedBinary(start, hint.name ?? "", known) ?? known;
  if (named !== null) return named;
  return isDamagedText(start, hint) ? textKind(start, hint) : UNKNOWN;
}

/** A PDF stored as its first member shows its own header within the first kilobyte. */
function beginsLikeArchive(start: Buffer): boolean {
  const text = start.toString("latin1", 0, 262);
  return /^(?:PK\x03\x04|Rar!|7z\xbc\xaf|MSCF|[^]{2}-l[hz].-|[^]{257}ustar)/.test(
    text,
  );
}

function textKind(start: Buffer, hint: KindHint): FileKind {
  const text = start.toString("latin1");
  for (const [pattern, type, extension] of TEXTUAL)
    if (pattern.test(text)) return kind(type, extension);
  if (MAY_BE_WORDED.test(text)) {
    const unmarked = text.replace(UTF8_MARK, "");
    for (const [begins, worded] of WORDED)
      if (begins.test(unmarked)) return worded;
  }
  const named = namedText(text, hint.name ?? "");
  if (named !== null) return named;
  if (hint.declaredType === "text/csv" || /\.csv$/i.test(hint.name ?? ""))
    return CSV;
  const html =
    hint.declaredType === "text/html" ||
    /^\s*(?:<!doctype html|<html[\s>])/i.test(text);
  return html ? HTML : (NAMED[hint.declaredType] ?? TEXT);
}

/** No byte that text in any charset of ours never has; UTF-16 only with its mark. */
function looksLikeText(start: Buffer): boolean {
  const mark = start.length >= 2 ? start.readUInt16BE(0) : 0;
  if (mark === 0xfffe || mark === 0xfeff) return true;
  if (mark === 0xffd8) return false;
  for (const byte of start) if (NEVER_IN_TEXT[byte]) return false;
  return true;
}

const TEXT_NAME = /\.(?:txt|csv|tsv|log)\s*$/i;
const WIDE_CHARSET = /^\s*["']?(?:utf-?(?:16|32)|ucs-?[24]|unicode\b)/i;
const MAX_STRAY_CONTROLS = 4;

/**
 * Meant as text, with bytes that text never has: UTF-16 without its mark, kana by SO and SI, yEnc, the Ctrl-Z that ends a
 * DOS file, a stray NUL. The cleaner takes out what is left of them; without this the reader would get nothing.
 */
function isDamagedText(start: Buffer, hint: KindHint): boolean {
  if (
    !hint.declaredType.startsWith("text/") &&
    !TEXT_NAME.test(hint.name ?? "")
  )
    return false;
  if (WIDE_CHARSET.test(hint.charset ?? "")) return true;
  if (guessUtf16(start, null) !== null) return true;
  if (/^=ybegin /m.test(start.toString("latin1"))) return true;
  let stray = 0;
  for (const byte of start)
    if (NEVER_IN_TEXT[byte] && byte !== SHIFT_OUT && byte !== SHIFT_IN) stray++;
  return stray <= Math.max(MAX_STRAY_CONTROLS, start.length / 50);
}

const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;

/** Tab, line ends, form feed and ESC (ISO-2022-JP) are text; other controls and DEL are not. */
const NEVER_IN_TEXT = Array.from(
  { length: 256 },
  (_, byte) =>
    (byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte)) ||
    byte === 0x7f,
);

/** Hangul 3.0 to 97; what came before and after has other heads. */
const HWP3 = "HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05";

/** Formats that Japanese offices send and file-type does not know, and those where it needs more than the head. */
function byMagic(start: Buffer): FileKind | null {
  const at = (offset: number, text: string) =>
    start.toString("latin1", offset, offset + text.length) === text;
  if (at(0, "PK\x03\x04")) return kind("application/zip", "zip");
  if (at(2, "-lh") || at(2, "-lz"))
    return kind("application/x-lzh-compressed", "lzh");
  if (at(0, "MZ")) return kind("application/x-msdownload", "exe");
  if (at(0, "\x01\0\0\0") && at(40, " EMF")) return kind("image/emf", "emf");
  if (at(0, "\xd7\xcd\xc6\x9a") || at(0, "\x01\0\x09\0\0\x03"))
    return kind("image/wmf", "wmf");
  if (at(0, HWP3)) return kind("application/x-hwp3", "hwp");
  if (at(0, "\x78\x9f\x3e\x22")) return kind("application/vnd.ms-tnef", "dat");
  return null;
}

function mediaLabel(type: string, extension: string): string {
  const ending = extension.toUpperCase();
  if (type.startsWith("video/")) return `${ending}動画`;
  return type.startsWith("audio/") ? `${ending}音声` : `${ending}形式`;
}

function kind(type: string, extension: string): FileKind {
  return {
    type,
    label: LABELS[type] ?? mediaLabel(type, extension),
    extension,
  };
}
