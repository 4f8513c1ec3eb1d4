/*
NAME       pit/extract — an archive that a program of the system opens in, its members out, as a mail
ZONE       pit: no network, no secrets, no siblings, a folder in memory; one archive, then all of it is ended
READS      stdin (request)              WRITES  stdout (frames), the folder in memory
TALKS TO   7zz, bsdtar: started here, one after the other
SECURITY   neither writes under a name of the archive: members come out as one stream. The password goes through a file in memory, never over a command line
STANDARDS  7z, CAB, ISO 9660, RAR, XZ, BZIP2 as those programs read them; RFC 5322, RFC 2045
LIMITS     maxUnpackedBytes, maxEntries, maxRatio, maxOutputBytes; the parent counts again
FAULTS     DOCUMENT_UNREADABLE, DOCUMENT_ENCRYPTED, DOCUMENT_EMPTY, UNPACKED_TOO_BIG, ARCHIVE_*, PIT_OUTPUT
NOT HERE   ZIP, TAR, GZIP, LZH (pit/unpack); judging what is inside (policy)
BUGS       RAR under a password stays closed
*/
import { perform, PitRefusal, type Request } from "../speak.ts";
import { archiveItem, type UnpackedMember } from "../unpack/item.ts";
import { sayItem } from "../unpack/say-item.ts";
import { readRar } from "./rar.ts";
import { readWithSevenZip, sevenZipFormat } from "./seven-zip.ts";

await perform(async (request) => sayItem(archiveItem(extract(request))));

function extract(request: Request): UnpackedMember[] {
  const head = Buffer.from(request.document.subarray(0, 4)).toString("latin1");
  if (head === "Rar!") return readRar(request);
  const format = sevenZipFormat(request.document);
  if (format === null) throw new PitRefusal("DOCUMENT_UNREADABLE");
  return readWithSevenZip(format, request);
}
