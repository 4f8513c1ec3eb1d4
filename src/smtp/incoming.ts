import type { SMTPServerDataStream } from "smtp-server";
import { Fault } from "../core/fault.ts";
import { SECOND } from "../core/units.ts";
import type { DataLimits } from "./data-checks.ts";
import { DataChecks } from "./data-checks.ts";

export interface DataPace {
  /** SMTP_DATA_TOO_SLOW; from the 354 to the last byte. */
  readonly dataDeadlineMs: number;
  /** SMTP_DATA_TOO_SLOW; on the average, looked at after `dataGraceMs` and then every `dataCheckMs`. */
  readonly minDataBytesPerSecond: number;
  readonly dataGraceMs: number;
  readonly dataCheckMs: number;
}

/** A refused mail is read to its end, so that the sender hears why; but not for ever. */
const DRAIN_FACTOR = 2;

/** The content of one DATA command while it comes in. Call `release` at the end, whatever happened. */
export class IncomingMail {
  readonly #stream: SMTPServerDataStream;
  readonly #limits: DataLimits;
  readonly #timers: NodeJS.Timeout[] = [];
  #waitedMs = 0;
  #whole = false;
  #stopped: Fault | null = null;

  constructor(stream: SMTPServerDataStream, limits: DataLimits) {
    this.#stream = stream;
    this.#limits = limits;
    // The error reaches us through the iterator; without a listener it would end the process.
    stream.on("error", () => undefined);
  }

  /** All bytes came, in order, and broke no rule. */
  get whole(): boolean {
    return this.#whole;
  }

  get stopped(): Fault | null {
    return this.#stopped;
  }

  watch(pace: DataPace): void {
    const tooSlow = () =>
      this.stop(
        new Fault("SMTP_DATA_TOO_SLOW", { bytes: this.#stream.byteLength }),
      );
    this.#timers.push(setTimeout(tooSlow, pace.dataDeadlineMs));
    const check = () => {
      // While our own disk is what everybody waits for, the sender is not slow.
      if (!this.#stream.writableNeedDrain) this.#waitedMs += pace.dataCheckMs;
      if (this.#waitedMs <= pace.dataGraceMs) return;
      const due = (pace.minDataBytesPerSecond * this.#waitedMs) / SECOND;
      if (this.#stream.byteLength < due) tooSlow();
    };
    this.#timers.push(setInterval(check, pace.dataCheckMs));
  }

  /** To be read once. Faults: those of `DataChecks`, SMTP_CLIENT_GONE, and the one given to `stop`. */
  async *source(): AsyncGenerator<Uint8Array, void, undefined> {
    const checks = new DataChecks(this.#limits);
    // A reader that gives up must not end the stream: the rest of the mail has still to be drained.
    const chunks = this.#stream.iterator({ destroyOnReturn: false });
    try {
      for await (const chunk of chunks as AsyncIterable<Buffer>) {
        checks.push(chunk);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof Fault ? error : new Fault("SMTP_CLIENT_GONE");
    }
    checks.end();
    this.#whole = true;
  }

  /** When nothing more will come: all was read, the client is gone, or somebody called `stop`. */
  onEnd(call: () => void): void {
    this.#stream.once("close", call);
  }

  /** Ends reading from outside; nothing happens when all has come already. */
  stop(fault: Fault): void {
    if (this.#whole || this.#stream.destroyed) return;
    this.#stopped = fault;
    this.#stream.destroy(fault);
  }

  /** Reads on to the true end of DATA and throws the bytes away. False when it was not reached: then hang up. */
  async drain(): Promise<boolean> {
    const stream = this.#stream;
    if (stream.readableEnded) return true;
    if (stream.destroyed) return false;
    const cap = this.#limits.maxMessageBytes * DRAIN_FACTOR;
    return await new Promise<boolean>((resolve) => {
      stream.on("data", () => {
        if (stream.byteLength > cap)
          this.stop(new Fault("SMTP_TOO_BIG", { maxBytes: cap }));
      });
      stream.once("end", () => resolve(true));
      stream.once("close", () => resolve(stream.readableEnded));
      stream.resume();
    });
  }

  release(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
