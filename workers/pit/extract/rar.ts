/** RAR through libarchive, which writes it anew as a TAR that is then read here. */
import { PitRefusal, type Request } from "../speak.ts";
import { Allowance } from "../unpack/allowance.ts";
import type { UnpackedMember } from "../unpack/item.ts";
import { readTar } from "../unpack/tar.ts";
import { isLockedRar } from "./rar-lock.ts";
import { ARCHIVE, outputOf, putArchive } from "./tool.ts";

const BSDTAR = "/usr/bin/bsdtar";
/** What a TAR needs beside the members: three blocks each, and its end. */
const TAR_BYTES_PER_ENTRY = 4 * 512;

export function readRar({ document, limits }: Request): UnpackedMember[] {
  if (isLockedRar(document)) throw new PitRefusal("DOCUMENT_ENCRYPTED");
  putArchive(document);
  const tarBytes = limits.maxEntries * TAR_BYTES_PER_ENTRY;
  const wide = {
    ...limits,
    maxUnpackedBytes: limits.maxUnpackedBytes + tarBytes,
  };
  const tar = outputOf(
    [BSDTAR, "-c", "-f", "-", "--format=pax", `@${ARCHIVE}`],
    {
      heard: new Uint8Array(),
      allowance: new Allowance(wide, document.length + tarBytes),
    },
  );
  if (tar.every((byte) => byte === 0)) throw new PitRefusal("DOCUMENT_EMPTY");
  return readTar(tar, limits, new Allowance(limits, document.length));
}
