/** Properties of MAPI (MS-OXPROPS) that a reader of mail needs, whatever container they came in. */
import { ByteReader } from "./bytes.ts";

export const PROPERTY = {
  messageClass: 0x001a,
  subject: 0x0037,
  submitTime: 0x0039,
  sentRepresentingName: 0x0042,
  sentRepresentingAddress: 0x0065,
  transportHeaders: 0x007d,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  displayCc: 0x0e03,
  displayTo: 0x0e04,
  deliveryTime: 0x0e06,
  body: 0x1000,
  rtfCompressed: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  attachData: 0x3701,
  attachShortName: 0x3704,
  attachLongName: 0x3707,
  attachMimeTag: 0x370e,
  smtpAddress: 0x39fe,
  internetCodepage: 0x3fde,
  messageCodepage: 0x3ffd,
  senderSmtpAddress: 0x5d01,
  sentRepresentingSmtpAddress: 0x5d02,
} as const;

export const TYPE = {
  string8: 0x001e,
  unicode: 0x001f,
  binary: 0x0102,
  object: 0x000d,
  time: 0x0040,
  integer: 0x0003,
} as const;

export interface Property {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The first value of each property, by its id; 8-bit text is in the code page that somebody else knows. */
export type Properties = ReadonlyMap<number, Property>;

/** The usual one of a Japanese Outlook, for containers that do not say (MS-UCODEREF). */
const JAPANESE_CODEPAGE = 932;
const LABELS: Readonly<Record<number, string>> = {
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  1200: "utf-16le",
  20127: "shift_jis",
  20932: "euc-jp",
  50220: "iso-2022-jp",
  50221: "iso-2022-jp",
  50222: "iso-2022-jp",
  51932: "euc-jp",
  54936: "gb18030",
  65001: "utf-8",
};

export function charsetOf(codepage: number): string {
  const known = LABELS[codepage];
  if (known !== undefined) return known;
  return codepage >= 1250 && codepage <= 1258
    ? `windows-${String(codepage)}`
    : (LABELS[JAPANESE_CODEPAGE] ?? "utf-8");
}

export function codepageIn(
  properties: Properties,
  id: number = PROPERTY.messageCodepage,
): number | null {
  const found = properties.get(id);
  return found?.type === TYPE.integer && found.bytes.length >= 4
    ? new ByteReader(found.bytes).u32()
    : null;
}

export function textIn(
  properties: Properties,
  id: number,
  charset: string,
): string | null {
  const found = properties.get(id);
  if (found?.type === TYPE.unicode) return decode(found.bytes, "utf-16le");
  return found?.type === TYPE.string8 ? decode(found.bytes, charset) : null;
}

export function binaryIn(
  properties: Properties,
  id: number,
): Uint8Array | null {
  const found = properties.get(id);
  return found?.type === TYPE.binary ? found.bytes : null;
}

/** FILETIME: 100 ns since 1601. Null outside of the years that a mail may bear. */
export function timeIn(properties: Properties, id: number): Date | null {
  const found = properties.get(id);
  if (found?.type !== TYPE.time || found.bytes.length < 8) return null;
  const ms = new ByteReader(found.bytes).u64() / 10_000 - 11_644_473_600_000;
  return ms > 0 && ms < 4_102_444_800_000 ? new Date(ms) : null;
}

export function decode(bytes: Uint8Array, charset: string): string {
  return new TextDecoder(charset).decode(bytes).replace(/\0+$/, "");
}
