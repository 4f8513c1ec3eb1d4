import type { PitFinding } from "../../../src/wire/pit-codes.ts";
import { readHead } from "./vips.ts";

export interface Look {
  readonly pageCount: number;
  readonly findings: readonly PitFinding[];
  /** Of an animation, all of them; else 0. */
  readonly pictures: number;
}

/** Tag 0x8825 (GPSInfo), in either byte order (EXIF 2.3 §4.6.3). */
const GPS_TAGS: readonly Buffer[] = [
  Buffer.from([0x88, 0x25, 0x00, 0x04]),
  Buffer.from([0x25, 0x88, 0x04, 0x00]),
];

/** Reads the head of the file and no pixel. */
export async function look(document: Uint8Array): Promise<Look> {
  const facts = await readHead(document, 0);
  const frames = facts.pages ?? 1;
  const paged = facts.format === "tiff";
  const findings: PitFinding[] = [];
  if (facts.exif !== undefined) findings.push("image-exif");
  if (GPS_TAGS.some((tag) => facts.exif?.includes(tag)))
    findings.push("image-gps");
  if (facts.icc !== undefined) findings.push("image-icc");
  if (facts.xmp !== undefined) findings.push("image-xmp");
  if (facts.iptc !== undefined) findings.push("image-iptc");
  const moves = !paged && frames > 1;
  if (moves) findings.push("image-animation");
  return {
    pageCount: paged ? frames : 1,
    findings,
    pictures: moves ? frames : 0,
  };
}
