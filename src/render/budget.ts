/** How many bytes a document may come to, and how its pages are made to fit: coarser step by step, never left out. */
import type { PixelPage } from "../core/pixels.ts";
import type { PageImage } from "./lossless.ts";
import { COARSER, encodeCoarser } from "./page-image.ts";

export interface Room {
  readonly bytes: number;
  /** How many pages have to share them. */
  readonly pages: number;
}

/** So much may be used before its turn: a few photographs in front of much text cost no quality. */
const AHEAD_SHARE = 0.25;

export class Budget {
  readonly #room: Room | null;
  #spentBytes = 0;
  #pages = 0;
  #coarserPages = 0;

  constructor(room: Room | null) {
    this.#room = room;
  }

  get spentBytes(): number {
    return this.#spentBytes;
  }

  get coarserPages(): number {
    return this.#coarserPages;
  }

  get isOver(): boolean {
    return this.#room !== null && this.#spentBytes > this.#room.bytes;
  }

  /** The finest that fits into what the pages up to this one may have, else the coarsest. In the order of the pages. */
  async fit(page: PixelPage, finest: PageImage): Promise<PageImage> {
    const allowedBytes = this.#allowedBytes();
    let image = finest;
    for (const coarseness of COARSER) {
      if (image.bytes.length <= allowedBytes) break;
      const coarser = await encodeCoarser(page, coarseness);
      if (coarser.bytes.length < image.bytes.length) image = coarser;
    }
    if (image !== finest) this.#coarserPages++;
    this.#spentBytes += image.bytes.length;
    this.#pages++;
    return image;
  }

  #allowedBytes(): number {
    if (this.#room === null) return Number.POSITIVE_INFINITY;
    const { bytes, pages } = this.#room;
    const turn = (this.#pages + 1) / Math.max(1, pages);
    return bytes * (AHEAD_SHARE + (1 - AHEAD_SHARE) * turn) - this.#spentBytes;
  }
}
