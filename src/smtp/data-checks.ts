import { Fault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";

const CR = 0x0d;
const LF = 0x0a;
/** RFC 5321 §6.3: a count ends a loop, and not before 100. */
export const MAX_RECEIVED_FIELDS = 100;
/** Through gateways of our kind, which write all Received lines but one away: `mime/header-set.ts` counts. */
export const MAX_PASSAGES = 5;
const END_OF_HEADER = "\r\n\r\n";
const RECEIVED = /\r\nreceived:/gi;
const PASSAGES = /\r\nx-sekisho-passages:[ \t]{0,9}(\d{1,3})[ \t]{0,9}\r\n/gi;
/** So much of what was read is looked at again, for a field that is cut by two chunks: the longest of these, less one. */
const SEAM_CHARACTERS = 45;

export type DataLimits = Pick<Limits, "maxMessageBytes" | "maxHeaderBytes">;

/**
 * One pass over the content of a DATA command, chunk by chunk, before anything is stored. Throws the fault of the first rule
 * that is broken; after that the object is of no more use.
 */
export class DataChecks {
  readonly #limits: DataLimits;
  #bytes = 0;
  #previous = 0;
  #inHeader = true;
  #received = 0;
  /** Begins as if a line had ended before the first one: then an empty first line ends the header like any other. */
  #seam = "\r\n";

  constructor(limits: DataLimits) {
    this.#limits = limits;
  }

  /** Faults: SMTP_TOO_BIG, SMTP_BARE_LINE_ENDING, SMTP_HEADER_TOO_BIG, SMTP_MAIL_LOOP. */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.maxMessageBytes)
      throw new Fault("SMTP_TOO_BIG", {
        maxBytes: this.#limits.maxMessageBytes,
      });
    this.#checkLineEndings(chunk);
    if (this.#inHeader) this.#readHeader(chunk);
  }

  /** Call when the content is whole: only then a CR at the very end is known to be bare. */
  end(): void {
    if (this.#previous === CR) throw new Fault("SMTP_BARE_LINE_ENDING");
  }

  /**
   * Two servers that disagree on where a line ends disagree on where a mail ends (RFC 5321 §2.3.8). A plain loop on purpose: it
   * takes 1.3 ms a MiB whatever the sender does, where a search by indexOf takes 0.9 ms for base64 and 30 ms for empty lines.
   */
  #checkLineEndings(chunk: Buffer): void {
    let previous = this.#previous;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] as number;
      if ((byte === LF) !== (previous === CR) || byte === 0)
        throw new Fault("SMTP_BARE_LINE_ENDING");
      previous = byte;
    }
    this.#previous = previous;
  }

  #readHeader(chunk: Buffer): void {
    const read = this.#seam.length;
    const seam = this.#seam + chunk.toString("latin1");
    const end = seam.indexOf(END_OF_HEADER);
    const header = end === -1 ? seam : seam.slice(0, end + 2);
    // A CR that may begin the empty line is not counted yet.
    const after =
      end === -1 ? Number(seam.endsWith("\r")) : seam.length - header.length;
    if (this.#bytes - after > this.#limits.maxHeaderBytes)
      throw new Fault("SMTP_HEADER_TOO_BIG", {
        maxBytes: this.#limits.maxHeaderBytes,
      });
    for (const { index, 0: name } of header.matchAll(RECEIVED))
      if (index + name.length > read) this.#received += 1;
    if (this.#received > MAX_RECEIVED_FIELDS)
      throw new Fault("SMTP_MAIL_LOOP", { maxFields: MAX_RECEIVED_FIELDS });
    for (const [, passages] of header.matchAll(PASSAGES))
      if (Number(passages) >= MAX_PASSAGES)
        throw new Fault("SMTP_MAIL_LOOP", { maxPassages: MAX_PASSAGES });
    this.#inHeader = end === -1;
    this.#seam = seam.slice(-SEAM_CHARACTERS);
  }
}
