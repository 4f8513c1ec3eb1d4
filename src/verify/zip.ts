import { FILE_ENDINGS, verifyName, type FileType } from "./name.ts";
import { refuse } from "./refuse.ts";
import { decodeUtf8, requireLineText } from "./text.ts";

/** One file of an archive as it may cross: `folder/name.ending`. */
export interface ZipFile {
  readonly type: FileType;
  readonly bytes: Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const UTF8_NAME = 0x800;
const DATE = 0x21;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const MAX_FILES = 10_000;
const MAX_FOLDERS = 8;
const MAX_NAME_BYTES = 1000;

/**
 * Reads a ZIP by the one shape that may cross: stored members one behind the other, UTF-8 names, one date, no extra field, no
 * comment, and a directory that says the very same. `crc32` is handed in: this folder does no more than compare.
 */
export function readZip(
  bytes: Uint8Array,
  crc32: (bytes: Uint8Array) => number,
): ZipFile[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const u16 = (at: number) => view.getUint16(at, true);
  const u32 = (at: number) => view.getUint32(at, true);
  const endAt = bytes.length - END_BYTES;
  if (endAt < 0 || u32(endAt) !== END) refuse("zip-end", Math.max(0, endAt));
  const count = u16(endAt + 8);
  const directoryAt = u32(endAt + 16);
  const quiet = u32(endAt + 4) === 0 && u16(endAt + 20) === 0;
  if (!quiet || u16(endAt + 10) !== count || count === 0 || count > MAX_FILES)
    refuse("zip-end", endAt);
  if (directoryAt + u32(endAt + 12) !== endAt) refuse("zip-end", endAt);

  const files: ZipFile[] = [];
  const names = new Set<string>();
  let local = 0;
  let central = directoryAt;
  for (let index = 0; index < count; index++) {
    if (local + LOCAL_BYTES > directoryAt) refuse("zip-member", local);
    if (central + CENTRAL_BYTES > endAt) refuse("zip-directory", central);
    const nameBytes = u16(local + 26);
    const fileBytes = u32(local + 18);
    const nameAt = local + LOCAL_BYTES;
    const fileAt = nameAt + nameBytes;
    const nextAt = fileAt + fileBytes;
    if (nextAt > directoryAt || nameBytes > MAX_NAME_BYTES)
      refuse("zip-member", local);
    const isPlain =
      u32(local) === LOCAL &&
      u16(local + 4) === VERSION &&
      u16(local + 6) === UTF8_NAME &&
      u32(local + 8) === 0 &&
      u16(local + 12) === DATE &&
      u32(local + 22) === fileBytes &&
      u16(local + 28) === 0;
    if (!isPlain) refuse("zip-member", local);
    const file = bytes.subarray(fileAt, nextAt);
    if (crc32(file) !== u32(local + 14)) refuse("zip-sum", local);

    const isSame =
      u32(central) === CENTRAL &&
      u16(central + 4) === VERSION &&
      equal(bytes, { a: central + 6, b: local + 4, count: 26 }) &&
      u16(central + 32) === 0 &&
      u32(central + 34) === 0 &&
      u32(central + 38) === 0 &&
      u32(central + 42) === local &&
      central + CENTRAL_BYTES + nameBytes <= endAt &&
      equal(bytes, { a: central + CENTRAL_BYTES, b: nameAt, count: nameBytes });
    if (!isSame) refuse("zip-directory", central);

    const name = decodeUtf8(bytes.subarray(nameAt, fileAt), nameAt);
    files.push({ type: verifyPath(name, nameAt), bytes: file });
    names.add(name.normalize("NFKC").toLowerCase());
    if (names.size !== files.length) refuse("file-name-twice", nameAt);
    local = nextAt;
    central += CENTRAL_BYTES + nameBytes;
  }
  if (local !== directoryAt || central !== endAt)
    refuse("zip-directory", local);
  return files;
}

function equal(
  bytes: Uint8Array,
  {
    a,
    b,
    count,
  }: { readonly a: number; readonly b: number; readonly count: number },
): boolean {
  for (let at = 0; at < count; at++)
    if (bytes[a + at] !== bytes[b + at]) return false;
  return true;
}

/** Each folder is a name like any other, so none leads up or out; the ending of the file says what it has to be. */
function verifyPath(path: string, at: number): FileType {
  const folders = path.split("/");
  const name = folders.pop() ?? "";
  if (folders.length > MAX_FOLDERS) refuse("file-name", at);
  for (const folder of folders) {
    requireLineText(folder, at);
    // A folder has no ending of its own: with any of ours it has to be a good name.
    verifyName(`${folder}.txt`, "text/plain", at);
  }
  const ending = name.slice(name.lastIndexOf(".") + 1);
  const type = (Object.keys(FILE_ENDINGS) as FileType[]).find((one) =>
    (FILE_ENDINGS[one] as readonly string[]).includes(ending),
  );
  if (type === undefined) refuse("file-name", at);
  verifyName(name, type, at);
  return type;
}
