/*
NAME       pit/extract — an archive that a program of the system opens in, its members out, as a mail
ZONE       pit: no network, no secrets, no siblings, a folder in memory; one archive, then all of it is ended
READS      stdin (request)              WRITES  stdout (frames), the folder in memory
TALKS TO   7zz, started here
SECURITY   it does not write under a name of the archive: members come out as one stream. The password goes through a file in memory, never over a command line
STANDARDS  7z, CAB, ISO 9660, XZ, BZIP2 as that program reads them; RFC 5322, RFC 2045
LIMITS     maxUnpackedBytes, maxEntries, maxRatio, maxOutputBytes; the parent counts again
FAULTS     DOCUMENT_UNREADABLE, DOCUMENT_ENCRYPTED, DOCUMENT_EMPTY, UNPACKED_TOO_BIG, ARCHIVE_*, PIT_OUTPUT
NOT HERE   ZIP, RAR, TAR, GZIP, LZH (pit/unpack); judging what is inside (policy)
*/
import { perform, PitRefusal, type Request } from "../speak.ts";
import { archiveItem, type UnpackedMember } from "../unpack/item.ts";
import { sayItem } from "../unpack/say-item.ts";
import { readWithSevenZip, sevenZipFormat } from "./seven-zip.ts";

await perform(async (request) => sayItem(archiveItem(extract(request))));

function extract(request: Request): UnpackedMember[] {
  const format = sevenZipFormat(request.document);
  if (format === null) throw new PitRefusal("DOCUMENT_UNREADABLE");
  return readWithSevenZip(format, request);
}
