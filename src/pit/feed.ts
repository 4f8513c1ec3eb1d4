/** What a pit hears: the request and the document, and then which pages are wanted. */
import type { Limits } from "../core/limits.ts";
import {
  encodeRequestHead,
  encodeShare,
  pitLimits,
  type PageShare,
} from "../wire/pit.ts";
import type { PitProcess } from "./process.ts";
import type { Submission } from "./submission.ts";

const USUAL_DPI = 150;

export class PitFeed {
  readonly #process: PitProcess;
  readonly #limits: Limits;
  readonly #submission: Submission;
  readonly #share = Promise.withResolvers<PageShare>();
  #failure: unknown = null;

  constructor(process: PitProcess, limits: Limits, submission: Submission) {
    this.#process = process;
    this.#limits = limits;
    this.#submission = submission;
  }

  /** Why the document could not be read to its end, which ended the pit; null while it could. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The document streams in while the pit stands up; a pit that stops listening is found out by what it says. */
  async begin(password: Uint8Array): Promise<void> {
    const { document, asksPages } = this.#submission;
    try {
      const head = encodeRequestHead({
        ...pitLimits(this.#limits, this.#submission.dpi ?? USUAL_DPI),
        ...(asksPages === undefined ? {} : { asksPages }),
        passwordBytes: password.length,
        documentBytes: document.bytes,
      });
      await this.write(head);
      await this.write(password);
      for await (const chunk of document.open()) await this.write(chunk);
      if (asksPages !== undefined) return;
      if (this.#submission.onPaper)
        await this.write(encodeShare(await this.#share.promise));
      this.#process.stdin.end();
    } catch (error) {
      if (this.#process.stdin.destroyed) return;
      this.#failure = error;
      this.#process.stop("PIT_UNEXPECTED");
    }
  }

  /** A document on paper waits for this. */
  tellShare(share: PageShare): void {
    this.#share.resolve(share);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { stdin } = this.#process;
    if (bytes.length === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    stdin.write(bytes, (error) => (error ? reject(error) : resolve()));
    await promise;
  }
}
