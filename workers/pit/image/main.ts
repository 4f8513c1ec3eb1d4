/*
NAME       pit/image — a picture in, raw pixels out
ZONE       pit: no network, no disk, no secrets, no siblings; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   nobody
SECURITY   everything here has met hostile bytes. Say nothing but frames; the parent believes none of it
STANDARDS  PNG, JPEG, GIF, WebP, TIFF through libvips
LIMITS     maxPages, maxSidePixels, maxPixels, pitOutputBytes; the parent enforces them again
FAULTS     DOCUMENT_UNREADABLE, DOCUMENT_TOO_MANY_PAGES, DOCUMENT_TOO_MANY_PIXELS, PIT_OUTPUT
NOT HERE   encoding pixels (src/render), deciding anything
BUGS       of an animation only the first picture survives
*/
import {
  perform,
  PitRefusal,
  sayDocument,
  sayDone,
  sayPage,
} from "../speak.ts";
import { decodePage } from "./decode.ts";
import { look } from "./look.ts";

await perform(async ({ limits, document }) => {
  const picture = await look(document);
  if (picture.pageCount > limits.maxPages)
    throw new PitRefusal("DOCUMENT_TOO_MANY_PAGES");
  sayDocument(picture.pageCount, picture.findings);
  for (let index = 0; index < picture.pageCount; index++) {
    const { head, pixels } = await decodePage(document, index, limits);
    sayPage(head, pixels);
  }
  sayDone(picture.pageCount);
});
