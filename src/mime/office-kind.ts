/**
 * Which office document a compound file or a ZIP is, by the names in its directory. Nothing is unpacked here, and nothing
 * is decided about safety: whatever this says, the pit looks again at the true structure before anything opens it.
 */
import type { FileKind } from "../core/part.ts";
import { asBuffer } from "./as-buffer.ts";

const COMPOUND = "application/x-cfb";
const ZIP = "application/zip";

/** Formats whose first bytes say too little; everything else is told by them. */
export function needsWholeFile({ type }: FileKind): boolean {
  return type === COMPOUND || type === ZIP;
}

/** The same kind where it is no office document. */
export function officeKind(kind: FileKind, file: Uint8Array): FileKind {
  const bytes = asBuffer(file);
  if (kind.type === COMPOUND) return compoundKind(bytes) ?? kind;
  if (kind.type === ZIP) return packageKind(bytes) ?? kind;
  return kind;
}

const WORD: FileKind = {
  type: "application/msword",
  label: "Word文書（旧形式）",
  extension: "doc",
};
const EXCEL: FileKind = {
  type: "application/vnd.ms-excel",
  label: "Excelブック（旧形式）",
  extension: "xls",
};
const POWERPOINT: FileKind = {
  type: "application/vnd.ms-powerpoint",
  label: "PowerPoint資料（旧形式）",
  extension: "ppt",
};
/** MS-OFFCRYPTO §2.3.4. The type of it is ours: there is no registered one. */
const ENCRYPTED: FileKind = {
  type: "application/x-office-encrypted",
  label: "パスワード付きのOffice文書",
  extension: "bin",
};

const VISIO: FileKind = {
  type: "application/vnd.visio",
  label: "Visio図面",
  extension: "vsdx",
};
const PUBLISHER: FileKind = {
  type: "application/vnd.ms-publisher",
  label: "Publisher文書",
  extension: "pub",
};
/** Told by its name and held: LibreOffice reads the form of 1996 only, which is no compound file (`file-kind.ts`). */
const HWP: FileKind = {
  type: "application/x-hwp",
  label: "ハングル文書（HWP）",
  extension: "hwp",
};

const SECTOR_SHIFT_AT = 30;
const DIRECTORY_SECTOR_AT = 48;
const CLASS_AT = 80;
const CLASS_BYTES = 16;

/** Class of the root storage (MS-CFB §2.6.1), as the programs that write these formats set it. */
const CLASSES: readonly [classId: string, kind: FileKind][] = [
  ["0609020000000000c000000000000046", WORD],
  ["0009020000000000c000000000000046", WORD],
  ["2008020000000000c000000000000046", EXCEL],
  ["1008020000000000c000000000000046", EXCEL],
  ["108d81649b4fcf1186ea00aa00b929e8", POWERPOINT],
  ["0112020000000000c000000000000046", PUBLISHER],
];

const utf16 = (name: string) => Buffer.from(`${name}\0`, "utf16le");

/** A mail of Outlook can hold any of the others, so it is asked for first (MS-OXMSG §2.4). */
const OUTLOOK_STREAM = utf16("__properties_version1.0");
const STREAMS: readonly [name: Buffer, kind: FileKind][] = [
  [utf16("EncryptedPackage"), ENCRYPTED],
  [utf16("WordDocument"), WORD],
  [utf16("PowerPoint Document"), POWERPOINT],
  [utf16("Workbook"), EXCEL],
  [utf16("Book"), EXCEL],
  [utf16("VisioDocument"), { ...VISIO, extension: "vsd" }],
  [utf16("\x05HwpSummaryInformation"), HWP],
];

function compoundKind(bytes: Buffer): FileKind | null {
  const classId = rootClass(bytes);
  const known = CLASSES.find(([id]) => id === classId);
  if (known !== undefined) return known[1];
  if (bytes.includes(OUTLOOK_STREAM)) return null;
  return STREAMS.find(([name]) => bytes.includes(name))?.[1] ?? null;
}

function rootClass(bytes: Buffer): string | null {
  if (bytes.length < 512) return null;
  const shift = bytes.readUInt16LE(SECTOR_SHIFT_AT);
  if (shift !== 9 && shift !== 12) return null;
  const sector = bytes.readUInt32LE(DIRECTORY_SECTOR_AT) + 1;
  const at = sector * 2 ** shift + CLASS_AT;
  return bytes.toString("hex", at, at + CLASS_BYTES);
}

const OPEN_XML =
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/** By the folder of the main part (ECMA-376 part 2 §10.1.2.2: the list of content types has this name alone). */
const FOLDERS: readonly [folder: string, kind: FileKind][] = [
  ["word/", { type: OPEN_XML, label: "Word文書", extension: "docx" }],
  [
    "xl/",
    {
      type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      label: "Excelブック",
      extension: "xlsx",
    },
  ],
  [
    "ppt/",
    {
      type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
      label: "PowerPoint資料",
      extension: "pptx",
    },
  ],
  ["visio/", VISIO],
];
/** Of a package of Hangul, which has no list of content types (KS X 6101). */
const HWPX_PART = "Contents/content.hpf";
const CONTENT_TYPES = "[Content_Types].xml";

function packageKind(bytes: Buffer): FileKind | null {
  let hasTypes = false;
  let found: FileKind | null = null;
  for (const name of namesInZip(bytes)) {
    if (name === HWPX_PART) return { ...HWP, extension: "hwpx" };
    hasTypes ||= name === CONTENT_TYPES;
    found ??= FOLDERS.find(([folder]) => name.startsWith(folder))?.[1] ?? null;
    if (hasTypes && found !== null) return found;
  }
  return null;
}

const END_MAGIC = Buffer.from("PK\x05\x06", "latin1");
const END_BYTES = 22;
const ENTRY_MAGIC = 0x02014b50;
const ENTRY_BYTES = 46;
const MAX_NAMES = 20_000;

/** Names in the central directory (APPNOTE 4.3.12), until it ends or is damaged. */
function* namesInZip(bytes: Buffer): Generator<string, void> {
  const end = bytes.lastIndexOf(END_MAGIC);
  if (end < 0 || end + END_BYTES > bytes.length) return;
  let at = bytes.readUInt32LE(end + 16);
  for (let left = MAX_NAMES; left > 0; left--) {
    if (at + ENTRY_BYTES > end || bytes.readUInt32LE(at) !== ENTRY_MAGIC)
      return;
    const start = at + ENTRY_BYTES;
    const name = bytes.readUInt16LE(at + 28);
    yield bytes.toString("latin1", start, start + name);
    at =
      start + name + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}
