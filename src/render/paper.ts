import type { PixelPage } from "../core/pixels.ts";

const POINTS_PER_INCH = 72;
/** For pictures, which have no size on paper. */
const ASSUMED_DPI = 150;
const MAX_SIDE_POINTS = 14_400;

/** In points. */
export interface PaperSize {
  readonly width: number;
  readonly height: number;
}

export function onPaper({ points, width, height }: PixelPage): PaperSize {
  const size = points ?? {
    width: (width * POINTS_PER_INCH) / ASSUMED_DPI,
    height: (height * POINTS_PER_INCH) / ASSUMED_DPI,
  };
  return { width: tidy(size.width), height: tidy(size.height) };
}

/** Two decimals, and never beyond what a page may measure. */
function tidy(points: number): number {
  const inRange = Math.min(Math.max(points, 1), MAX_SIDE_POINTS);
  return Math.round(inRange * 100) / 100;
}
