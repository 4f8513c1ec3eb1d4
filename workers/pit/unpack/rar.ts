/** RAR of versions 1.5 to 6, also under a password: read by UnRAR itself, one member after the other, in memory. */
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { Allowance } from "./allowance.ts";
import type { UnpackedMember } from "./item.ts";
import { decodeNames, type RawName } from "./names.ts";
import {
  ARCHIVE_FLAG,
  ARCHIVE_NAME,
  MEMBER_FLAG,
  openUnrar,
  UNRAR,
  type UnrarArchive,
} from "./unrar.ts";

/** How UnRAR keeps the bytes of a name that is no UTF-8: this mark, and each byte at its place in the private-use area. */
const RAW_NAME = { mark: "\ufffe", from: 0xe000 } as const;

export function isRar(document: Uint8Array): boolean {
  const head = Buffer.from(document.subarray(0, 6)).toString("latin1");
  return head === "Rar!\x1a\x07";
}

export async function readRar(
  document: Uint8Array,
  limits: PitLimits,
  password: Uint8Array = new Uint8Array(),
): Promise<UnpackedMember[]> {
  const allowance = new Allowance(limits, document.length);
  const { archive, files } = await openUnrar(document, (bytes) => {
    allowance.takeBytes(bytes);
  });
  const words = new TextDecoder().decode(password);
  const lockedHeads = openArchive(archive, words);
  const members: {
    readonly name: RawName;
    readonly bytes: Uint8Array | null;
  }[] = [];
  for (;;) {
    const head = archive.getFileHeader();
    if (head.state.errCode === UNRAR.end) break;
    requireRead(head.state.errCode, lockedHeads);
    allowance.takeEntries();
    const isLocked = (head.flags & MEMBER_FLAG.locked) !== 0;
    requireRead(archive.readFile(false).errCode, isLocked);
    const bytes = files.takeWritten();
    // A member that is a copy of another one comes out empty.
    if (bytes !== null && bytes.length < head.unpSize)
      throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
    if ((head.flags & MEMBER_FLAG.folder) === 0)
      members.push({ name: rawName(head.name), bytes });
  }
  if (members.length === 0) throw new PitRefusal("DOCUMENT_EMPTY");
  const names = decodeNames(members.map(({ name }) => name));
  return members.map(({ bytes }, index): UnpackedMember => {
    const name = names[index] ?? "";
    return bytes === null
      ? { kind: "reference", name }
      : { kind: "file", name, bytes };
  });
}

/** Gives whether the list itself is under a password. */
function openArchive(archive: UnrarArchive, password: string): boolean {
  const { state, flags } = archive.open(ARCHIVE_NAME, password, false);
  const lockedHeads = (flags & ARCHIVE_FLAG.lockedHeads) !== 0;
  requireRead(state.errCode, lockedHeads);
  if ((flags & ARCHIVE_FLAG.volume) !== 0)
    throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
  return lockedHeads;
}

/** RAR 4 cannot tell a wrong password from damage; where something is locked, the password is what people can mend. */
function requireRead(errCode: number, isLocked: boolean): void {
  switch (errCode) {
    case 0:
      return;
    case UNRAR.passwordMissing:
    case UNRAR.passwordWrong:
      throw new PitRefusal("DOCUMENT_ENCRYPTED");
    case UNRAR.memory:
    case UNRAR.otherVolume:
    case UNRAR.unknownFormat:
    case UNRAR.copyOfAnother:
      throw new PitRefusal("ARCHIVE_NOT_SUPPORTED");
    default:
      throw new PitRefusal(
        isLocked ? "DOCUMENT_ENCRYPTED" : "DOCUMENT_UNREADABLE",
      );
  }
}

/** The bytes that the archive has, where it did not say its charset. */
function rawName(name: string): RawName {
  if (!name.includes(RAW_NAME.mark)) return name;
  const bytes = [...name.replaceAll(RAW_NAME.mark, "")].map((character) => {
    const byte = (character.codePointAt(0) ?? 0) - RAW_NAME.from;
    return byte >= 0x80 && byte <= 0xff
      ? Buffer.of(byte)
      : Buffer.from(character);
  });
  return withTrailBytes(Buffer.concat(bytes));
}

/** UnRAR takes each 0x5C for the end of a folder. In Shift_JIS it is the second byte of 表 and others, which 0x2F never is. */
function withTrailBytes(name: Buffer): Buffer {
  for (let at = 0; at + 1 < name.length; at++) {
    if (!isShiftJisLead(name[at] ?? 0)) continue;
    at += 1;
    if (name[at] === 0x2f) name[at] = 0x5c;
  }
  return name;
}

function isShiftJisLead(byte: number): boolean {
  return (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
}
