/**
 * Frames that the pit says on stdout. A head of 32 bytes, big-endian; a page is followed by exactly
 * width × height × channels bytes, `text` by its characters (`pit-text.ts`) and `bytes` by as many as it says. Fields that a kind does not use are zero, and anything else is no frame.
 *
 *        ready    document    page                  done     error
 *   0  4  magic "SKF1"
 *   4  1  0        1           2                     3        4
 *   5  1  –        –           channels 1, 3 or 4    –        code
 *   6  2  –        –           –                     –        –
 *   8  4  –        page count  index                 pages    –
 *  12  4  –        findings    width in pixels       –        –
 *  16  4  –        pictures    height in pixels      –        –
 *  20  4  –        –           width in 1/100 pt     –        –
 *  24  4  –        –           height in 1/100 pt    –        –
 *  28  4  –        –           –                     –        –
 *
 * A sixth kind, 5 `bytes`, has their count at 8. Who answers with bytes says `document`, then `bytes` any number of times, then `done` with
 * their number; of a conversion the page count is the number of files, and each file ends with a `done` of its own.
 * A seventh kind, 6 `text`, follows each page of a document: the page's index at 8,
 * how many characters at 12, and at 16 1 where the page has more of them than that.
 *
 * `ready` comes before a byte of the document was read: a program that ends without it never ran.
 */
export const FRAME_BYTES = 32;
const MAGIC = 0x534b4631;
const KINDS = [
  "ready",
  "document",
  "page",
  "done",
  "error",
  "bytes",
  "text",
] as const;

/** Most bytes behind one head. */
export const MAX_PIECE_BYTES = 1024 * 1024;

/** A PDF, the names of hidden sheets and of sheets that hide cells, one a line, and for each other sheet of a workbook its name and its values. */
export const MAX_CONVERTED_FILES = 3 + 2 * 100;

/** Largest side of a page on paper, in 1/100 pt (200 inches: PDF 32000 annex C). */
export const MAX_SIDE_CENTIPOINTS = 1_440_000;

export interface PageHead {
  readonly kind: "page";
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  /** 1/100 pt, both zero for pictures. */
  readonly centipointsWide: number;
  readonly centipointsHigh: number;
}

export interface TextHead {
  readonly kind: "text";
  readonly index: number;
  readonly characters: number;
  /** The page has more characters than these. */
  readonly isShortened: boolean;
}

export type Frame =
  | { readonly kind: "ready" }
  | {
      readonly kind: "document";
      readonly pageCount: number;
      readonly findings: number;
      /** Of an animation, whose first one alone is drawn; 0 for all else. */
      readonly pictures?: number;
    }
  | PageHead
  | { readonly kind: "done"; readonly pages: number }
  | { readonly kind: "error"; readonly code: number }
  | { readonly kind: "bytes"; readonly bytes: number }
  | TextHead;

export function encodeFrame(frame: Frame): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  view.setUint8(4, KINDS.indexOf(frame.kind));
  view.setUint8(5, small(frame));
  words(frame).forEach((word, place) => view.setUint32(8 + place * 4, word));
  return bytes;
}

function small(frame: Frame): number {
  if (frame.kind === "page") return frame.channels;
  return frame.kind === "error" ? frame.code : 0;
}

function words(frame: Frame): readonly number[] {
  switch (frame.kind) {
    case "document":
      return [frame.pageCount, frame.findings, frame.pictures ?? 0];
    case "page":
      return [
        frame.index,
        frame.width,
        frame.height,
        frame.centipointsWide,
        frame.centipointsHigh,
      ];
    case "done":
      return [frame.pages];
    case "bytes":
      return [frame.bytes];
    case "text":
      return [frame.index, frame.characters, frame.isShortened ? 1 : 0];
    case "ready":
    case "error":
      return [];
  }
}

/** Null when these are not the bytes of a frame head. Shapes only: limits are the caller's to check. */
export function decodeFrame(untrusted: Uint8Array): Frame | null {
  if (untrusted.length !== FRAME_BYTES) return null;
  const view = new DataView(
    untrusted.buffer,
    untrusted.byteOffset,
    FRAME_BYTES,
  );
  if (view.getUint32(0) !== MAGIC) return null;
  const frame = read(view);
  // One value has one spelling: what encodes differently carried something in a field that has no meaning here.
  if (frame === null) return null;
  const again = encodeFrame(frame);
  return again.every((byte, place) => byte === untrusted[place]) ? frame : null;
}

function read(view: DataView): Frame | null {
  switch (KINDS[view.getUint8(4)]) {
    case "ready":
      return { kind: "ready" };
    case "document": {
      const pictures = view.getUint32(16);
      return {
        kind: "document",
        pageCount: view.getUint32(8),
        findings: view.getUint32(12),
        ...(pictures === 0 ? {} : { pictures }),
      };
    }
    case "page":
      return readPage(view);
    case "done":
      return { kind: "done", pages: view.getUint32(8) };
    case "error":
      return { kind: "error", code: view.getUint8(5) };
    case "bytes":
      return { kind: "bytes", bytes: view.getUint32(8) };
    case "text":
      return {
        kind: "text",
        index: view.getUint32(8),
        characters: view.getUint32(12),
        isShortened: view.getUint32(16) === 1,
      };
    case undefined:
    default:
      return null;
  }
}

function readPage(view: DataView): PageHead | null {
  const channels = view.getUint8(5);
  if (channels !== 1 && channels !== 3 && channels !== 4) return null;
  return {
    kind: "page",
    channels,
    index: view.getUint32(8),
    width: view.getUint32(12),
    height: view.getUint32(16),
    centipointsWide: view.getUint32(20),
    centipointsHigh: view.getUint32(24),
  };
}
