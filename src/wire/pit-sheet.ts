/**
 * A drawn page on its way back into a pit, where its letters are read: a head of 12 bytes, big-endian, and the pixels.
 *
 *   0  4  width in pixels      4  4  height in pixels      8  2  channels: 1, 3 or 4      10  2  dots an inch
 */
export const SHEET_HEAD_BYTES = 12;

export interface SheetHead {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly dpi: number;
}

export function encodeSheetHead(head: SheetHead): Uint8Array {
  const bytes = new Uint8Array(SHEET_HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, head.width);
  view.setUint32(4, head.height);
  view.setUint16(8, head.channels);
  view.setUint16(10, head.dpi);
  return bytes;
}

/** Null where pixels and head do not fit each other. */
export function decodeSheet(
  bytes: Uint8Array,
): { readonly head: SheetHead; readonly pixels: Uint8Array } | null {
  if (bytes.length < SHEET_HEAD_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const channels = view.getUint16(8);
  if (channels !== 1 && channels !== 3 && channels !== 4) return null;
  const pixels = bytes.subarray(SHEET_HEAD_BYTES);
  if (width * height === 0 || pixels.length !== width * height * channels)
    return null;
  return { head: { width, height, channels, dpi: view.getUint16(10) }, pixels };
}
