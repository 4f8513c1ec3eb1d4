import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Content } from "../core/content.ts";
import { Fault, toFault } from "../core/fault.ts";

/** The content of one mail on its way out: hashed once more, and it knows how far it came. */
export class OutgoingMail {
  readonly #content: Content;
  #whole = false;
  #failure: Fault | null = null;

  constructor(content: Content) {
    this.#content = content;
  }

  /** The last byte has been handed over, so the final dot may be on the wire. */
  get whole(): boolean {
    return this.#whole;
  }

  /** What our own side did wrong, if anything. The final dot was not sent then. */
  get failure(): Fault | null {
    return this.#failure;
  }

  stream(): Readable {
    const stream = Readable.from(this.#chunks(), { objectMode: false });
    // nodemailer listens while it reads; afterwards nobody would, and an error without listener ends the process.
    stream.on("error", () => undefined);
    return stream;
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    // A reply that came together with the 354 is read now, while nothing is sent: so it is known to be too early.
    await nextTurn();
    try {
      yield* this.#checked();
    } catch (error) {
      this.#failure = toFault(error);
      // Not the fault itself: nodemailer writes into the errors that it meets.
      throw new Error("content not readable", { cause: error });
    }
    this.#whole = true;
  }

  /** What leaves is what was sealed, or the final dot is never sent. */
  async *#checked(): AsyncGenerator<Uint8Array, void, undefined> {
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const chunk of this.#content.open()) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
    const { bytes: sealedBytes, sha256 } = this.#content;
    if (bytes !== sealedBytes || hash.digest("hex") !== sha256)
      throw new Fault("SEAL_BROKEN", { bytes, sealedBytes });
  }
}
