/** SVG through librsvg: drawn, without scripts and without anything that stands elsewhere. */
import type { PitFinding } from "../../../src/wire/pit-codes.ts";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { readHead } from "./vips.ts";

const HEAD_CHARACTERS = 4096;
/** Finest first; 72 is one dot a unit. */
const DENSITIES = [150, 72, 36, 18] as const;
/** Whatever could act or move, and what stands in another file. */
const ACTIVE = /<script|<set\b|<animate|\son[a-z]+\s*=|javascript:/i;
const REFERENCE =
  /(?:href\s*=\s*["']\s*|url\(\s*["']?|@import\s*["']?|SYSTEM\s*["'])(?!#|data:)[^\s"')>]/i;

export function isSvg(document: Uint8Array): boolean {
  const head = textOf(document.subarray(0, HEAD_CHARACTERS));
  return /<svg[\s>]/i.test(head) && !head.includes("\0");
}

export function svgFindings(document: Uint8Array): readonly PitFinding[] {
  const text = textOf(document);
  const findings: PitFinding[] = [];
  if (ACTIVE.test(text)) findings.push("svg-active");
  if (REFERENCE.test(text)) findings.push("svg-reference");
  return findings;
}

/** Dots an inch at which the picture stays within the limits. */
export async function svgDensity(
  document: Uint8Array,
  limits: PitLimits,
): Promise<number> {
  for (const density of DENSITIES) {
    const { width, height } = await readHead(document, 0, density);
    if (
      Math.max(width, height) <= limits.maxSidePixels &&
      width * height <= limits.maxPixels
    )
      return density;
  }
  throw new PitRefusal("DOCUMENT_TOO_MANY_PIXELS");
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    "latin1",
  );
}
