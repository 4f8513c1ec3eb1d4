/** More than the two lines that mailers write for readers without MIME. */
const MAX_NOTE_BYTES = 300;
const NOTE =
  /^This [^:]*(MIME|multi-?part|cryptographically signed|signed message)[^:]*$/i;
const PRINTABLE = /^[\t\r\n -~]*$/;

/**
 * Counts what is not blank in a preamble or an epilogue. The usual note of a preamble ("This is a multi-part message in
 * MIME format.") counts as nothing: one short printable text that begins with "This" and holds no colon, so no header.
 */
export class OutsideText {
  #bytes = 0;
  #note = "";

  write(bytes: Uint8Array): void {
    if (this.#note.length <= MAX_NOTE_BYTES)
      this.#note += Buffer.from(
        bytes.buffer,
        bytes.byteOffset,
        Math.min(bytes.length, MAX_NOTE_BYTES + 1),
      ).toString("latin1");
    for (let i = 0; i < bytes.length; i++)
      if ((bytes[i] as number) > 32) this.#bytes++;
      else if (!isWhite(bytes[i] as number)) this.#bytes++;
  }

  /** Bytes that are not blank, without the usual note when it is a preamble; begins anew. */
  take(isPreamble: boolean): number {
    const count = isPreamble && this.#isNote() ? 0 : this.#bytes;
    this.#bytes = 0;
    this.#note = "";
    return count;
  }

  #isNote(): boolean {
    const note = this.#note.trim();
    return (
      this.#note.length <= MAX_NOTE_BYTES &&
      PRINTABLE.test(note) &&
      NOTE.test(note)
    );
  }
}

function isWhite(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}
