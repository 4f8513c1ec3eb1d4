import type { PageText, PixelPage } from "../core/pixels.ts";
import { InkFinder } from "./ink-finder.ts";
import { onPaper } from "./paper.ts";
import { runsOf, type PageRuns } from "./text-runs.ts";

const FULL_SIDE = 65_535;
const WHOLE_PAGE = {
  ...{ codePoint: 0, isMissing: false },
  ...{ left: 0, top: 0, right: FULL_SIDE, bottom: FULL_SIDE },
};

/** What was read on a page that the document has no words for. */
export interface ReadPage {
  readonly runs: PageRuns["runs"];
  readonly isShortened: boolean;
}

/**
 * Asks for the letters of a page that shows something and says nothing; null for any other, and where nothing was read. They
 * are believed no more than a document's own: only what has ink under it stays.
 */
export async function readOff(
  page: PixelPage,
  own: PageRuns,
  read: (page: PixelPage) => Promise<PageText | null>,
): Promise<ReadPage | null> {
  if (own.runs.length > 0) return null;
  if (!new InkFinder(page).hasInk(WHOLE_PAGE)) return null;
  const text = await read(page);
  if (text === null) return null;
  const { runs } = runsOf({ ...page, text }, onPaper(page));
  return runs.length === 0 ? null : { runs, isShortened: text.isShortened };
}
