/** Documents that are compound files: Word, Excel and PowerPoint up to 2003, and everything newer that is encrypted. */
import type { PitFinding } from "../../../src/wire/pit-codes.ts";
import { PitRefusal } from "../speak.ts";
import { openCompoundFile, type Storage } from "../unpack/compound-file.ts";
import type { Look } from "./look.ts";

export function lookIntoCompound(document: Uint8Array): Look {
  const root = openCompoundFile(document);
  const findings = new Set<PitFinding>();
  walk(root, findings, 0);
  const { streams } = root;
  // MS-OFFCRYPTO §2.3.4: what it is can be seen only when it is open.
  if (streams.has("EncryptedPackage"))
    return { filter: null, encrypted: true, findings };
  const word = streams.get("WordDocument");
  if (word !== undefined) return lookIntoWord(word, findings);
  const book = streams.get("Workbook") ?? streams.get("Book");
  if (book !== undefined) {
    const filter = streams.has("Workbook") ? "MS Excel 97" : "MS Excel 95";
    return { ...lookIntoBook(book, findings), filter };
  }
  const slides = streams.get("PowerPoint Document");
  if (slides !== undefined)
    return lookIntoSlides(slides, streams.get("Current User"), findings);
  if (streams.has("VisioDocument"))
    return { filter: "Visio Document", encrypted: false, findings };
  throw new PitRefusal("DOCUMENT_UNKNOWN");
}

const MAX_DEPTH = 20;

function walk(
  storage: Storage,
  findings: Set<PitFinding>,
  depth: number,
): void {
  for (const name of storage.streams.keys()) {
    if (name === "\x01Ole10Native" || name === "Package")
      findings.add("office-ole");
    if (name === "\x03OCXNAME" || name === "Ctls")
      findings.add("office-activex");
    if (name === "_VBA_PROJECT") findings.add("office-macro");
  }
  for (const [name, inner] of storage.storages) {
    if (name === "Macros" || name === "_VBA_PROJECT_CUR")
      findings.add("office-macro");
    if (name === "ObjectPool" ? inner.storages.size > 0 : /^MBD/.test(name))
      findings.add("office-ole");
    if (depth < MAX_DEPTH) walk(inner, findings, depth + 1);
  }
}

/** MS-DOC §2.5.2 (FibBase): fEncrypted. */
function lookIntoWord(stream: Uint8Array, findings: Set<PitFinding>): Look {
  const fib = view(stream);
  if (stream.length < 32) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const encrypted = (fib.getUint16(10, true) & 0x0100) !== 0;
  const bytes = Buffer.from(stream);
  const has = (word: string) =>
    bytes.includes(word, 0, "latin1") || bytes.includes(word, 0, "utf16le");
  // A field begins with 0x13 (MS-DOC §2.8.25), and blanks may follow.
  if (["DDEAUTO", "\x13DDE ", "\x13 DDE "].some(has))
    findings.add("office-dde");
  if (["INCLUDEPICTURE", "INCLUDETEXT"].some(has))
    findings.add("office-external-link");
  const filter = fib.getUint16(2, true) < 101 ? "MS WinWord 6" : "MS Word 97";
  return { filter, encrypted, findings };
}

const FILE_PASS = 0x2f;
const BOUND_SHEET = 0x85;
const SUP_BOOK = 0x1ae;
const MAX_RECORDS = 2_000_000;

/** MS-XLS §2.4: records of a type, a length and so many bytes. */
function lookIntoBook(
  stream: Uint8Array,
  findings: Set<PitFinding>,
): Omit<Look, "filter"> {
  const records = view(stream);
  let encrypted = false;
  for (
    let at = 0, left = MAX_RECORDS;
    at + 4 <= stream.length && left > 0;
    left--
  ) {
    const type = records.getUint16(at, true);
    const bytes = records.getUint16(at + 2, true);
    const body = stream.subarray(at + 4, at + 4 + bytes);
    if (type === FILE_PASS) encrypted = true;
    if (type === BOUND_SHEET && !encrypted && body[5] === 1)
      findings.add("office-macro");
    if (type === SUP_BOOK && !encrypted) lookIntoSupBook(body, findings);
    at += 4 + bytes;
  }
  return { encrypted, findings };
}

/** MS-XLS §2.4.271: of the book itself and of add-ins the second word is a fixed one; 3 parts program and topic. */
function lookIntoSupBook(body: Uint8Array, findings: Set<PitFinding>): void {
  if (body.length < 5) return;
  const length = view(body).getUint16(2, true);
  if (length === 0x0401 || length === 0x3a01) return;
  findings.add(
    body.subarray(4).includes(3) ? "office-dde" : "office-external-link",
  );
}

/** MS-PPT §2.3.2 (headerToken of an encrypted one), §2.4.10 (VBAInfoContainer), §2.10.34 (ExOleObjStg). */
function lookIntoSlides(
  stream: Uint8Array,
  user: Uint8Array | undefined,
  findings: Set<PitFinding>,
): Look {
  const bytes = Buffer.from(stream);
  if (hasMacros(bytes)) findings.add("office-macro");
  if (bytes.includes(Buffer.from([0x10, 0x00, 0x11, 0x10])))
    findings.add("office-ole");
  const token =
    user === undefined || user.length < 16 ? 0 : view(user).getUint32(12, true);
  return {
    filter: "MS PowerPoint 97",
    encrypted: token === 0xf3d1c4df,
    findings,
  };
}

const VBA_INFO = Buffer.from([0x1f, 0x00, 0xff, 0x03]);
const HAS_MACROS_AT = 20;

/** The container is always there; fHasMacros in its atom tells (MS-PPT §2.4.11). */
function hasMacros(slides: Buffer): boolean {
  const at = slides.indexOf(VBA_INFO);
  if (at < 0 || at + HAS_MACROS_AT + 4 > slides.length) return false;
  return slides.readUInt32LE(at + HAS_MACROS_AT) !== 0;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
