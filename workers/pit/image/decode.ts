import type { PageHead } from "../../../src/wire/pit-frame.ts";
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { openPage, readHead } from "./vips.ts";

export interface Decoded {
  readonly head: PageHead;
  readonly pixels: Uint8Array;
}

/** 8-bit sRGB or grey, turned as EXIF says; alpha only where something shows through. */
export async function decodePage(
  document: Uint8Array,
  index: number,
  limits: PitLimits,
  density: number | null = null,
): Promise<Decoded> {
  if (density === null) await measure(document, index, limits);
  const { maxPixels } = limits;
  const { data, info } = await openPage(document, index, { maxPixels, density })
    .autoOrient()
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true })
    .catch(() => {
      throw new PitRefusal("DOCUMENT_UNREADABLE");
    });
  const { channels, pixels } = plainChannels(data, info.channels);
  const head: PageHead = {
    kind: "page",
    index,
    width: info.width,
    height: info.height,
    channels,
    centipointsWide: 0,
    centipointsHigh: 0,
  };
  return { head, pixels };
}

async function measure(
  document: Uint8Array,
  index: number,
  limits: PitLimits,
): Promise<void> {
  const { width, height } = await readHead(document, index);
  if (
    Math.max(width, height) > limits.maxSidePixels ||
    width * height > limits.maxPixels
  )
    throw new PitRefusal("DOCUMENT_TOO_MANY_PIXELS");
}

/** Grey where all is grey, alpha only where something shows through. */
export function plainChannels(
  data: Uint8Array,
  channels: number,
): { readonly channels: 1 | 3 | 4; readonly pixels: Uint8Array } {
  if (channels === 1) return { channels, pixels: data };
  if (channels === 3)
    return isGrey(data)
      ? { channels: 1, pixels: pick(data, 3, [0]) }
      : { channels, pixels: data };
  const seeThrough = hasTransparency(data, channels);
  if (channels === 4)
    return seeThrough
      ? { channels, pixels: data }
      : plainChannels(pick(data, 4, [0, 1, 2]), 3);
  if (channels === 2)
    return seeThrough
      ? { channels: 4, pixels: pick(data, 2, [0, 0, 0, 1]) }
      : { channels: 1, pixels: pick(data, 2, [0]) };
  throw new PitRefusal("DOCUMENT_UNREADABLE");
}

function isGrey(data: Uint8Array): boolean {
  for (let place = 0; place < data.length; place += 3)
    if (data[place] !== data[place + 1] || data[place] !== data[place + 2])
      return false;
  return true;
}

function hasTransparency(data: Uint8Array, channels: number): boolean {
  for (let place = channels - 1; place < data.length; place += channels)
    if (data[place] !== 255) return true;
  return false;
}

function pick(
  data: Uint8Array,
  channels: number,
  wanted: readonly number[],
): Uint8Array {
  const dots = data.length / channels;
  const pixels = new Uint8Array(dots * wanted.length);
  for (let dot = 0, to = 0; dot < dots; dot++)
    for (const channel of wanted)
      pixels[to++] = data[dot * channels + channel]!;
  return pixels;
}
