/** OpenPGP in the text of a mail (RFC 9580 §6.2, §7): armour that machines read and people should not have to. */
export interface PgpText {
  readonly text: string;
  /** A cleartext signature was there; its text stays. */
  readonly signed: boolean;
  /** Ciphertext was there; a note stands in its place. */
  readonly encrypted: boolean;
}

const SIGNED_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE_BEGIN = "-----BEGIN PGP SIGNATURE-----";
const SIGNATURE_END = "-----END PGP SIGNATURE-----";
const MESSAGE_BEGIN = "-----BEGIN PGP MESSAGE-----";
const MESSAGE_END = "-----END PGP MESSAGE-----";
const ENCRYPTED_NOTE = "［暗号化された部分は、検査できないため含めていません］";

/** A signature without its end is none: nothing may hide behind it. */
export function readPgpText(text: string): PgpText {
  if (!text.includes("-----BEGIN PGP "))
    return { text, signed: false, encrypted: false };
  const reading = new PgpReading();
  for (const line of text.split(/\r?\n/)) reading.take(line);
  return reading.finish();
}

class PgpReading {
  readonly #kept: string[] = [];
  #inside: "nothing" | "hashes" | "signed" | "signature" | "message" =
    "nothing";
  /** Lines of a signature whose end has not come yet. */
  #withheld: string[] = [];
  #signed = false;
  #encrypted = false;

  take(line: string): void {
    const mark = line.trimEnd();
    switch (this.#inside) {
      case "nothing":
        return this.#outside(line, mark);
      case "hashes":
        // RFC 9580 §7: `Hash:` fields, then an empty line, then the text.
        if (mark === "") this.#inside = "signed";
        else if (!/^[A-Za-z]+: /.test(mark)) {
          this.#inside = "signed";
          this.take(line);
        }
        return;
      case "signed":
        if (mark === SIGNATURE_BEGIN) {
          this.#inside = "signature";
          this.#withheld = [line];
        } else this.#kept.push(line.startsWith("- ") ? line.slice(2) : line);
        return;
      case "signature":
        if (mark === SIGNATURE_END) this.#inside = "nothing";
        else this.#withheld.push(line);
        return;
      case "message":
        if (mark === MESSAGE_END) this.#inside = "nothing";
        return;
    }
  }

  #outside(line: string, mark: string): void {
    if (mark === SIGNED_BEGIN) {
      this.#signed = true;
      this.#inside = "hashes";
    } else if (mark === MESSAGE_BEGIN) {
      this.#encrypted = true;
      this.#inside = "message";
      this.#kept.push(ENCRYPTED_NOTE);
    } else this.#kept.push(line);
  }

  finish(): PgpText {
    if (this.#inside === "signature")
      for (const line of this.#withheld) this.#kept.push(line);
    return {
      text: this.#kept.join("\n"),
      signed: this.#signed,
      encrypted: this.#encrypted,
    };
  }
}
