/**
 * One document through several pits at once, each drawing every so-manieth page: on a machine with idle processors a long
 * document takes that much less time. What they say is put together in the order of the pages; they have to agree.
 */
import { availableParallelism } from "node:os";
import { Fault } from "../core/fault.ts";
import type { PitDocument } from "../core/pit.ts";
import type { PixelPage } from "../core/pixels.ts";
import type { PageShare } from "../wire/pit.ts";

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
  let stride = 1;
  const first = await open((pageCount) => {
    stride = processors.pitsFor(pageCount);
    return { stride, first: 0 };
  });
  if (stride === 1) return first;
  const opened = await Promise.allSettled(
    Array.from({ length: stride - 1 }, (_, place) =>
      open(() => ({ stride, first: place + 1 })),
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
  return { ...first, pages: inTurn(documents) };
}

function inTurn(documents: readonly PitDocument[]): AsyncIterable<PixelPage> {
  const sources = documents.map(({ pages }) => pages[Symbol.asyncIterator]());
  const pages = turns(sources);
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

/** Each says its own end, and only then is it believed to have said all. */
async function* turns(
  sources: readonly AsyncIterator<PixelPage>[],
): AsyncGenerator<PixelPage, void> {
  try {
    const left = new Set(sources);
    while (left.size > 0)
      for (const source of left) {
        const next = await source.next();
        if (next.done === true) left.delete(source);
        else yield next.value;
      }
  } finally {
    await endAll(sources);
  }
}

async function endAll(
  sources: readonly AsyncIterator<PixelPage>[],
): Promise<void> {
  await Promise.allSettled(sources.map(async (source) => source.return?.()));
}
