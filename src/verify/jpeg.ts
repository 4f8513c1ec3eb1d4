import type { Picture } from "./png.ts";
import { requireSize } from "./png.ts";
import { refuse } from "./refuse.ts";

const DHT = 0xc4;
const DQT = 0xdb;
const DRI = 0xdd;
const SOF0 = 0xc0;
const SOF2 = 0xc2;
const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const RST0 = 0xd0;
/** A progressive picture of our encoder has about ten; a thousand make a viewer crawl. */
const MAX_SCANS = 40;
const MAX_TABLES = 100;

export interface Jpeg extends Picture {
  readonly components: 1 | 3;
}

interface Reading {
  readonly bytes: Buffer;
  at: number;
  frame:
    (Jpeg & { readonly progressive: boolean; readonly ids: Buffer }) | null;
  restartInterval: number;
  tables: number;
  scans: number;
}

/**
 * A JPEG as our encoder writes it (ITU-T T.81 Annex B): tables, one baseline or progressive frame, scans, EOI as the last
 * bytes. No application segment, no comment, no thumbnail, no profile, nothing behind the end.
 */
export function verifyJpeg(bytes: Uint8Array): Jpeg {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (whole[0] !== 0xff || whole[1] !== SOI) refuse("jpeg-marker", 0);
  const reading: Reading = {
    bytes: whole,
    at: 2,
    frame: null,
    restartInterval: 0,
    tables: 0,
    scans: 0,
  };
  for (;;) {
    const { at } = reading;
    if (whole[at] !== 0xff) refuse("jpeg-marker", at);
    const marker = whole[at + 1];
    if (marker === EOI) break;
    takeSegment(reading, marker);
  }
  const { frame, scans } = reading;
  if (frame === null || scans === 0) refuse("jpeg-end", reading.at);
  if (reading.at + 2 !== whole.length) refuse("jpeg-end", reading.at + 2);
  return {
    width: frame.width,
    height: frame.height,
    components: frame.components,
  };
}

function takeSegment(reading: Reading, marker: number | undefined): void {
  const { bytes, at } = reading;
  if (bytes.length - at < 4) refuse("jpeg-segment", at);
  const length = bytes.readUInt16BE(at + 2);
  const end = at + 2 + length;
  if (length < 2 || end > bytes.length) refuse("jpeg-segment", at);
  const body = bytes.subarray(at + 4, end);
  switch (marker) {
    case DQT:
      return takeTables(reading, requireQuantization(body, at), end);
    case DHT:
      return takeTables(reading, requireHuffman(body, at), end);
    case DRI:
      if (body.length !== 2) refuse("jpeg-segment", at);
      reading.restartInterval = body.readUInt16BE(0);
      reading.at = end;
      return;
    case SOF0:
    case SOF2:
      if (reading.frame !== null) refuse("jpeg-frame", at);
      reading.frame = { ...readFrame(body, at), progressive: marker === SOF2 };
      reading.at = end;
      return;
    case SOS:
      requireScan(reading, body);
      reading.at = endOfEntropy(reading, end);
      return;
    case undefined:
    default:
      refuse("jpeg-marker", at);
  }
}

function takeTables(reading: Reading, count: number, end: number): void {
  reading.tables += count;
  if (reading.tables > MAX_TABLES) refuse("jpeg-segment", reading.at);
  reading.at = end;
}

/** T.81 §B.2.4.1: 8-bit tables of 64, each behind one byte. */
function requireQuantization(body: Buffer, at: number): number {
  if (body.length === 0 || body.length % 65 !== 0) refuse("jpeg-segment", at);
  for (let table = 0; table < body.length; table += 65)
    if (body[table]! > 3) refuse("jpeg-segment", at);
  return body.length / 65;
}

/** T.81 §B.2.4.2: class and place, sixteen counts, as many values as they add up to. */
function requireHuffman(body: Buffer, at: number): number {
  let table = 0;
  let count = 0;
  while (table < body.length) {
    if (body.length - table < 17) refuse("jpeg-segment", at);
    const place = body[table]!;
    if (place >> 4 > 1 || (place & 15) > 3) refuse("jpeg-segment", at);
    let values = 0;
    for (let i = 1; i <= 16; i++) values += body[table + i]!;
    if (values > 256) refuse("jpeg-segment", at);
    table += 17 + values;
    count++;
  }
  if (table !== body.length || count === 0) refuse("jpeg-segment", at);
  return count;
}

/** T.81 §B.2.2. */
function readFrame(body: Buffer, at: number): Jpeg & { readonly ids: Buffer } {
  const components = body[5];
  if (components !== 1 && components !== 3) refuse("jpeg-frame", at);
  if (body.length !== 6 + 3 * components || body[0] !== 8)
    refuse("jpeg-frame", at);
  const size = { width: body.readUInt16BE(3), height: body.readUInt16BE(1) };
  requireSize(size, () => refuse("jpeg-frame", at));
  const ids = Buffer.alloc(components);
  for (let i = 0; i < components; i++) {
    const [id, sampling, table] = body.subarray(6 + 3 * i);
    const goodSampling = [0x11, 0x12, 0x21, 0x22].includes(sampling!);
    if (!goodSampling || table! > 3 || ids.includes(id!))
      refuse("jpeg-frame", at);
    ids[i] = id!;
  }
  return { ...size, components, ids };
}

/** T.81 §B.2.3. */
function requireScan(reading: Reading, body: Buffer): void {
  const { at, frame } = reading;
  if (frame === null || ++reading.scans > MAX_SCANS) refuse("jpeg-scan", at);
  const count = body[0] ?? 0;
  if (count < 1 || count > frame.components || body.length !== 4 + 2 * count)
    refuse("jpeg-scan", at);
  for (let i = 0; i < count; i++) {
    const tables = body[2 + 2 * i]!;
    if (!frame.ids.includes(body[1 + 2 * i]!)) refuse("jpeg-scan", at);
    if (tables >> 4 > 3 || (tables & 15) > 3) refuse("jpeg-scan", at);
  }
  const [from, to, approximation] = body.subarray(body.length - 3);
  const whole = from === 0 && to === 63 && approximation === 0;
  if (frame.progressive ? to! > 63 || from! > to! : !whole)
    refuse("jpeg-scan", at);
}

/** Where the next marker stands; a 0xFF of the pixels is followed by 0, restart markers count 0–7 (T.81 §B.1.1.5, §B.2.1). */
function endOfEntropy(reading: Reading, begin: number): number {
  const { bytes } = reading;
  let at = begin;
  let restarts = 0;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) refuse("jpeg-end", bytes.length);
    const next = bytes[at + 1];
    if (next === RST0 + (restarts & 7) && reading.restartInterval > 0)
      restarts++;
    else if (next !== 0) return at;
    at += 2;
  }
}
