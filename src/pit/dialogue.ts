/** One document and one pit, from the first word to the end of the process. Whoever starts one ends it, on every path. */
import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { MAX_PASSWORD_BYTES } from "../wire/pit.ts";
import { PitFeed } from "./feed.ts";
import { findingsOf, PitFrames, type FrameOf } from "./frames.ts";
import { PitProcess } from "./process.ts";
import type { Submission } from "./submission.ts";
import type { Command } from "./walls.ts";

/** A pit that stands ready, or how to start one. */
export type PitSource = Command | PitProcess;

export class Dialogue {
  readonly process: PitProcess;
  readonly feed: PitFeed;
  readonly frames: PitFrames;
  readonly #limits: Limits;
  readonly #submission: Submission;

  /** Faults: PIT_UNAVAILABLE. */
  static async start(
    source: PitSource,
    limits: Limits,
    submission: Submission,
  ): Promise<Dialogue> {
    const process =
      source instanceof PitProcess
        ? source
        : await PitProcess.start(source, limits);
    return new Dialogue(process, limits, submission);
  }

  private constructor(
    process: PitProcess,
    limits: Limits,
    submission: Submission,
  ) {
    const { signal, onPaper } = submission;
    this.process = process;
    this.feed = new PitFeed(process, limits, submission);
    this.frames = new PitFrames(process, this.feed, { limits, onPaper });
    this.#limits = limits;
    this.#submission = submission;
    if (signal?.aborted === true) this.process.stop("PIT_UNEXPECTED");
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = () => this.process.stop("PIT_UNEXPECTED");

  async begin(): Promise<FrameOf<"document">> {
    const password = new TextEncoder().encode(this.#submission.password);
    if (password.length > MAX_PASSWORD_BYTES)
      throw new Fault("DOCUMENT_ENCRYPTED");
    void this.feed.begin(password);
    return this.frames.begin();
  }

  /** Likewise of what has pages. Faults: DOCUMENT_EMPTY, DOCUMENT_TOO_MANY_PAGES, too. */
  async beginPages() {
    const { pageCount, findings: bits, pictures = 0 } = await this.begin();
    const findings = findingsOf(bits);
    if (pageCount === 0) throw new Fault("DOCUMENT_EMPTY");
    if (pageCount > this.#limits.maxPages)
      throw new Fault("DOCUMENT_TOO_MANY_PAGES", { pages: pageCount });
    return { pageCount, findings, pictures };
  }

  async end(): Promise<void> {
    this.#submission.signal?.removeEventListener("abort", this.#onAbort);
    await this.process.end();
    this.#submission.onEnd?.();
  }

  /** A generator that was never begun skips its `finally`: leaving must end the pit even then. */
  endAfter<T>(said: AsyncGenerator<T, void>): AsyncIterable<T> {
    const iterator: AsyncIterator<T, void> = {
      next: () => said.next(),
      return: async () => {
        await this.end();
        return said.return();
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }
}
