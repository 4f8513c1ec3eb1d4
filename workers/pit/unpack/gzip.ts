/** GZIP (RFC 1952): one file, or a TAR that is then the archive. */
import { gunzipSync } from "node:zlib";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { Allowance } from "./allowance.ts";
import type { UnpackedMember } from "./item.ts";
import { decodeNames } from "./names.ts";
import { isTar, readTar } from "./tar.ts";

const FLAG = { crc: 2, extra: 4, name: 8, comment: 16 } as const;
const HEAD_BYTES = 10;

export function isGzip(document: Uint8Array): boolean {
  return document[0] === 0x1f && document[1] === 0x8b;
}

export function readGzip(
  document: Uint8Array,
  limits: PitLimits,
): UnpackedMember[] {
  const allowance = new Allowance(limits, document.length);
  const bytes = gunzip(document, allowance);
  const [name = ""] = decodeNames([nameIn(document)]);
  return oneFile({ name, bytes }, limits, allowance);
}

/** What packs one file: that file, or the members of the TAR that it is. */
export function oneFile(
  file: { readonly name: string; readonly bytes: Uint8Array },
  limits: PitLimits,
  allowance: Allowance,
): UnpackedMember[] {
  if (isTar(file.bytes)) return readTar(file.bytes, limits, allowance);
  allowance.takeEntries();
  allowance.takeBytes(file.bytes.length);
  return [{ kind: "file", ...file }];
}

function gunzip(document: Uint8Array, allowance: Allowance): Uint8Array {
  const maxBytes = allowance.leftBytes;
  try {
    return gunzipSync(document, { maxOutputLength: maxBytes + 1 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      allowance.takeBytes(maxBytes + 1);
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  }
}

/** RFC 1952 §2.3.1; in practice in whatever charset the file system had. */
function nameIn(document: Uint8Array): Uint8Array {
  const flags = document[3] ?? 0;
  if ((flags & FLAG.name) === 0) return new Uint8Array();
  const extraBytes =
    (flags & FLAG.extra) === 0
      ? 0
      : 2 + (document[HEAD_BYTES] ?? 0) + (document[HEAD_BYTES + 1] ?? 0) * 256;
  const from = HEAD_BYTES + extraBytes;
  const end = document.indexOf(0, from);
  return end < 0 ? new Uint8Array() : document.subarray(from, end);
}
