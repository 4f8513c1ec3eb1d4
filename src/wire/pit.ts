/**
 * What crosses the wall of the pit: one request in, frames out. All integers big-endian, all heads of fixed size.
 * Only facts of fixed size and pixels come back: errors are small integers, findings are bits.
 *
 * request (stdin):
 *   0   4  magic "SKQ1"
 *   4   2  dpi
 *   6   2  maxPages
 *   8   4  maxSidePixels
 *  12   4  maxPixels
 *  16   8  maxOutputBytes
 *  24   2  password length in bytes, 0 for none
 *  26   6  zero
 *  32   8  document length in bytes
 *  40   8  maxUnpackedBytes
 *  48   4  maxEntries
 *  52   4  maxRatio
 *  56   …  password, then document
 */
import type { Limits } from "../core/limits.ts";

export const REQUEST_HEAD_BYTES = 56;
export const MAX_PASSWORD_BYTES = 1024;
const REQUEST_MAGIC = 0x534b5131;

/** The limits that the child enforces too; the parent never relies on it. */
export interface PitLimits {
  readonly dpi: number;
  readonly maxPages: number;
  readonly maxSidePixels: number;
  readonly maxPixels: number;
  readonly maxOutputBytes: number;
  /** Of archives and other containers. */
  readonly maxUnpackedBytes: number;
  readonly maxEntries: number;
  readonly maxRatio: number;
}

export interface RequestHead extends PitLimits {
  readonly passwordBytes: number;
  readonly documentBytes: number;
}

export function pitLimits(limits: Limits): PitLimits {
  return {
    dpi: limits.pageDpi,
    maxPages: limits.maxPages,
    maxSidePixels: limits.maxSidePixels,
    maxPixels: limits.maxPixels,
    maxOutputBytes: limits.pitOutputBytes,
    maxUnpackedBytes: limits.maxUnpackedBytes,
    maxEntries: limits.maxArchiveEntries,
    maxRatio: limits.maxArchiveRatio,
  };
}

export function encodeRequestHead(head: RequestHead): Uint8Array {
  const bytes = new Uint8Array(REQUEST_HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, REQUEST_MAGIC);
  view.setUint16(4, head.dpi);
  view.setUint16(6, head.maxPages);
  view.setUint32(8, head.maxSidePixels);
  view.setUint32(12, head.maxPixels);
  view.setBigUint64(16, BigInt(head.maxOutputBytes));
  view.setUint16(24, head.passwordBytes);
  view.setBigUint64(32, BigInt(head.documentBytes));
  view.setBigUint64(40, BigInt(head.maxUnpackedBytes));
  view.setUint32(48, head.maxEntries);
  view.setUint32(52, head.maxRatio);
  return bytes;
}

/** Null when these are not the bytes of a request head. */
export function decodeRequestHead(bytes: Uint8Array): RequestHead | null {
  if (bytes.length !== REQUEST_HEAD_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(0) !== REQUEST_MAGIC) return null;
  return {
    dpi: view.getUint16(4),
    maxPages: view.getUint16(6),
    maxSidePixels: view.getUint32(8),
    maxPixels: view.getUint32(12),
    maxOutputBytes: Number(view.getBigUint64(16)),
    passwordBytes: view.getUint16(24),
    documentBytes: Number(view.getBigUint64(32)),
    maxUnpackedBytes: Number(view.getBigUint64(40)),
    maxEntries: view.getUint32(48),
    maxRatio: view.getUint32(52),
  };
}
