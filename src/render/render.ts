/** Trusted re-encoding: from checked pixels to new files. Nothing of an input file is ever seen here. */
import { Fault } from "../core/fault.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type {
  PaperWishes,
  PixelPage,
  Render,
  RenderedPdf,
} from "../core/ports.ts";
import { Budget } from "./budget.ts";
import { ImagePdf, onPaper } from "./image-pdf.ts";
import { encodePageImage, openPixels } from "./page-image.ts";
import { PageNotes } from "./page-notes.ts";
import { runsOf } from "./text-runs.ts";

const PICTURE_JPEG_QUALITY = 85;
const PNG_LEVEL = 6;

export function createRender(limits: Limits = DEFAULT_LIMITS): Render {
  const { maxCleanPartBytes } = limits;
  return {
    pdf: (pages, wishes = {}) => renderPdf(pages, wishes, maxCleanPartBytes),
    picture: async (page, type) => {
      const bytes = await renderPicture(page, type);
      requireRoom(bytes.length, maxCleanPartBytes);
      return bytes;
    },
  };
}

/** While a page is encoded the next one arrives, and no more than that: memory does not grow with the document. */
async function renderPdf(
  pages: AsyncIterable<PixelPage>,
  { textLayer = false, room = null }: PaperWishes,
  maxBytes: number,
): Promise<RenderedPdf> {
  const pdf = new ImagePdf();
  const budget = new Budget(room);
  const notes = new PageNotes();
  let count = 0;
  for await (const [page, finest] of ahead(pages, encodePageImage)) {
    const image = await budget.fit(page, finest);
    requireRoom(budget.spentBytes, maxBytes);
    const paper = onPaper(page);
    const text = runsOf(page, paper);
    notes.add(page, text);
    pdf.addPage(paper, image, textLayer ? text.runs : []);
    count++;
  }
  if (count === 0) throw new Fault("DOCUMENT_EMPTY");
  const bytes = await pdf.finish();
  requireRoom(bytes.length, maxBytes);
  return { bytes, pages: count, findings: notes.findings(budget) };
}

/** Pulls one page ahead of the work on the one before; on any failure the source is told to stop. */
async function* ahead<Made>(
  pages: AsyncIterable<PixelPage>,
  make: (page: PixelPage) => Promise<Made>,
): AsyncGenerator<readonly [PixelPage, Made]> {
  const source = pages[Symbol.asyncIterator]();
  try {
    let next = await source.next();
    while (next.done !== true) {
      const page = next.value;
      const [made, arrived] = await Promise.allSettled([
        make(page),
        source.next(),
      ]);
      if (made.status === "rejected") throw made.reason;
      if (arrived.status === "rejected") throw arrived.reason;
      yield [page, made.value];
      next = arrived.value;
    }
  } finally {
    await source.return?.();
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
