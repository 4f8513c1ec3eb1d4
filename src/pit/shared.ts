/**
 * One document through several pits at once, each drawing its share of the pages: on a machine with idle processors a long
 * document takes that much less time. What they say is put together in the order of the pages; they have to agree.
 */
import { availableParallelism } from "node:os";
import { Fault } from "../core/fault.ts";
import type { PitDocument } from "../core/pit.ts";
import type { PixelPage } from "../core/pixels.ts";
import { turnOf, type PageShare } from "../wire/pit.ts";

/** Below this a second start costs more than it saves. */
const LEAST_PAGES_EACH = 8;
const MAX_PITS = 8;

/** Opens one more pit with the same document. */
export type OpenShare = (
  share: (pageCount: number) => PageShare,
) => Promise<PitDocument>;

export class Processors {
  readonly #all: number;
  #busy = 0;

  constructor(all: number = availableParallelism()) {
    this.#all = all;
  }

  take(): void {
    this.#busy++;
  }

  giveBack(): void {
    this.#busy--;
  }

  /** How many pits a document of so many pages is worth now, its first one counted already. */
  pitsFor(pageCount: number): number {
    const free = Math.max(0, this.#all - this.#busy);
    const useful = Math.floor(pageCount / LEAST_PAGES_EACH);
    return Math.max(1, Math.min(1 + free, useful, MAX_PITS));
  }
}

/** Faults: those of a session, and PIT_PROTOCOL where pits tell different things of the same document. */
export async function openShared(
  open: OpenShare,
  processors: Processors,
): Promise<PitDocument> {
  let pits = 1;
  const first = await open((pageCount) => {
    pits = processors.pitsFor(pageCount);
    return { pits, own: 0 };
  });
  if (pits === 1) return first;
  const opened = await Promise.allSettled(
    Array.from({ length: pits - 1 }, (_, place) =>
      open(() => ({ pits, own: place + 1 })),
    ),
  );
  const documents = [first];
  for (const one of opened)
    if (one.status === "fulfilled") documents.push(one.value);
  const failed = opened.find((one) => one.status === "rejected");
  const agree = documents.every(
    ({ pageCount, findings }) =>
      pageCount === first.pageCount &&
      findings.join() === first.findings.join(),
  );
  if (failed !== undefined || !agree) {
    await endAll(documents.map(({ pages }) => pages[Symbol.asyncIterator]()));
    throw failed?.reason ?? new Fault("PIT_PROTOCOL", { disagree: true });
  }
  return { ...first, pages: inTurn(documents, first.pageCount) };
}

function inTurn(
  documents: readonly PitDocument[],
  pageCount: number,
): AsyncIterable<PixelPage> {
  const sources = documents.map(({ pages }) => pages[Symbol.asyncIterator]());
  const pages = turns(sources, pageCount);
  // A generator that was never begun skips its `finally`.
  const iterator: AsyncIterator<PixelPage, void> = {
    next: () => pages.next(),
    return: async () => {
      await endAll(sources);
      return pages.return();
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/**
 * A page of each is read ahead, so that none waits with its next one for the slow page of another. Each says its own end, and
 * only then is it believed to have said all.
 */
async function* turns(
  sources: readonly AsyncIterator<PixelPage>[],
  pageCount: number,
): AsyncGenerator<PixelPage, void> {
  const read = (place: number) => {
    const next = sources[place]!.next();
    // Heard when its turn comes, which it may never.
    next.catch(() => undefined);
    return next;
  };
  const ahead = sources.map((_, place) => read(place));
  try {
    for (let index = 0; index < pageCount; index++) {
      const place = turnOf(index, sources.length);
      const next = await ahead[place]!;
      if (next.done === true) throw new Fault("PIT_PROTOCOL", { index });
      ahead[place] = read(place);
      yield next.value;
    }
    for (const next of ahead)
      if ((await next).done !== true)
        throw new Fault("PIT_PROTOCOL", { index: pageCount });
  } finally {
    await endAll(sources);
  }
}

async function endAll(
  sources: readonly AsyncIterator<PixelPage>[],
): Promise<void> {
  await Promise.allSettled(sources.map(async (source) => source.return?.()));
}
