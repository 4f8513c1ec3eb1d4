/*
NAME       pit/unpack — a container of Outlook or an archive in, what it holds out, as a mail
ZONE       pit: no network, no disk, no secrets, no siblings; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   nobody
SECURITY   everything here has met hostile bytes. What it says is one mail, which the parent reads as it reads any stranger's
STANDARDS  MS-OXTNEF, MS-OXMSG, MS-CFB, MS-OXRTFCP, MS-OXRTFEX; APPNOTE (ZIP), RAR as UnRAR reads it, RFC 1952, POSIX ustar and pax, LZH; RFC 5322, RFC 2045
LIMITS     maxOutputBytes, maxUnpackedBytes, maxEntries, maxRatio; members, attributes, properties and levels; the parent counts parts, depth and bytes again
FAULTS     DOCUMENT_UNREADABLE, DOCUMENT_ENCRYPTED, DOCUMENT_EMPTY, UNPACKED_TOO_BIG, ARCHIVE_*, PIT_OUTPUT
NOT HERE   judging what is inside (policy), reading the mail (src/mime)
*/
import { perform, PitRefusal, type Request } from "../speak.ts";
import { isCompoundFile, openCompoundFile } from "./compound-file.ts";
import { archiveItem, type UnpackedItem } from "./item.ts";
import { isOutlookMessage, readOutlookMessage } from "./outlook-message.ts";
import { isGzip, readGzip } from "./gzip.ts";
import { isLzh, readLzh } from "./lzh.ts";
import { isRar, readRar } from "./rar.ts";
import { sayItem } from "./say-item.ts";
import { isTar, readTar } from "./tar.ts";
import { isTnef, readTnef } from "./tnef.ts";
import { isZip, readZip } from "./zip.ts";

await perform(async (request) => sayItem(await unpack(request)));

async function unpack({
  document,
  limits,
  password,
}: Request): Promise<UnpackedItem> {
  if (isTnef(document)) return readTnef(document, limits);
  if (isCompoundFile(document)) {
    const root = openCompoundFile(document);
    if (isOutlookMessage(root)) return readOutlookMessage(root, limits);
  }
  if (isZip(document)) return archiveItem(readZip(document, limits, password));
  if (isRar(document))
    return archiveItem(await readRar(document, limits, password));
  if (isGzip(document)) return archiveItem(readGzip(document, limits));
  if (isLzh(document)) return archiveItem(readLzh(document, limits));
  if (isTar(document)) return archiveItem(readTar(document, limits));
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}
