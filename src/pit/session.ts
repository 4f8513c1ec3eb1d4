/** One document through one pit, page by page. */
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { PitDocument } from "../core/pit.ts";
import type { PixelPage } from "../core/pixels.ts";
import { ALL_PAGES, turnOf, type PageShare } from "../wire/pit.ts";
import { Dialogue, type PitSource } from "./dialogue.ts";
import type { Submission } from "./submission.ts";

/** The pit is ended when this fails, and when whoever takes the pages leaves. */
export async function openSession(
  source: PitSource,
  limits: Limits,
  submission: Submission,
): Promise<PitDocument> {
  const dialogue = await Dialogue.start(source, limits, submission);
  try {
    const { pageCount, findings, pictures } = await dialogue.beginPages();
    const share = submission.share?.(pageCount) ?? ALL_PAGES;
    dialogue.feed.tellShare(share);
    const { pitDeadlineMs, pitPageMs } = limits;
    const { slackMs = 0, onPaper } = submission;
    dialogue.process.allow(pitDeadlineMs + pitPageMs * pageCount + slackMs);
    const pages = pagesOf(dialogue, { ...share, pageCount, onPaper });
    return {
      pageCount,
      findings,
      ...(pictures === 0 ? {} : { pictures }),
      pages: dialogue.endAfter(pages),
    };
  } catch (error) {
    await dialogue.end();
    throw error;
  }
}

interface Expected extends PageShare {
  readonly pageCount: number;
  readonly onPaper: boolean;
}

async function* pagesOf(
  dialogue: Dialogue,
  { pageCount, pits, own, onPaper }: Expected,
): AsyncGenerator<PixelPage, void> {
  const { frames } = dialogue;
  try {
    let given = 0;
    for (let index = 0; index < pageCount; index++) {
      if (turnOf(index, pits) !== own) continue;
      const page = await frames.page(index);
      given++;
      yield onPaper ? { ...page, text: await frames.text(index) } : page;
    }
    const { pages } = await frames.expect("done");
    if (pages !== given) throw new Fault("PIT_PROTOCOL", { pages, given });
  } finally {
    await dialogue.end();
  }
}
