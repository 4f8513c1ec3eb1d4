/*
NAME       pit/unpack — a container of Outlook in, the mail that it holds out
ZONE       pit: no network, no disk, no secrets, no siblings; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   nobody
SECURITY   everything here has met hostile bytes. What it says is one mail, which the parent reads as it reads any stranger's
STANDARDS  MS-OXTNEF, MS-OXMSG, MS-CFB, MS-OXRTFCP, MS-OXRTFEX; RFC 5322, RFC 2045
LIMITS     maxOutputBytes; members, attributes, properties and levels; the parent counts parts, depth and bytes again
FAULTS     DOCUMENT_UNREADABLE, UNPACKED_TOO_BIG, PIT_OUTPUT
NOT HERE   judging what is inside (policy), reading the mail (src/mime)
*/
import {
  perform,
  PitRefusal,
  sayBytes,
  sayDocument,
  sayDone,
} from "../speak.ts";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { isCompoundFile, openCompoundFile } from "./compound-file.ts";
import { archiveItem, type UnpackedItem } from "./item.ts";
import { writeMail } from "./mail.ts";
import { isOutlookMessage, readOutlookMessage } from "./outlook-message.ts";
import { isTnef, readTnef } from "./tnef.ts";
import { isZip, readZip } from "./zip.ts";

await perform(async ({ limits, document }) => {
  const item = unpack(document, limits);
  sayDocument(1, []);
  let pieces = 0;
  for (const piece of writeMail(item)) {
    pieces += sayBytes(piece);
  }
  sayDone(pieces);
});

function unpack(document: Uint8Array, limits: PitLimits): UnpackedItem {
  if (isTnef(document)) return readTnef(document, limits);
  if (isCompoundFile(document)) {
    const root = openCompoundFile(document);
    if (isOutlookMessage(root)) return readOutlookMessage(root, limits);
  }
  if (isZip(document)) return archiveItem(readZip(document, limits));
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}
