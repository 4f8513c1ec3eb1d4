/** Four verdicts, never mixed. Only the last two hold a part. */
export type VerdictKind = "clean" | "cleaned" | "unexaminable" | "malicious";

const SEVERITY: readonly VerdictKind[] = [
  "clean",
  "cleaned",
  "unexaminable",
  "malicious",
];

export function worse(a: VerdictKind, b: VerdictKind): VerdictKind {
  return SEVERITY.indexOf(a) >= SEVERITY.indexOf(b) ? a : b;
}

/** What the scanner said about some bytes. Silence, an error or an odd answer is `unexaminable`, never `clean`. */
export type ScanVerdict =
  | { readonly kind: "clean"; readonly engine: string }
  | {
      readonly kind: "malicious";
      readonly engine: string;
      readonly signature: string;
    }
  | {
      readonly kind: "unexaminable";
      readonly engine: string;
      readonly code: HoldCode;
      readonly detail: string;
    };

/** Why something is held: a closed list. Words for people stand in `policy/reasons.ts`, advice in `docs/faults.md`. */
export type HoldCode =
  | "VIRUS_FOUND"
  | "TYPE_NOT_CONVERTED"
  | "ENCRYPTED"
  | "ARCHIVE_LIMIT"
  | "AMBIGUOUS_STRUCTURE"
  | "NOT_UNDERSTOOD"
  | "STRUCTURE_LIMIT"
  | "TYPE_FORBIDDEN"
  | "CONVERSION_FAILED"
  | "CONVERSION_TIMEOUT"
  | "PAGE_BLANK"
  | "GLYPHS_MISSING"
  | "PIXEL_LIMIT"
  | "SIZE_LIMIT"
  | "TEXT_UNREADABLE"
  | "SCANNER_UNAVAILABLE"
  | "SANDBOX_UNAVAILABLE"
  | "CONVERTER_MISSING"
  | "VERIFIER_REFUSED"
  | "ATTEMPTS_EXHAUSTED"
  | "DELIVERY_REFUSED"
  | "DELIVERY_UNKNOWN"
  | "DELIVERY_EXPIRED"
  | "SENDER_BLOCKED"
  | "AUTH_FAILED"
  | "RESCANNED_CLEAN";

/** Something that was in the input and is not in the output, or that a reader should know. */
export interface Finding {
  readonly code: string;
  /** Path of the part, `0` for the mail or a lone file. */
  readonly part: string;
  readonly detail: string;
}
