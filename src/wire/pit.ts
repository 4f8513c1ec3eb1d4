/**
 * What crosses the wall of the pit: one request in, frames out. All integers big-endian, all heads of fixed size.
 * Only facts of fixed size, pixels and characters with their boxes come back: errors are small integers, findings are bits.
 *
 * request (stdin):
 *   0   4  magic "SKQ1"
 *   4   2  dpi
 *   6   2  maxPages
 *   8   4  maxSidePixels
 *  12   4  maxPixels
 *  16   8  maxOutputBytes
 *  24   2  password length in bytes, 0 for none
 *  26   4  maxPageCharacters
 *  30   2  1: pages are asked for one by one; 0: all are drawn
 *  32   8  document length in bytes
 *  40   8  maxUnpackedBytes
 *  48   4  maxEntries
 *  52   4  maxRatio
 *  56   …  password, then document
 *
 * A program for documents asks, by its `document` frame, which pages it shall draw, and hears (stdin, at the end):
 *   0   2  every how many pages one is wanted, 1 for all
 *   2   2  the first of them, from 0
 *
 * Where pages are asked for one by one, any number of questions follow instead, each answered by one `page` frame, until stdin ends:
 *   0   2  index of the page, from 0
 *   2   2  dpi; 0 for what has no size on paper
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
  readonly maxPageCharacters: number;
  /** Of archives and other containers. */
  readonly maxUnpackedBytes: number;
  readonly maxEntries: number;
  readonly maxRatio: number;
}

/** What one of several pits draws of a document: the pages whose turn, by `turnOf`, is its own. */
export interface PageShare {
  readonly pits: number;
  readonly own: number;
}

export const ALL_PAGES: PageShare = { pits: 1, own: 0 };

/**
 * Which of so many pits draws a page: the sum of the digits of its number in that base. Each has one of as many pages that
 * follow each other, and no pit all the slow ones where they come at regular distances, as with any rule that has a period.
 */
export function turnOf(index: number, pits: number): number {
  if (pits <= 1) return 0;
  let sum = 0;
  for (let rest = index; rest > 0; rest = Math.floor(rest / pits))
    sum += rest % pits;
  return sum % pits;
}

export const SHARE_BYTES = 4;

export function encodeShare({ pits, own }: PageShare): Uint8Array {
  const bytes = new Uint8Array(SHARE_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, pits);
  view.setUint16(2, own);
  return bytes;
}

/** Null where no page could be meant. */
export function decodeShare(bytes: Uint8Array): PageShare | null {
  if (bytes.length !== SHARE_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [pits, own] = [view.getUint16(0), view.getUint16(2)];
  return own < pits ? { pits, own } : null;
}

/** One page of a document that somebody is looking at. */
export interface PageAsk {
  readonly index: number;
  readonly dpi: number;
}

export const ASK_BYTES = 4;

export function encodeAsk({ index, dpi }: PageAsk): Uint8Array {
  const bytes = new Uint8Array(ASK_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, index);
  view.setUint16(2, dpi);
  return bytes;
}

export function decodeAsk(bytes: Uint8Array): PageAsk | null {
  if (bytes.length !== ASK_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return { index: view.getUint16(0), dpi: view.getUint16(2) };
}

export interface RequestHead extends PitLimits {
  /** Somebody looks at the document page by page. */
  readonly asksPages?: true;
  readonly passwordBytes: number;
  readonly documentBytes: number;
}

export function pitLimits(limits: Limits, dpi: number): PitLimits {
  return {
    dpi,
    maxPages: limits.maxPages,
    maxSidePixels: limits.maxSidePixels,
    maxPixels: limits.maxPixels,
    maxOutputBytes: limits.pitOutputBytes,
    maxPageCharacters: limits.maxPageCharacters,
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
  view.setUint32(26, head.maxPageCharacters);
  view.setUint16(30, head.asksPages === true ? 1 : 0);
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
    maxPageCharacters: view.getUint32(26),
    documentBytes: Number(view.getBigUint64(32)),
    maxUnpackedBytes: Number(view.getBigUint64(40)),
    maxEntries: view.getUint32(48),
    maxRatio: view.getUint32(52),
    ...(view.getUint16(30) === 1 ? { asksPages: true as const } : {}),
  };
}
