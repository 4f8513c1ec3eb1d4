import { asBuffer } from "./as-buffer.ts";
import { nextDashes } from "./boundary.ts";
import { decoderFor, type TransferDecoder } from "./transfer.ts";

/** Bytes of one possible body; `id` counts from 0. Its last event has no bytes. */
export interface StrayEvent {
  readonly id: number;
  readonly bytes: Uint8Array | null;
}

/** A header block beyond this is none. */
const MAX_HEAD_BYTES = 16 * 1024;
/** Headers of a part, of the message in it, of a part of that. */
const MAX_HEADS = 3;
/** How much of a body is seen before it is decided what it may be encoded in. */
const LOOK_BYTES = 4096;
/** Also of blank ones, which cost no reading but time. */
const MAX_STRETCHES = 10_000;
const FIELD = /^[!-9;-~]{1,80}[ \t]*:/;
const BLANK_LINE = /\r?\n\r?\n/;
const BASE64 = /[A-Za-z0-9+/]{16}/;
const QUOTED = /=[0-9A-Fa-f]{2}|=\r?\n/;

/**
 * Every body that any reader could find in a mail, whatever it takes for a boundary and whichever encoding it believes:
 * each stretch between lines that begin with `--` is a part, without its header block, as it stands and through each
 * decoding that it looks like. For the virus scanner only. Holds less than MAX_HEAD_BYTES and LOOK_BYTES at a time.
 */
export class StrayReader {
  readonly #maxReadings: number;
  #unread: Buffer = Buffer.alloc(0);
  #stretch = new Stretch(0, false);
  #stretches = 0;
  #complete = true;

  constructor(maxReadings: number) {
    this.#maxReadings = maxReadings;
  }

  /** False when there was more than may be read. */
  get isComplete(): boolean {
    return this.#complete;
  }

  *write(chunk: Uint8Array): Generator<StrayEvent> {
    if (!this.#complete) return;
    const bytes = Buffer.concat([this.#unread, asBuffer(chunk)]);
    let from = 0;
    let search = 0;
    for (;;) {
      const dashes = nextDashes(bytes, search);
      // The byte behind the dashes tells a delimiter from a rule of dashes alone.
      if (dashes < 0 || dashes + 2 >= bytes.length) break;
      search = dashes;
      if ((bytes[dashes + 2] as number) <= 32) continue;
      yield* this.#stretch.write(bytes.subarray(from, dashes));
      from = dashes;
      yield* this.#next();
      if (!this.#complete) return;
    }
    const hold = Math.max(from, bytes.length - 3);
    yield* this.#stretch.write(bytes.subarray(from, hold));
    this.#unread = Buffer.from(bytes.subarray(hold));
  }

  *finish(): Generator<StrayEvent> {
    if (!this.#complete) return;
    yield* this.#stretch.write(this.#unread);
    yield* this.#stretch.finish();
  }

  *#next(): Generator<StrayEvent> {
    yield* this.#stretch.finish();
    const { nextId } = this.#stretch;
    this.#stretch = new Stretch(nextId, true);
    this.#stretches++;
    if (nextId >= this.#maxReadings || this.#stretches >= MAX_STRETCHES)
      this.#complete = false;
  }
}

interface Track {
  readonly id: number;
  readonly decoders: readonly TransferDecoder[];
}

/** What stands between two lines that may be delimiters. */
class Stretch {
  nextId: number;
  #head: Buffer = Buffer.alloc(0);
  #heads = 0;
  #skipLine: boolean;
  #tracks: Track[] | null = null;

  /** `delimited`: its first line is the delimiter. */
  constructor(firstId: number, delimited: boolean) {
    this.nextId = firstId;
    this.#skipLine = delimited;
  }

  *write(bytes: Buffer): Generator<StrayEvent> {
    if (bytes.length === 0) return;
    if (this.#tracks !== null) {
      yield* this.#feed(bytes);
      return;
    }
    this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#head.length > MAX_HEAD_BYTES) yield* this.#open();
  }

  *finish(): Generator<StrayEvent> {
    if (this.#tracks === null) yield* this.#open();
    for (const { id, decoders } of this.#tracks ?? []) {
      const rest = through(decoders, null);
      if (rest.length > 0) yield { id, bytes: rest };
      yield { id, bytes: null };
    }
  }

  *#open(): Generator<StrayEvent> {
    const body = this.#body();
    const look = body.toString("latin1", 0, LOOK_BYTES);
    this.#tracks = [];
    if (look.trim() === "") return;
    const encodings: string[][] = [[]];
    if (BASE64.test(look)) encodings.push(["base64"]);
    if (QUOTED.test(look))
      encodings.push(["quoted-printable"], ["quoted-printable", "base64"]);
    for (const names of encodings)
      this.#tracks.push({
        id: this.nextId++,
        decoders: names.flatMap((name) => decoderFor(name) ?? []),
      });
    yield* this.#feed(body);
  }

  /** Without the delimiter line and the header blocks that follow it. */
  #body(): Buffer {
    let text = this.#head.toString("latin1");
    if (this.#skipLine)
      text = text.slice(text.indexOf("\n") + 1 || text.length);
    while (this.#heads++ < MAX_HEADS && FIELD.test(text)) {
      const blank = BLANK_LINE.exec(text);
      if (blank === null) break;
      text = text.slice(blank.index + blank[0].length);
    }
    return Buffer.from(text, "latin1");
  }

  *#feed(bytes: Buffer): Generator<StrayEvent> {
    for (const { id, decoders } of this.#tracks ?? []) {
      const decoded = through(decoders, bytes);
      if (decoded.length > 0) yield { id, bytes: decoded };
    }
  }
}

/** Null bytes: nothing follows. */
function through(
  decoders: readonly TransferDecoder[],
  bytes: Buffer | null,
): Uint8Array {
  let now: Uint8Array = bytes ?? new Uint8Array(0);
  for (const decoder of decoders) {
    const written = decoder.write(asBuffer(now));
    now = bytes === null ? Buffer.concat([written, decoder.finish()]) : written;
  }
  return now;
}
