import { LRUCache } from "lru-cache";
import type { UntrustedContent } from "../../core/content.ts";
import type { Treatment } from "../../core/plan.ts";
import type { OpenPages, Pit, ViewPit } from "../../core/pit.ts";
import type { PixelPage } from "../../core/pixels.ts";
import { MINUTE } from "../../core/units.ts";
import { SHOWN_DPI } from "../../wire/viewer.ts";
import { KeptOpen } from "./kept-open.ts";
import { NotShown } from "./open-mail.ts";

export interface DocumentTools {
  readonly pit: Pick<Pit, "convert"> & ViewPit;
  /** A page as a new PNG, `scale` times as large. */
  readonly encode: (page: PixelPage, scale: number) => Promise<Uint8Array>;
  readonly atATime: number;
  readonly keepMs: number;
  /** Of pages that were drawn, and again of documents that were converted. */
  readonly maxCacheBytes: number;
}

/** A document with the way it is drawn. */
export interface Drawn {
  readonly content: UntrustedContent;
  readonly treatment: Extract<Treatment, { readonly pit: string }>;
}

export interface PageWish {
  /** From 1. */
  readonly page: number;
  readonly dpi: number;
}

const FORGOTTEN_AFTER_MS = 10 * MINUTE;

/** Documents in their pits, pages that were drawn, and PDFs that office documents became: all in memory, all of limited size and time. */
export class Documents {
  readonly #tools: DocumentTools;
  readonly #open: KeptOpen<OpenPages>;
  readonly #pages: LRUCache<string, Uint8Array>;
  readonly #converted: LRUCache<string, UntrustedContent>;

  constructor(tools: DocumentTools) {
    this.#tools = tools;
    this.#open = new KeptOpen({
      ...{ most: tools.atATime, keepMs: tools.keepMs },
      close: (document) => document.close(),
      isClosed: (document) => document.isClosed(),
    });
    const cache = { maxSize: tools.maxCacheBytes, ttl: FORGOTTEN_AFTER_MS };
    this.#pages = new LRUCache({
      ...cache,
      sizeCalculation: (png) => png.length,
    });
    this.#converted = new LRUCache({
      ...cache,
      sizeCalculation: (content) => Math.max(1, content.bytes),
    });
  }

  /** Null while nobody opened it. */
  knownPages(drawn: Drawn): number | null {
    return this.#open.peek(keyOf(drawn))?.pageCount ?? null;
  }

  /** Faults: those of the pit. */
  async count(drawn: Drawn, signal: AbortSignal): Promise<number> {
    return this.#use(drawn, signal, async ({ pageCount }) => pageCount);
  }

  async page(
    drawn: Drawn,
    { page, dpi }: PageWish,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const key = `${keyOf(drawn)} ${page} ${dpi}`;
    const known = this.#pages.get(key);
    if (known !== undefined) return known;
    const png = await this.#use(drawn, signal, async (document) => {
      if (page > document.pageCount) return null;
      const pixels = await document.page(page - 1, dpi);
      return this.#tools.encode(pixels, scaleOf(pixels, dpi));
    });
    if (png === null) throw new NotShown("NO_PAGE");
    this.#pages.set(key, png);
    return png;
  }

  async end(): Promise<void> {
    await this.#open.end();
    this.#pages.clear();
    this.#converted.clear();
  }

  #use<Outcome>(
    drawn: Drawn,
    signal: AbortSignal,
    work: (document: OpenPages) => Promise<Outcome>,
  ): Promise<Outcome> {
    const open = (stop: AbortSignal) => this.#openPages(drawn, stop);
    return this.#open.use(keyOf(drawn), { open, work, signal });
  }

  async #openPages(drawn: Drawn, stop: AbortSignal): Promise<OpenPages> {
    const { pit } = this.#tools;
    if (drawn.treatment.pit === "image")
      return pit.look("image", drawn.content, stop);
    if (drawn.treatment.pit === "pdf")
      return pit.look("pdf", drawn.content, stop);
    return pit.look("pdf", await this.#convert(drawn, stop), stop);
  }

  async #convert(drawn: Drawn, signal: AbortSignal): Promise<UntrustedContent> {
    const key = keyOf(drawn);
    const known = this.#converted.get(key);
    if (known !== undefined) return known;
    const { treatment } = drawn;
    const site =
      treatment.pit === "converter" ? { converter: treatment.converter } : {};
    const how = { signal, ...site };
    const { pdf } = await this.#tools.pit.convert(drawn.content, how);
    this.#converted.set(key, pdf);
    return pdf;
  }
}

function keyOf({ content, treatment }: Drawn): string {
  return `${content.sha256} ${JSON.stringify(treatment)}`;
}

/** A page is drawn in the size that was asked for; a picture has its own, and is never made larger. */
function scaleOf(page: PixelPage, dpi: number): number {
  return page.points === null ? Math.min(1, dpi / SHOWN_DPI.usual) : 1;
}
