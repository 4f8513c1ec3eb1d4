declare const untrusted: unique symbol;
declare const clean: unique symbol;

/** Bytes at rest that can be read any number of times. Whoever made it disposes of it; nobody changes it. */
export interface Content {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  open(): AsyncIterable<Uint8Array>;
  /** All of it, where it lies in memory anyway: then nobody has to walk through `open`. */
  readonly whole?: Uint8Array;
}

/** Came from outside: may be stored, hashed, scanned and handed to the pit, never to `rebuild`. */
export interface UntrustedContent extends Content {
  readonly [untrusted]: true;
}

/** Written anew by our own encoders from pixels or checked text. Made in `stage/sanitize.ts` and nowhere else. */
export interface CleanContent extends Content {
  readonly [clean]: true;
}

/** Content that already lies in memory. `sha256` must be of these very bytes. */
export function memoryContent(bytes: Uint8Array, sha256: string): Content {
  return {
    bytes: bytes.byteLength,
    sha256,
    whole: bytes,
    open: async function* () {
      if (bytes.byteLength > 0) yield bytes;
    },
  };
}

/** The first `maxBytes` of a content in one piece. */
export async function readUpTo(
  content: Content,
  maxBytes: number,
): Promise<Uint8Array> {
  if (content.whole !== undefined) return content.whole.subarray(0, maxBytes);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content.open()) {
    pieces.push(piece.subarray(0, maxBytes - bytes));
    bytes += piece.byteLength;
    if (bytes >= maxBytes) break;
  }
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const all = new Uint8Array(Math.min(bytes, maxBytes));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
