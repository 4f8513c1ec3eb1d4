/**
 * Lossless images of pages: letters and flat colours. Synchronous and long, so it runs beside the event loop (`page-thread.ts`).
 * Nothing here knows sharp: a thread that has to load it begins later.
 */
import { deflateSync } from "node:zlib";
import type { PixelPage } from "../core/pixels.ts";
import { flows, inkOf, type Ink } from "./ink.ts";
import { packGrey, packPlaces, type Depth } from "./pack.ts";
import { indexColours, type Indexed } from "./palette.ts";

export type Sheet = Pick<PixelPage, "width" | "height" | "channels" | "pixels">;

interface Encoded {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

export type LosslessImage = Encoded &
  (
    | {
        readonly filter: "FlateDecode";
        readonly colours: "DeviceGray";
        readonly depth: Depth;
      }
    | {
        readonly filter: "FlateDecode";
        readonly colours: "Indexed";
        readonly depth: Indexed["depth"];
        /** Red, green, blue, one after another. */
        readonly palette: Uint8Array;
      }
  );

export type JpegImage = Encoded & {
  readonly filter: "DCTDecode";
  readonly colours: "DeviceGray" | "DeviceRGB";
  readonly depth: 8;
};

/** One codec a page: lossless where letters and flat colours are, JPEG where tones flow. */
export type PageImage = LosslessImage | JpegImage;

const DEPTHS: Readonly<Record<Exclude<Ink, "tone">, Depth>> = {
  line: 1,
  text: 2,
  grey: 4,
};
/** Of letters, 4 would save 3 % of the bytes and 6 5 %, for a quarter more time and twice the time; of flat colours 4 a sixth, for three quarters more. */
const GREY_LEVEL = { level: 3, memLevel: 9 } as const;
const FLAT_LEVEL = { level: 2 } as const;

/** Null for a page where tones flow. */
export function encodeLossless(page: Sheet): LosslessImage | null {
  return page.channels === 1 ? grey(page) : flat(page);
}

function grey(page: Sheet): LosslessImage | null {
  const { width, height, pixels } = page;
  const ink = inkOf(page);
  if (ink === "tone") return null;
  const depth = DEPTHS[ink];
  const bytes = deflateSync(packGrey(pixels, page, depth), GREY_LEVEL);
  const rest = { filter: "FlateDecode", colours: "DeviceGray" } as const;
  return { width, height, bytes, depth, ...rest };
}

function flat(page: Sheet): LosslessImage | null {
  const { width, height, pixels, channels } = page;
  if (channels !== 3 || flows(page, channels)) return null;
  const indexed = indexColours(pixels);
  if (indexed === null) return null;
  const { slots, palette, depth } = indexed;
  const packed = packPlaces(slots, page, indexed);
  const bytes = deflateSync(packed, FLAT_LEVEL);
  const rest = { filter: "FlateDecode", colours: "Indexed" } as const;
  return { width, height, bytes, depth, palette, ...rest };
}
