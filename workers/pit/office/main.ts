/*
NAME       pit/office — an office document in, a PDF and the values of its sheets out
ZONE       pit: no network, no secrets, no siblings, no disk but a folder in memory; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   LibreOffice, started here inside the same walls
SECURITY   everything here has met hostile bytes. What it says is one more untrusted PDF, and text that goes through the text rules
STANDARDS  ECMA-376, OASIS ODF 1.2, MS-CFB, MS-DOC, MS-XLS, MS-PPT, RTF 1.9 through LibreOffice
LIMITS     maxPages, told bytes of a package, the folder in memory; the parent counts files, bytes and time
FAULTS     DOCUMENT_UNKNOWN, DOCUMENT_UNREADABLE, DOCUMENT_ENCRYPTED, UNPACKED_TOO_BIG, GLYPHS_MISSING, PIT_OUTPUT
NOT HERE   drawing pages (pit/pdf), judging findings (policy)
BUGS       fields that show the date of today show that of the conversion
*/
import {
  perform,
  PitRefusal,
  sayBytes,
  sayDocument,
  sayDone,
} from "../speak.ts";
import { findMissing } from "./glyphs.ts";
import { lettersOf } from "./letters.ts";
import { look } from "./look.ts";
import { startSuite } from "./soffice.ts";

/** As on a page of a PDF (src/render/page-notes.ts); but of different letters, and in the whole document. */
const MISSING_SHARE = 0.2;
const MISSING_LETTERS = 5;

// Before the document is there: it starts while that comes, or long before, where a pit stands ready.
const suite = startSuite();

await perform(async ({ limits, password, document }) => {
  const { filter, encrypted, findings } = look(document);
  const made = await suite.convert({
    document,
    filter: encrypted ? null : filter,
    password: new TextDecoder().decode(password),
    maxPages: limits.maxPages,
  });
  if (made === null)
    throw new PitRefusal(
      encrypted ? "DOCUMENT_ENCRYPTED" : "DOCUMENT_UNREADABLE",
    );
  const sheets = made.sheets.flatMap(({ name, values }) => [name, values]);
  const files = [made.pdf, made.hidden, made.hiddenCells, ...sheets];
  const all = new Set(findings);
  if (made.hidden.length > 0) all.add("office-hidden-sheet");
  if (made.hiddenCells.length > 0) all.add("office-hidden-cells");
  if (encrypted) all.add("office-encrypted");
  if (lacksGlyphs(made.pdf)) all.add("glyphs-missing");
  sayDocument(files.length, all);
  for (const file of files) sayDone(sayBytes(file));
});

function lacksGlyphs(pdf: Uint8Array): boolean {
  const { letters, missing } = findMissing(lettersOf(pdf));
  if (missing >= MISSING_LETTERS && missing > letters * MISSING_SHARE)
    throw new PitRefusal("GLYPHS_MISSING");
  return missing > 0;
}
