import { describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS } from "../../../src/core/limits.ts";
import { pitLimits } from "../../../src/wire/pit.ts";
import { fitSheet } from "./draw.ts";

const LIMITS = pitLimits(DEFAULT_LIMITS, 150);

describe("a sheet", () => {
  it("of A4 is 1240 × 1753 dots at 150 dpi", () => {
    expect(fitSheet(595.28, 841.89, LIMITS)).toEqual({
      width: 1240,
      height: 1753,
      centipointsWide: 59_528,
      centipointsHigh: 84_189,
    });
  });

  it.each([
    [14_400, 14_400],
    [1e9, 1],
    [1, 1e9],
    [1e38, 1e38],
    [0, 0],
    [-5, 20],
    [Number.NaN, 100],
    [Number.POSITIVE_INFINITY, 100],
  ])("of %d × %d points stays within every limit", (wide, high) => {
    const sheet = fitSheet(wide, high, LIMITS);
    for (const side of [sheet.width, sheet.height]) {
      expect(Number.isInteger(side)).toBe(true);
      expect(side).toBeGreaterThanOrEqual(1);
      expect(side).toBeLessThanOrEqual(LIMITS.maxSidePixels);
    }
    expect(sheet.width * sheet.height).toBeLessThanOrEqual(LIMITS.maxPixels);
    for (const side of [sheet.centipointsWide, sheet.centipointsHigh]) {
      expect(side).toBeGreaterThanOrEqual(100);
      expect(side).toBeLessThanOrEqual(1_440_000);
    }
  });
});
