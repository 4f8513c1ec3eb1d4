/** What a pit says, frame by frame. The program is whatever speaks them: nothing of it is believed, and no room is made for more than the limits. */
import { Fault, toFault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { PageText, PixelPage } from "../core/pixels.ts";
import { decodeError, decodeFindings } from "../wire/pit-codes.ts";
import {
  decodeFrame,
  FRAME_BYTES,
  MAX_PIECE_BYTES,
  MAX_SIDE_CENTIPOINTS,
  type Frame,
  type PageHead,
} from "../wire/pit-frame.ts";
import { CHARACTER_BYTES, decodeCharacters } from "../wire/pit-text.ts";
import type { PitFeed } from "./feed.ts";
import type { PitProcess } from "./process.ts";
import { Rooms } from "./rooms.ts";

export type FrameOf<Kind extends Frame["kind"]> = Extract<
  Frame,
  { readonly kind: Kind }
>;

export interface FrameRules {
  readonly limits: Limits;
  /** Pages have a size there, pictures have none. */
  readonly onPaper: boolean;
}

/** Faults of everything here: PIT_*, and those that the pit may say (`wire/pit-codes.ts`). After one the pit has to be ended. */
export class PitFrames {
  readonly #process: PitProcess;
  readonly #feed: PitFeed;
  readonly #limits: Limits;
  readonly #onPaper: boolean;
  readonly #rooms = new Rooms();
  #stood = false;
  #heardBytes = 0;

  constructor(process: PitProcess, feed: PitFeed, rules: FrameRules) {
    this.#process = process;
    this.#feed = feed;
    this.#limits = rules.limits;
    this.#onPaper = rules.onPaper;
  }

  /** Heads and all. */
  get heardBytes(): number {
    return this.#heardBytes;
  }

  /** What it says of the document, once it stands. */
  async begin(): Promise<FrameOf<"document">> {
    await this.expect("ready");
    this.#stood = true;
    return this.expect("document");
  }

  async expect<Kind extends Frame["kind"]>(kind: Kind): Promise<FrameOf<Kind>> {
    const untrusted = await this.#next();
    if (untrusted.kind !== kind) throw unexpected(kind, untrusted);
    return untrusted as FrameOf<Kind>;
  }

  /** Faults: DOCUMENT_TOO_MANY_PIXELS, too. */
  async page(index: number): Promise<PixelPage> {
    const head = await this.expect("page");
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

  /** Faults: PAGE_TEXT_TOO_BIG, too. */
  async text(index: number): Promise<PageText> {
    const head = await this.expect("text");
    if (head.index !== index) throw new Fault("PIT_PROTOCOL", { index });
    if (head.characters > this.#limits.maxPageCharacters)
      throw new Fault("PAGE_TEXT_TOO_BIG", { characters: head.characters });
    const untrusted = await this.hear(head.characters * CHARACTER_BYTES);
    const characters = decodeCharacters(untrusted);
    if (characters === null) throw new Fault("PIT_PROTOCOL", { got: "text" });
    return { characters, isShortened: head.isShortened };
  }

  /** How many bytes come next of what is said in pieces, so many of them until now; null after the last one. */
  async piece(before: number): Promise<number | null> {
    const head = await this.#next();
    if (head.kind === "done" && head.pages === before) return null;
    if (head.kind !== "bytes" || head.bytes > MAX_PIECE_BYTES)
      throw unexpected("bytes", head);
    return head.bytes;
  }

  async hear(bytes: number): Promise<Uint8Array> {
    this.#count(bytes);
    return this.#hearInto(new Uint8Array(bytes));
  }

  /** Any frame but `error`, which becomes its fault. */
  async #next(): Promise<Frame> {
    const untrusted = decodeFrame(await this.hear(FRAME_BYTES));
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

  /** Before room is made for them. */
  #count(bytes: number): void {
    this.#heardBytes += bytes;
    if (this.#heardBytes > this.#limits.pitOutputBytes)
      throw new Fault("PIT_OUTPUT", { bytes: this.#heardBytes });
  }

  async #hearInto(room: Uint8Array): Promise<Uint8Array> {
    const untrusted = await this.#process.reader.read(room);
    if (untrusted !== null) return untrusted;
    const failure = await this.#process.failure(this.#stood);
    const { failure: unfed } = this.#feed;
    throw unfed === null ? failure : toFault(unfed);
  }

  #check(untrusted: PageHead, index: number): void {
    const { maxSidePixels, maxPixels } = this.#limits;
    const { width, height, centipointsWide, centipointsHigh } = untrusted;
    if (untrusted.index !== index || width === 0 || height === 0)
      throw new Fault("PIT_PROTOCOL", { index, width, height });
    if (Math.max(width, height) > maxSidePixels || width * height > maxPixels)
      throw new Fault("DOCUMENT_TOO_MANY_PIXELS", { width, height });
    const sides = [centipointsWide, centipointsHigh];
    const plausible = this.#onPaper
      ? sides.every((side) => side > 0 && side <= MAX_SIDE_CENTIPOINTS)
      : sides.every((side) => side === 0);
    if (!plausible)
      throw new Fault("PIT_PROTOCOL", { centipointsWide, centipointsHigh });
  }
}

/** Codes for these bits; faults: PIT_PROTOCOL where one of them is on no list. */
export function findingsOf(untrusted: number): readonly string[] {
  const findings = decodeFindings(untrusted);
  if (findings === null)
    throw new Fault("PIT_PROTOCOL", { findings: untrusted });
  return findings;
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
