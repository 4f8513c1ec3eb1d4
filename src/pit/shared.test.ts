import { describe, expect, it } from "@jest/globals";
import type { PitDocument } from "../core/pit.ts";
import type { PixelPage } from "../core/pixels.ts";
import { turnOf, type PageShare } from "../wire/pit.ts";
import { openShared, Processors } from "./shared.ts";

const page = (index: number) => ({ index }) as unknown as PixelPage;

/** Pits that draw what they are asked, and what became of each. */
function pits(pageCount: number, bend: { readonly at?: number } = {}) {
  const asked: PageShare[] = [];
  const ended: number[] = [];
  const drawn: number[] = [];
  const open = async (
    share: (pageCount: number) => PageShare,
  ): Promise<PitDocument> => {
    const own = share(pageCount);
    asked.push(own);
    const count = own.own === bend.at ? pageCount + 1 : pageCount;
    const pages = (async function* () {
      for (let index = 0; index < pageCount; index++)
        if (turnOf(index, own.pits) === own.own) {
          drawn.push(index);
          yield page(index);
        }
    })();
    const iterator: AsyncIterator<PixelPage, void> = {
      next: () => pages.next(),
      return: async () => {
        ended.push(own.own);
        return pages.return();
      },
    };
    return {
      ...{ pageCount: count, findings: [] },
      pages: { [Symbol.asyncIterator]: () => iterator },
    };
  };
  const sorted = () => drawn.toSorted((one, other) => one - other);
  return { open, asked, ended, drawn: sorted };
}

async function indexes(document: PitDocument): Promise<number[]> {
  const seen: number[] = [];
  for await (const { index } of document.pages) seen.push(index);
  return seen;
}

/** So many processors, one of them taken by the first pit. */
function free(all: number): Processors {
  const processors = new Processors(all);
  processors.take();
  return processors;
}

describe("a document shared among pits", () => {
  it.each([
    [1, 100, 1],
    [2, 7, 1],
    [2, 15, 1],
    [2, 16, 2],
    [4, 100, 4],
    [64, 1000, 8],
  ])("with %d processors and %d pages goes to %d", async (all, count, many) => {
    const { open, asked } = pits(count);
    const document = await openShared(open, free(all));
    expect(asked).toHaveLength(many);
    expect(await indexes(document)).toEqual(
      Array.from({ length: count }, (_, index) => index),
    );
  });

  it("goes to one pit while all processors are busy", () => {
    const processors = free(4);
    for (let other = 0; other < 5; other++) processors.take();
    expect(processors.pitsFor(300)).toBe(1);
    for (let other = 0; other < 5; other++) processors.giveBack();
    expect(processors.pitsFor(300)).toBe(4);
  });

  it("reads a page of each ahead, so that none waits for the slow page of another", async () => {
    const { open, drawn } = pits(40);
    const document = await openShared(open, free(2));
    const pages = document.pages[Symbol.asyncIterator]();
    await pages.next();
    expect(drawn()).toEqual([0, 1, 3]);
    await pages.return?.();
  });

  it("ends every pit when its reader leaves, also before the first page", async () => {
    for (const pages of [0, 3]) {
      const { open, ended } = pits(40);
      const document = await openShared(open, free(3));
      const iterator = document.pages[Symbol.asyncIterator]();
      for (let at = 0; at < pages; at++) await iterator.next();
      await iterator.return?.();
      expect([...new Set(ended)].sort()).toEqual([0, 1, 2]);
    }
  });

  it("is PIT_PROTOCOL, and every pit ended, where one counts other pages", async () => {
    const { open, ended } = pits(40, { at: 2 });
    await expect(openShared(open, free(3))).rejects.toMatchObject({
      code: "PIT_PROTOCOL",
    });
    expect(ended.sort()).toEqual([0, 1, 2]);
  });

  it("passes the fault of a further pit on, and ends the others", async () => {
    const { open, ended } = pits(40);
    let opened = 0;
    const failing: typeof open = (share) => {
      if (++opened === 2) throw new RangeError("gone");
      return open(share);
    };
    const opening = openShared(async (share) => failing(share), free(3));
    await expect(opening).rejects.toThrow(RangeError);
    expect(ended.sort()).toEqual([0, 2]);
  });
});
