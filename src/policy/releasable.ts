import type { HoldCode } from "../core/verdict.ts";

/** What of a hold decides whether a release makes sense. */
export interface OpenHold {
  readonly part: string | null;
  readonly code: HoldCode;
}

export type NoRelease = "not-held" | "malicious" | "unreadable" | "futile";

/** A mail past these limits can't be taken apart, so nothing of it can be made new whoever asks. */
const UNREADABLE: readonly HoldCode[] = ["STRUCTURE_LIMIT", "SIZE_LIMIT"];

/** A part held for one of these would be held again and its mail only come a second time. */
const FUTILE: readonly HoldCode[] = [
  "TYPE_NOT_CONVERTED",
  "TYPE_FORBIDDEN",
  "ENCRYPTED",
  "PIXEL_LIMIT",
  "SIZE_LIMIT",
  "TEXT_UNREADABLE",
];

/** Why nobody may release what is held so; null: they may. Asked by the page that shows the button and by the act itself. */
export function whyNoRelease(holds: readonly OpenHold[]): NoRelease | null {
  if (holds.some(({ code, part }) => code === "VIRUS_FOUND" && part === null))
    return "malicious";
  if (
    holds.some(({ code, part }) => part === null && UNREADABLE.includes(code))
  )
    return "unreadable";
  const open = holds.filter(({ code }) => code !== "VIRUS_FOUND");
  if (open.length === 0) return holds.length > 0 ? "malicious" : "not-held";
  return open.every(({ code, part }) => part !== null && FUTILE.includes(code))
    ? "futile"
    : null;
}
