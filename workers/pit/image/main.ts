/*
NAME       pit/image — a picture in, raw pixels out
ZONE       pit: no network, no disk, no secrets, no siblings; one document, then the process is ended
READS      stdin (request)              WRITES  stdout (frames)
TALKS TO   nobody
SECURITY   everything here has met hostile bytes. Say nothing but frames; the parent believes none of it
STANDARDS  PNG, JPEG, GIF, WebP, TIFF, AVIF, SVG through libvips; HEIC through libheif; BMP here
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
import { decodePage, plainChannels } from "./decode.ts";
import { decodeBmp, isBmp } from "./bmp.ts";
import { decodeHeif, isHeif } from "./heif.ts";
import { look } from "./look.ts";
import { isSvg, svgDensity, svgFindings } from "./svg.ts";

await perform(async ({ limits, document }) => {
  if (isHeif(document)) {
    const { head, pixels } = await decodeHeif(document, limits);
    // libvips reads the head of such a file, though not its picture.
    const told = await look(document).catch(() => null);
    sayDocument(1, told?.findings ?? []);
    const plain = plainChannels(pixels, 4);
    sayPage({ ...head, channels: plain.channels }, plain.pixels);
    return sayDone(1);
  }
  if (isBmp(document)) {
    const { head, pixels } = decodeBmp(document, limits);
    sayDocument(1, []);
    const plain = plainChannels(pixels, 3);
    sayPage({ ...head, channels: plain.channels }, plain.pixels);
    return sayDone(1);
  }
  if (isSvg(document)) {
    const density = await svgDensity(document, limits);
    const { head, pixels } = await decodePage(document, 0, limits, density);
    sayDocument(1, svgFindings(document));
    sayPage(head, pixels);
    return sayDone(1);
  }
  const picture = await look(document);
  if (picture.pageCount > limits.maxPages)
    throw new PitRefusal("DOCUMENT_TOO_MANY_PAGES");
  sayDocument(picture.pageCount, picture.findings, picture.pictures);
  for (let index = 0; index < picture.pageCount; index++) {
    const { head, pixels } = await decodePage(document, index, limits);
    sayPage(head, pixels);
  }
  sayDone(picture.pageCount);
});
