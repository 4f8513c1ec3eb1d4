/** The letters of drawn pages, read in pits: one fresh process a page, no more at a time than there are processors. */
import { availableParallelism } from "node:os";
import type { UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { PageText, PixelPage } from "../core/pixels.ts";
import { createSlots } from "../core/slots.ts";
import { FRAME_BYTES } from "../wire/pit-frame.ts";
import { encodeSheetHead, SHEET_HEAD_BYTES } from "../wire/pit-sheet.ts";
import { CHARACTER_BYTES } from "../wire/pit-text.ts";
import { Dialogue } from "./dialogue.ts";
import type { Command } from "./walls.ts";

const POINTS_PER_INCH = 72;
/** What the program takes for a resolution. */
const [LEAST_DPI, MOST_DPI] = [70, 2400];
/** `ready`, `document`, `text`, `done`. */
const FRAMES = 4;

export interface ReadingMeans {
  readonly limits: Limits;
  /** Faults: OCR_MISSING, PIT_UNAVAILABLE. */
  readonly command: () => Promise<Command>;
}

/** See `Pit.read`. */
export function createReading({
  limits,
  command,
}: ReadingMeans): (page: PixelPage, withinMs: number) => Promise<PageText> {
  const slots = createSlots(availableParallelism());
  return async (page, withinMs) => {
    const source = await command();
    const askedAt = performance.now();
    const giveBack = await slots.take(withinMs);
    if (giveBack === null) throw new Fault("PIT_DEADLINE", { waited: true });
    try {
      const leftMs = withinMs - (performance.now() - askedAt);
      const own = readingLimits(limits, Math.max(1, leftMs));
      return await readSheet(source, own, sheetOf(page));
    } finally {
      giveBack();
    }
  };
}

async function readSheet(
  source: Command,
  limits: Limits,
  document: UntrustedContent,
): Promise<PageText> {
  const submission = { document, password: "", onPaper: false };
  const dialogue = await Dialogue.start(source, limits, submission);
  try {
    // The announcement says nothing but that it came: one page went in.
    await dialogue.begin();
    const text = await dialogue.frames.text(0);
    const { pages } = await dialogue.frames.expect("done");
    if (pages !== 1) throw new Fault("PIT_PROTOCOL", { pages });
    return text;
  } finally {
    await dialogue.end();
  }
}

function readingLimits(limits: Limits, leftMs: number): Limits {
  const textBytes = limits.maxPageCharacters * CHARACTER_BYTES;
  return {
    ...limits,
    pitDeadlineMs: Math.min(limits.ocrPageMs, leftMs),
    pitOutputBytes: FRAMES * FRAME_BYTES + textBytes,
  };
}

/** One page as pixels (`wire/pit-sheet.ts`), drawn by a pit that met the document: as strange as the document was. */
function sheetOf(page: PixelPage): UntrustedContent {
  const { width, height, channels, pixels } = page;
  const head = encodeSheetHead({ width, height, channels, dpi: dpiOf(page) });
  const sheet = {
    ...{ bytes: SHEET_HEAD_BYTES + pixels.length, sha256: "" },
    open: async function* () {
      yield head;
      yield pixels;
    },
  };
  return sheet as unknown as UntrustedContent;
}

function dpiOf({ points, width }: PixelPage): number {
  const dpi = points === null ? 0 : (width * POINTS_PER_INCH) / points.width;
  return Math.round(Math.min(MOST_DPI, Math.max(LEAST_DPI, dpi)));
}
