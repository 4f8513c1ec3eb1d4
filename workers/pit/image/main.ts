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
  hearAsk,
  perform,
  PitRefusal,
  type Request,
  sayDocument,
  sayDone,
  sayPage,
} from "../speak.ts";
import type { PitFinding } from "../../../src/wire/pit-codes.ts";
import { decodePage, plainChannels, type Decoded } from "./decode.ts";
import { decodeBmp, isBmp } from "./bmp.ts";
import { decodeHeif, isHeif } from "./heif.ts";
import { look } from "./look.ts";
import { isSvg, svgDensity, svgFindings } from "./svg.ts";

/** A picture file that was looked at. */
interface Opened {
  readonly pageCount: number;
  readonly findings: Iterable<PitFinding>;
  readonly pictures?: number;
  readonly page: (index: number) => Promise<Decoded>;
}

await perform(async (request) => {
  const opened = await open(request);
  const { pageCount, findings, pictures, page } = opened;
  if (pageCount > request.limits.maxPages)
    throw new PitRefusal("DOCUMENT_TOO_MANY_PAGES");
  sayDocument(pageCount, findings, pictures);
  if (request.limits.asksPages === true) return drawAsked(opened);
  for (let index = 0; index < pageCount; index++) {
    const { head, pixels } = await page(index);
    sayPage(head, pixels);
  }
  return sayDone(pageCount);
});

async function drawAsked({ pageCount, page }: Opened): Promise<void> {
  for (;;) {
    const ask = hearAsk(pageCount);
    if (ask === null) return;
    const { head, pixels } = await page(ask.index);
    sayPage(head, pixels);
  }
}

async function open({ limits, document }: Request): Promise<Opened> {
  if (isHeif(document)) {
    const decoded = plain(await decodeHeif(document, limits), 4);
    // libvips reads the head of such a file, though not its picture.
    const told = await look(document).catch(() => null);
    return alone(decoded, told?.findings ?? []);
  }
  if (isBmp(document)) return alone(plain(decodeBmp(document, limits), 3), []);
  if (isSvg(document)) {
    const density = await svgDensity(document, limits);
    const decoded = await decodePage(document, 0, limits, density);
    return alone(decoded, svgFindings(document));
  }
  const page = (index: number) => decodePage(document, index, limits);
  return { ...(await look(document)), page };
}

function alone(decoded: Decoded, findings: Opened["findings"]): Opened {
  return { pageCount: 1, findings, page: async () => decoded };
}

function plain({ head, pixels }: Decoded, channels: 3 | 4): Decoded {
  const bare = plainChannels(pixels, channels);
  return { head: { ...head, channels: bare.channels }, pixels: bare.pixels };
}
