/** Trusted re-encoding: from checked pixels to new files. Nothing of an input file is ever seen here. */
import { Fault } from "../core/fault.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { PixelPage } from "../core/pixels.ts";
import type { PaperWishes, Render, RenderedPdf } from "../core/render.ts";
import { Budget } from "./budget.ts";
import { ImagePdf } from "./image-pdf.ts";
import { encodeJpeg, FINEST, openPixels } from "./page-image.ts";
import type { PageImage } from "./lossless.ts";
import { PageNotes } from "./page-notes.ts";
import { PageThreads } from "./page-threads.ts";
import { onPaper } from "./paper.ts";
import { readOff, type ReadPage } from "./read-off.ts";
import { runsOf, type PageRuns } from "./text-runs.ts";

const PICTURE_JPEG_QUALITY = 85;
const PNG_LEVEL = 6;

export function createRender(limits: Limits = DEFAULT_LIMITS): Render {
  const { maxCleanPartBytes } = limits;
  const threads = new PageThreads();
  return {
    pdf: (pages, wishes = {}) =>
      renderPdf(pages, wishes, { threads, maxBytes: maxCleanPartBytes }),
    picture: async (page, type) => {
      const bytes = await renderPicture(page, type);
      requireRoom(bytes.length, maxCleanPartBytes);
      return bytes;
    },
  };
}

interface RenderMeans {
  readonly threads: PageThreads;
  readonly maxBytes: number;
}

interface Made {
  readonly page: PixelPage;
  readonly image: PageImage;
  /** The document's own words, and those of a page that has none. */
  readonly text: PageRuns;
  readonly read: ReadPage | null;
}

async function renderPdf(
  pages: AsyncIterable<PixelPage>,
  { textLayer = false, read, room = null }: PaperWishes,
  { threads, maxBytes }: RenderMeans,
): Promise<RenderedPdf> {
  const pdf = new ImagePdf();
  const budget = new Budget(room);
  const notes = new PageNotes();
  let count = 0;
  const ask = textLayer ? read : undefined;
  const make = (page: PixelPage) => makePage(page, threads, ask);
  for await (const made of ahead(pages, make, threads.size)) {
    const { page, text, read } = made;
    const image = await budget.fit(page, made.image);
    requireRoom(budget.spentBytes, maxBytes);
    page.release?.();
    notes.add(page, text, read);
    pdf.addPage(onPaper(page), image, textLayer ? (read ?? text).runs : []);
    count++;
  }
  if (count === 0) throw new Fault("DOCUMENT_EMPTY");
  const bytes = await pdf.finish();
  requireRoom(bytes.length, maxBytes);
  return { bytes, pages: count, findings: notes.findings(budget) };
}

async function makePage(
  page: PixelPage,
  threads: PageThreads,
  ask: PaperWishes["read"],
): Promise<Made> {
  const looking = threads.look(page);
  // Asked for below; until then its failure is nobody's.
  looking.catch(() => undefined);
  const text = runsOf(page, onPaper(page));
  const read = ask === undefined ? null : await readOff(page, text, ask);
  const image = (await looking) ?? (await encodeJpeg(page, FINEST.quality));
  return { page, image, text, read };
}

/** In order, `width` at a time and one more arriving: memory does not grow with the document. On any failure the source is told to stop. */
async function* ahead<Made>(
  pages: AsyncIterable<PixelPage>,
  make: (page: PixelPage) => Promise<Made>,
  width: number,
): AsyncGenerator<Made> {
  const source = pages[Symbol.asyncIterator]();
  const making: Promise<Made>[] = [];
  try {
    for (;;) {
      const next = await source.next();
      if (next.done === true) break;
      const made = make(next.value);
      // Whoever takes it from the list hears of its failure; until then it is nobody's.
      made.catch(() => undefined);
      making.push(made);
      if (making.length > width) yield await making.shift()!;
    }
    while (making.length > 0) yield await making.shift()!;
  } finally {
    await Promise.allSettled([...making, source.return?.()]);
  }
}

async function renderPicture(
  page: PixelPage,
  type: "image/png" | "image/jpeg",
): Promise<Uint8Array> {
  if (type === "image/png")
    return openPixels(page).png({ compressionLevel: PNG_LEVEL }).toBuffer();
  return openPixels(page)
    .flatten({ background: "#ffffff" })
    .jpeg({ quality: PICTURE_JPEG_QUALITY })
    .toBuffer();
}

function requireRoom(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes) throw new Fault("REBUILT_TOO_BIG", { bytes, maxBytes });
}
