import { Fault, toFault } from "../core/fault.ts";
import { asBuffer } from "./as-buffer.ts";
import { USUAL, type Dialect } from "./dialect.ts";
import type { MimeEvent, MimeLimits, Shared } from "./mime-event.ts";
import { TreeReader } from "./tree-reader.ts";

export type { MimeEvent, MimeLimits } from "./mime-event.ts";
export type { MimeNode } from "./node.ts";
export type { Parameter } from "./parameters.ts";

/** A larger chunk is read in slices, so that what waits to be pulled stays small. */
const SLICE_BYTES = 256 * 1024;

/**
 * Reads a mail as it comes: bytes in, events out, no I/O. Each generator must be pulled to its end before the next call.
 * Lenient; wherever two readers could see two different mails, the node's anomalies say so.
 * Faults: MIME_TOO_BIG, MIME_HEADER_TOO_BIG, MIME_LINE_TOO_LONG, MIME_TOO_MANY_HEADERS, MIME_TOO_MANY_PARTS, MIME_TOO_DEEP,
 * MIME_TOO_MANY_PARAMETERS, MIME_PARAMETERS_TOO_BIG; thrown after the events that came before.
 */
export class MimeReader {
  readonly #shared: Shared;
  readonly #tree: TreeReader;
  #bytes = 0;

  constructor(limits: MimeLimits, dialect: Dialect = USUAL) {
    this.#shared = { limits, dialect, nodes: 0, outsideBytes: 0 };
    this.#tree = new TreeReader(this.#shared, null);
  }

  /** Bytes in preambles and epilogues that are not blank, without the usual note of a preamble; complete after `finish`. */
  get outsideBytes(): number {
    return this.#shared.outsideBytes;
  }

  *write(chunk: Uint8Array): Generator<MimeEvent> {
    const bytes = asBuffer(chunk);
    const { maxMessageBytes } = this.#shared.limits;
    const room = maxMessageBytes - this.#bytes;
    this.#bytes += bytes.length;
    const end = Math.min(bytes.length, room);
    for (let at = 0; at < end; at += SLICE_BYTES) {
      const slice = bytes.subarray(at, Math.min(at + SLICE_BYTES, end));
      yield* this.#read((events) => this.#tree.write(slice, events));
    }
    if (bytes.length > room)
      throw new Fault("MIME_TOO_BIG", { limit: maxMessageBytes });
  }

  *finish(): Generator<MimeEvent> {
    yield* this.#read((events) => this.#tree.finish(events));
  }

  *#read(step: (events: MimeEvent[]) => void): Generator<MimeEvent> {
    const events: MimeEvent[] = [];
    let fault: Fault | null = null;
    try {
      step(events);
    } catch (error) {
      fault = toFault(error);
    }
    yield* events;
    if (fault !== null) throw fault;
  }
}
