import type { FaultCode } from "../core/fault.ts";
import type { HoldCode } from "../core/verdict.ts";

/** Faults that the content itself causes end in a hold of the part or the mail; these say which. */
const HOLDS: Partial<Record<FaultCode, HoldCode>> = {
  MIME_TOO_MANY_HEADERS: "STRUCTURE_LIMIT",
  MIME_HEADER_TOO_BIG: "STRUCTURE_LIMIT",
  MIME_TOO_DEEP: "STRUCTURE_LIMIT",
  MIME_TOO_MANY_PARTS: "STRUCTURE_LIMIT",
  MIME_TOO_MANY_PARAMETERS: "STRUCTURE_LIMIT",
  MIME_TOO_BIG: "SIZE_LIMIT",
  TEXT_TOO_BIG: "SIZE_LIMIT",
  PIT_DEADLINE: "CONVERSION_TIMEOUT",
  PIT_CPU: "CONVERSION_TIMEOUT",
  PIT_MEMORY: "CONVERSION_TIMEOUT",
  PIT_OUTPUT: "PIXEL_LIMIT",
  PIT_PROTOCOL: "CONVERSION_FAILED",
  PIT_CRASHED: "CONVERSION_FAILED",
  PIT_UNEXPECTED: "CONVERSION_FAILED",
  DOCUMENT_UNREADABLE: "CONVERSION_FAILED",
  DOCUMENT_ENCRYPTED: "ENCRYPTED",
  DOCUMENT_EMPTY: "CONVERSION_FAILED",
  DOCUMENT_TOO_MANY_PAGES: "PIXEL_LIMIT",
  DOCUMENT_TOO_MANY_PIXELS: "PIXEL_LIMIT",
  PAGE_BLANK: "PAGE_BLANK",
  REBUILT_TOO_BIG: "SIZE_LIMIT",
  VERIFIER_REFUSED: "VERIFIER_REFUSED",
  STORE_DAMAGED: "NOT_UNDERSTOOD",
};

/** Null when the fault is not the content's: then the item waits and is tried again. */
export function holdFor(code: FaultCode): HoldCode | null {
  return HOLDS[code] ?? null;
}
