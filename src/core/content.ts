declare const untrusted: unique symbol;
declare const clean: unique symbol;

/** Bytes at rest that can be read any number of times. Whoever made it disposes of it; nobody changes it. */
export interface Content {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  open(): AsyncIterable<Uint8Array>;
}

/** Came from outside: may be stored, hashed, scanned and handed to the pit, never to `rebuild`. */
export interface UntrustedContent extends Content {
  readonly [untrusted]: true;
}

/** Written anew by our own encoders from pixels or checked text. Made in `stage/sanitize.ts` and nowhere else. */
export interface CleanContent extends Content {
  readonly [clean]: true;
}
