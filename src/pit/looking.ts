/** One document in one pit that stays open while somebody looks at it. */
import type { Limits } from "../core/limits.ts";
import type { OpenPages } from "../core/pit.ts";
import type { PixelPage } from "../core/pixels.ts";
import { encodeAsk } from "../wire/pit.ts";
import { Dialogue, type PitSource } from "./dialogue.ts";
import type { Submission } from "./submission.ts";

/** The pit is ended when anything fails, when it is closed, and when nobody asks for long. */
export async function openLooking(
  source: PitSource,
  limits: Limits,
  submission: Submission,
): Promise<OpenPages> {
  const asked = { ...submission, asksPages: true } as const;
  const dialogue = await Dialogue.start(source, limits, asked);
  try {
    const { pageCount } = await dialogue.beginPages();
    return pagesOnDemand(dialogue, limits, pageCount);
  } catch (error) {
    await dialogue.end();
    throw error;
  }
}

function pagesOnDemand(
  dialogue: Dialogue,
  { pitDeadlineMs, pitPageMs }: Limits,
  pageCount: number,
): OpenPages {
  const { process, feed, frames } = dialogue;
  const renew = () => process.renew(pitDeadlineMs + pitPageMs);
  renew();
  let last: Promise<unknown> = Promise.resolve();
  const draw = async (index: number, dpi: number): Promise<PixelPage> => {
    renew();
    try {
      // Who does not listen any more says why, or ends.
      await feed.write(encodeAsk({ index, dpi })).catch(() => undefined);
      return await frames.page(index);
    } catch (error) {
      await dialogue.end();
      throw error;
    }
  };
  return {
    pageCount,
    page: (index, dpi) => {
      const drawn = last.then(() => draw(index, dpi));
      last = drawn.catch(() => undefined);
      return drawn;
    },
    isClosed: () => process.hasEnded,
    close: () => dialogue.end(),
  };
}
