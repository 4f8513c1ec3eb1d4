/**
 * The two closed lists that the pit may speak in. A place in a list is a number on the wire: append, never reorder.
 */
import type { FaultCode } from "../core/fault.ts";

/** An error is its place in this list, counted from 1; any other number is PIT_UNEXPECTED. */
export const PIT_ERRORS = [
  "DOCUMENT_UNREADABLE",
  "DOCUMENT_ENCRYPTED",
  "DOCUMENT_EMPTY",
  "DOCUMENT_TOO_MANY_PAGES",
  "DOCUMENT_TOO_MANY_PIXELS",
  "PAGE_BLANK",
  "PIT_MEMORY",
  "PIT_OUTPUT",
  "UNPACKED_TOO_BIG",
  "DOCUMENT_UNKNOWN",
  "ARCHIVE_TOO_MANY_ENTRIES",
  "ARCHIVE_RATIO",
  "ARCHIVE_OVERLAPPING",
  "ARCHIVE_AMBIGUOUS",
  "ARCHIVE_NOT_SUPPORTED",
  "GLYPHS_MISSING",
] as const satisfies readonly FaultCode[];

export type PitError = (typeof PIT_ERRORS)[number];

/** A finding is its place in this list, as a bit of a 32-bit word: what was in the file and is not in the pixels. */
export const PIT_FINDINGS = [
  "pdf-javascript",
  "pdf-open-action",
  "pdf-launch",
  "pdf-embedded-file",
  "pdf-form",
  "pdf-link",
  "pdf-submit",
  "pdf-media",
  "pdf-remote",
  "pdf-encrypted",
  "image-exif",
  "image-gps",
  "image-icc",
  "image-xmp",
  "image-iptc",
  "image-animation",
  "office-macro",
  "office-dde",
  "office-ole",
  "office-activex",
  "office-external-link",
  "office-hidden-sheet",
  "office-encrypted",
  "pdf-metadata",
  "svg-active",
  "svg-reference",
  "glyphs-missing",
  "office-hidden-cells",
] as const;

export type PitFinding = (typeof PIT_FINDINGS)[number];

export function encodeError(error: PitError): number {
  return PIT_ERRORS.indexOf(error) + 1;
}

export function decodeError(code: number): PitError | "PIT_UNEXPECTED" {
  return PIT_ERRORS[code - 1] ?? "PIT_UNEXPECTED";
}

export function encodeFindings(findings: Iterable<PitFinding>): number {
  let bits = 0;
  for (const finding of findings) bits |= 1 << PIT_FINDINGS.indexOf(finding);
  return bits >>> 0;
}

/** Null when a bit is set that stands for nothing. */
export function decodeFindings(bits: number): readonly PitFinding[] | null {
  if (bits >>> PIT_FINDINGS.length !== 0) return null;
  return PIT_FINDINGS.filter((_, place) => (bits >>> place) & 1);
}
