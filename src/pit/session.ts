/** One document through one pit. The command is whatever speaks the frames: it is not believed either way. */
import type { UntrustedContent } from "../core/content.ts";
import { Fault, toFault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type {
  OpenPages,
  PageText,
  PitDocument,
  PixelPage,
} from "../core/ports.ts";
import { decodeError, decodeFindings } from "../wire/pit-codes.ts";
import {
  decodeFrame,
  FRAME_BYTES,
  MAX_CONVERTED_FILES,
  MAX_PIECE_BYTES,
  MAX_SIDE_CENTIPOINTS,
  type Frame,
  type PageHead,
} from "../wire/pit-frame.ts";
import { CHARACTER_BYTES, decodeCharacters } from "../wire/pit-text.ts";
import {
  ALL_PAGES,
  encodeAsk,
  encodeRequestHead,
  encodeShare,
  MAX_PASSWORD_BYTES,
  pitLimits,
  type PageShare,
} from "../wire/pit.ts";
import { PitProcess } from "./process.ts";
import type { PitReader } from "./reader.ts";
import { Rooms } from "./rooms.ts";
import type { Command } from "./walls.ts";

export interface Submission {
  readonly document: UntrustedContent;
  readonly password: string;
  /** Pages have a size on paper, pictures have none. */
  readonly onPaper: boolean;
  readonly dpi?: number;
  /** Which pages, now that their count is known; all of them unless asked. */
  readonly share?: (pageCount: number) => PageShare;
  /** Somebody looks at it page by page. */
  readonly asksPages?: true;
  /** Ends the pit. */
  readonly signal?: AbortSignal | undefined;
  /** Besides what its pages give it. */
  readonly slackMs?: number;
  /** Called when the pit is gone, perhaps more than once. */
  readonly onEnd?: () => void;
}

const USUAL_DPI = 150;

/** A pit that stands ready, or how to start one. */
export type PitSource = Command | PitProcess;

async function standing(
  source: PitSource,
  limits: Limits,
): Promise<PitProcess> {
  return source instanceof PitProcess
    ? source
    : PitProcess.start(source, limits);
}

export async function openSession(
  source: PitSource,
  limits: Limits,
  submission: Submission,
): Promise<PitDocument> {
  const session = new Session(
    await standing(source, limits),
    limits,
    submission,
  );
  try {
    return await session.open();
  } catch (error) {
    await session.end();
    throw error;
  }
}

/** Likewise for a document that stays open while somebody looks at it. */
export async function openLooking(
  source: PitSource,
  limits: Limits,
  submission: Submission,
): Promise<OpenPages> {
  const asked = { ...submission, asksPages: true } as const;
  const session = new Session(await standing(source, limits), limits, asked);
  try {
    return await session.look();
  } catch (error) {
    await session.end();
    throw error;
  }
}

/** Likewise for what answers with bytes instead of pages. */
export async function openUnpacking(
  source: PitSource,
  limits: Limits,
  submission: Omit<Submission, "onPaper">,
): Promise<AsyncIterable<Uint8Array>> {
  const asked = { ...submission, onPaper: false };
  const session = new Session(await standing(source, limits), limits, asked);
  try {
    return await session.unpack();
  } catch (error) {
    await session.end();
    throw error;
  }
}

/** Likewise for an office document, which comes back as files. */
export async function openConversion(
  source: PitSource,
  limits: Limits,
  submission: Omit<Submission, "onPaper">,
): Promise<{
  readonly findings: readonly string[];
  readonly untrustedFiles: readonly Uint8Array[];
}> {
  const asked = { ...submission, onPaper: false };
  const own = conversionLimits(limits);
  const session = new Session(await standing(source, own), own, asked);
  try {
    return await session.convert();
  } finally {
    await session.end();
  }
}

/** Likewise for one page as pixels (`wire/pit-sheet.ts`), of which its letters come back. */
export async function openReading(
  source: PitSource,
  limits: Limits,
  submission: Omit<Submission, "onPaper" | "password">,
): Promise<PageText> {
  const asked = { ...submission, password: "", onPaper: false };
  const session = new Session(await standing(source, limits), limits, asked);
  try {
    return await session.read();
  } finally {
    await session.end();
  }
}

/** A conversion has a deadline of its own, and pages add nothing to it. */
export function conversionLimits(limits: Limits): Limits {
  return { ...limits, pitDeadlineMs: limits.officeDeadlineMs };
}

class Session {
  readonly #process: PitProcess;
  readonly #reader: PitReader;
  readonly #rooms = new Rooms();
  readonly #limits: Limits;
  readonly #submission: Submission;
  #stood = false;
  #heardBytes = 0;
  #feedFailure: unknown = null;
  readonly #share: Promise<PageShare>;
  readonly #tellShare: (share: PageShare) => void;

  constructor(process: PitProcess, limits: Limits, submission: Submission) {
    const share = Promise.withResolvers<PageShare>();
    this.#share = share.promise;
    this.#tellShare = share.resolve;
    this.#limits = limits;
    this.#submission = submission;
    this.#process = process;
    this.#reader = process.reader;
    const { signal } = submission;
    if (signal?.aborted === true) this.#process.stop("PIT_UNEXPECTED");
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = () => this.#process.stop("PIT_UNEXPECTED");

  /** Of the announcement only that it came matters: what was unpacked speaks for itself. */
  async unpack(): Promise<AsyncIterable<Uint8Array>> {
    await this.#begin();
    this.#process.allow(this.#limits.pitDeadlineMs);
    return this.#endAfter(this.#pieces());
  }

  /** The page count of the announcement is the number of files; each ends with `done`, and the number of its pieces. */
  async convert(): Promise<{
    readonly findings: readonly string[];
    readonly untrustedFiles: readonly Uint8Array[];
  }> {
    const { pageCount: count, findings: bits } = await this.#begin();
    const findings = decodeFindings(bits);
    if (findings === null) throw new Fault("PIT_PROTOCOL", { findings: bits });
    if (count === 0 || count > MAX_CONVERTED_FILES)
      throw new Fault("PIT_PROTOCOL", { files: count });
    const untrustedFiles: Uint8Array[] = [];
    while (untrustedFiles.length < count)
      untrustedFiles.push(await this.#file());
    return { findings, untrustedFiles };
  }

  /** The announcement says nothing but that it came: one page went in. */
  async read(): Promise<PageText> {
    await this.#begin();
    const text = await this.#hearText(0);
    const { pages } = await this.#expect("done");
    if (pages !== 1) throw new Fault("PIT_PROTOCOL", { pages });
    return text;
  }

  async #file(): Promise<Uint8Array> {
    const { maxConvertedBytes } = this.#limits;
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for (;;) {
      const head = await this.#hearFrame();
      if (head.kind === "done" && head.pages === pieces.length) break;
      if (head.kind !== "bytes" || head.bytes > MAX_PIECE_BYTES)
        throw unexpected("bytes", head);
      bytes += head.bytes;
      // Small files have no bound but their number: all of them together have this one, too.
      if (bytes > maxConvertedBytes || this.#heardBytes > 2 * maxConvertedBytes)
        throw new Fault("PIT_OUTPUT", { bytes });
      pieces.push(await this.#hear(head.bytes));
    }
    return Buffer.concat(pieces);
  }

  async #begin(): Promise<Extract<Frame, { readonly kind: "document" }>> {
    const password = new TextEncoder().encode(this.#submission.password);
    if (password.length > MAX_PASSWORD_BYTES)
      throw new Fault("DOCUMENT_ENCRYPTED");
    void this.#feed(password);
    await this.#expect("ready");
    this.#stood = true;
    return this.#expect("document");
  }

  async open(): Promise<PitDocument> {
    const { pageCount, findings, pictures } = await this.#beginPages();
    const share = this.#submission.share?.(pageCount) ?? ALL_PAGES;
    this.#tellShare(share);
    const { pitDeadlineMs, pitPageMs } = this.#limits;
    const { slackMs = 0 } = this.#submission;
    this.#process.allow(pitDeadlineMs + pitPageMs * pageCount + slackMs);
    return {
      pageCount,
      findings,
      ...(pictures === 0 ? {} : { pictures }),
      pages: this.#endAfter(this.#pages(pageCount, share)),
    };
  }

  async #beginPages() {
    const { pageCount, findings: bits, pictures = 0 } = await this.#begin();
    const findings = decodeFindings(bits);
    if (findings === null) throw new Fault("PIT_PROTOCOL", { findings: bits });
    if (pageCount === 0) throw new Fault("DOCUMENT_EMPTY");
    if (pageCount > this.#limits.maxPages)
      throw new Fault("DOCUMENT_TOO_MANY_PAGES", { pages: pageCount });
    return { pageCount, findings, pictures };
  }

  async look(): Promise<OpenPages> {
    const { pageCount } = await this.#beginPages();
    const { pitDeadlineMs, pitPageMs } = this.#limits;
    const renew = () => this.#process.renew(pitDeadlineMs + pitPageMs);
    renew();
    let last: Promise<unknown> = Promise.resolve();
    const draw = async (index: number, dpi: number): Promise<PixelPage> => {
      renew();
      try {
        await this.#write(encodeAsk({ index, dpi })).catch(() => undefined);
        return await this.#hearPage(index);
      } catch (error) {
        await this.end();
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
      isClosed: () => this.#process.hasEnded,
      close: () => this.end(),
    };
  }

  async end(): Promise<void> {
    this.#submission.signal?.removeEventListener("abort", this.#onAbort);
    await this.#process.end();
    this.#submission.onEnd?.();
  }

  async *#pages(
    pageCount: number,
    { stride, first }: PageShare,
  ): AsyncGenerator<PixelPage, void> {
    try {
      let given = 0;
      for (let index = first; index < pageCount; index += stride) {
        const page = await this.#hearPage(index);
        given++;
        yield this.#submission.onPaper
          ? { ...page, text: await this.#hearText(index) }
          : page;
      }
      const { pages } = await this.#expect("done");
      if (pages !== given) throw new Fault("PIT_PROTOCOL", { pages, given });
    } finally {
      await this.end();
    }
  }

  async #hearPage(index: number): Promise<PixelPage> {
    const head = await this.#expect("page");
    this.#check(head, index);
    const { width, height, channels } = head;
    const bytes = width * height * channels;
    this.#count(bytes);
    const room = this.#rooms.take(bytes);
    const pixels = await this.#hearInto(room);
    const release = () => this.#rooms.giveBack(room);
    const page = { index, width, height, channels, points: points(head) };
    return { ...page, pixels, release };
  }

  async #hearText(index: number): Promise<PageText> {
    const head = await this.#expect("text");
    if (head.index !== index) throw new Fault("PIT_PROTOCOL", { index });
    if (head.characters > this.#limits.maxPageCharacters)
      throw new Fault("PAGE_TEXT_TOO_BIG", { characters: head.characters });
    const untrusted = await this.#hear(head.characters * CHARACTER_BYTES);
    const characters = decodeCharacters(untrusted);
    if (characters === null) throw new Fault("PIT_PROTOCOL", { got: "text" });
    return { characters, isShortened: head.isShortened };
  }

  async *#pieces(): AsyncGenerator<Uint8Array, void> {
    try {
      let pieces = 0;
      let unpackedBytes = 0;
      for (;;) {
        const head = await this.#hearFrame();
        if (head.kind === "done" && head.pages === pieces) return;
        if (head.kind !== "bytes" || head.bytes > MAX_PIECE_BYTES)
          throw unexpected("bytes", head);
        pieces += 1;
        unpackedBytes += head.bytes;
        if (unpackedBytes > this.#limits.maxUnpackedBytes)
          throw new Fault("UNPACKED_TOO_BIG", { bytes: unpackedBytes });
        yield await this.#hear(head.bytes);
      }
    } finally {
      await this.end();
    }
  }

  /** A generator that was never begun skips its `finally`: leaving must end the pit even then. */
  #endAfter<T>(pages: AsyncGenerator<T, void>): AsyncIterable<T> {
    const iterator: AsyncIterator<T, void> = {
      next: () => pages.next(),
      return: async () => {
        await this.end();
        return pages.return();
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /** The document streams in while the pit stands up; a pit that stops listening is found out by what it says. */
  async #feed(password: Uint8Array): Promise<void> {
    const { document, asksPages } = this.#submission;
    const head = encodeRequestHead({
      ...pitLimits(this.#limits, this.#submission.dpi ?? USUAL_DPI),
      ...(asksPages === undefined ? {} : { asksPages }),
      passwordBytes: password.length,
      documentBytes: document.bytes,
    });
    try {
      await this.#write(head);
      await this.#write(password);
      for await (const chunk of document.open()) await this.#write(chunk);
      if (asksPages !== undefined) return;
      if (this.#submission.onPaper)
        await this.#write(encodeShare(await this.#share));
      this.#process.stdin.end();
    } catch (error) {
      if (this.#process.stdin.destroyed) return;
      this.#feedFailure = error;
      this.#process.stop("PIT_UNEXPECTED");
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const { stdin } = this.#process;
    if (bytes.length === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    stdin.write(bytes, (error) => (error ? reject(error) : resolve()));
    await promise;
  }

  async #expect<Kind extends Frame["kind"]>(
    kind: Kind,
  ): Promise<Extract<Frame, { readonly kind: Kind }>> {
    const untrusted = await this.#hearFrame();
    if (untrusted.kind !== kind) throw unexpected(kind, untrusted);
    return untrusted as Extract<Frame, { readonly kind: Kind }>;
  }

  /** Any frame but `error`, which becomes its fault. */
  async #hearFrame(): Promise<Frame> {
    const untrusted = decodeFrame(await this.#hear(FRAME_BYTES));
    if (untrusted === null) throw new Fault("PIT_PROTOCOL", { got: "garbage" });
    if (untrusted.kind === "error") {
      const { code } = untrusted;
      throw new Fault(
        this.#process.isOutOfCpu ? "PIT_CPU" : decodeError(code),
        { code },
      );
    }
    return untrusted;
  }

  async #hear(bytes: number): Promise<Uint8Array> {
    this.#count(bytes);
    return this.#hearInto(new Uint8Array(bytes));
  }

  /** Before room is made for them. */
  #count(bytes: number): void {
    this.#heardBytes += bytes;
    if (this.#heardBytes > this.#limits.pitOutputBytes)
      throw new Fault("PIT_OUTPUT", { bytes: this.#heardBytes });
  }

  async #hearInto(room: Uint8Array): Promise<Uint8Array> {
    const untrusted = await this.#reader.read(room);
    if (untrusted !== null) return untrusted;
    const failure = await this.#process.failure(this.#stood);
    throw this.#feedFailure === null ? failure : toFault(this.#feedFailure);
  }

  #check(untrusted: PageHead, index: number): void {
    const { maxSidePixels, maxPixels } = this.#limits;
    const { width, height, centipointsWide, centipointsHigh } = untrusted;
    if (untrusted.index !== index || width === 0 || height === 0)
      throw new Fault("PIT_PROTOCOL", { index, width, height });
    if (Math.max(width, height) > maxSidePixels || width * height > maxPixels)
      throw new Fault("DOCUMENT_TOO_MANY_PIXELS", { width, height });
    const sides = [centipointsWide, centipointsHigh];
    const plausible = this.#submission.onPaper
      ? sides.every((side) => side > 0 && side <= MAX_SIDE_CENTIPOINTS)
      : sides.every((side) => side === 0);
    if (!plausible)
      throw new Fault("PIT_PROTOCOL", { centipointsWide, centipointsHigh });
  }
}

function unexpected(expected: Frame["kind"], { kind }: Frame): Fault {
  return new Fault("PIT_PROTOCOL", { expected, got: kind });
}

function points(head: PageHead): PixelPage["points"] {
  if (head.centipointsWide === 0) return null;
  return {
    width: head.centipointsWide / 100,
    height: head.centipointsHigh / 100,
  };
}
