/*
NAME       pit/ocr — a drawn page in, the letters that can be read on it out
ZONE       pit: no network, no secrets, no siblings, a folder in memory; one page, then all of it is ended
READS      stdin (request, wire/pit-sheet)  WRITES  stdout (frames), the folder in memory
TALKS TO   tesseract: started here, with one thread, for lines across and perhaps again for lines downwards
SECURITY   the pixels are ours, what they show is a stranger's. Letters come out with their boxes and go the way of those that a document tells
LIMITS     maxPageCharacters, bytes of one answer; the parent counts bytes and time
FAULTS     DOCUMENT_UNREADABLE
NOT HERE   which pages are read (render), cleaning text, whether there is ink under it (render)
BUGS       what is hardly sure is left out line by line, so a line may be missing
*/
import { existsSync } from "node:fs";
import { decodeSheet } from "../../../src/wire/pit-sheet.ts";
import { ARCHIVE, putArchive, runTool } from "../extract/tool.ts";
import {
  perform,
  PitRefusal,
  sayDocument,
  sayDone,
  sayText,
} from "../speak.ts";
import { charactersOf } from "./characters.ts";
import { greyPage } from "./grey.ts";
import { readTable, sureness, type Line } from "./table.ts";

const TESSERACT = "/usr/bin/tesseract";
const DOWNWARDS = "/usr/share/tesseract-ocr/5/tessdata/jpn_vert.traineddata";
/** Of one answer: a page of small print says 200 kB. */
const MAX_TABLE_BYTES = 8 * 1024 * 1024;
/** Of a page, in percent; below, its lines may run downwards. */
const READ_WELL = 60;
/** Of a line; below, it is mostly a picture or a seal. */
const SURE_ENOUGH = 50;

await perform(async ({ document, limits }) => {
  const sheet = decodeSheet(document);
  if (sheet === null) throw new PitRefusal("DOCUMENT_UNREADABLE");
  putArchive(greyPage(sheet.head, sheet.pixels));
  const lines = read(sheet.head.dpi);
  const sure = lines.filter((line) => sureness([line]) >= SURE_ENOUGH);
  const all = charactersOf(sure, sheet.head);
  const some = all.slice(0, limits.maxPageCharacters);
  sayDocument(1, []);
  sayText(0, some, some.length < all.length);
  sayDone(1);
});

function read(dpi: number): readonly Line[] {
  const across = ask(dpi, ["-l", "jpn", "--psm", "3"]);
  if (sureness(across) >= READ_WELL || !existsSync(DOWNWARDS)) return across;
  const down = ask(dpi, ["-l", "jpn_vert", "--psm", "5"]);
  return sureness(down) > sureness(across) ? down : across;
}

function ask(dpi: number, how: readonly string[]): readonly Line[] {
  const table = ["-c", "tessedit_create_tsv=1"];
  const { ok, cut, out } = runTool(
    [TESSERACT, ARCHIVE, "stdout", "--dpi", String(dpi), ...how, ...table],
    {
      ...{ heard: new Uint8Array(), maxOutBytes: MAX_TABLE_BYTES },
      // One thread a page: several pages are read at a time, and the same page gives the same letters.
      environment: { OMP_THREAD_LIMIT: "1" },
    },
  );
  if (!ok || cut) throw new PitRefusal("DOCUMENT_UNREADABLE");
  return readTable(Buffer.from(out).toString("utf8"));
}
