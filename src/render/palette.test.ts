import { describe, expect, it } from "@jest/globals";
import { flows, inkOf } from "./ink.ts";
import { packPlaces } from "./pack.ts";
import { indexColours } from "./palette.ts";

const [WIDTH, HEIGHT] = [120, 80];

/** A page whose dots are what `colour` says, as 0xRRGGBB. */
function pageOf(colour: (x: number, y: number) => number) {
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let dot = 0; dot < WIDTH * HEIGHT; dot++) {
    const value = colour(dot % WIDTH, Math.floor(dot / WIDTH));
    pixels.set([value >> 16, (value >> 8) & 255, value & 255], dot * 3);
  }
  return { width: WIDTH, height: HEIGHT, pixels };
}

/** What is drawn again from slots and palette. */
function drawn(pixels: Uint8Array): readonly number[] | null {
  const indexed = indexColours(pixels);
  if (indexed === null) return null;
  const { slots, placeOf, palette } = indexed;
  return Array.from(slots, (slot) => {
    const at = placeOf[slot]! * 3;
    return (palette[at]! << 16) | (palette[at + 1]! << 8) | palette[at + 2]!;
  });
}

const BARS = [0xffffff, 0x0055aa, 0xcc3366, 0xfffbe0] as const;
const bars = (x: number) => BARS[Math.floor(x / 30)]!;

describe("a palette", () => {
  it("keeps four flat colours exactly, a pale one among them, in 2 bits", () => {
    const { pixels } = pageOf(bars);
    expect(drawn(pixels)).toEqual(
      Array.from({ length: WIDTH * HEIGHT }, (_, dot) => bars(dot % WIDTH)),
    );
    expect(indexColours(pixels)!.depth).toBe(2);
  });

  it("changes no channel of an edge by more than 85, and lets none up to 238 become paper", () => {
    const edge = (x: number, y: number) =>
      x % 30 === 29 ? ((x * 37 + y * 11) % 239) * 0x010101 : bars(x);
    const { pixels } = pageOf(edge);
    const again = drawn(pixels)!;
    again.forEach((colour, dot) => {
      const [x, y] = [dot % WIDTH, Math.floor(dot / WIDTH)];
      if (x % 30 !== 29) return;
      const tone = edge(x, y) >> 16;
      expect(Math.abs((colour >> 16) - tone)).toBeLessThanOrEqual(85);
      expect(colour).not.toBe(0xffffff);
    });
  });

  it("is given up beyond 256 colours", () => {
    const blocks = (count: number) =>
      Uint8Array.from({ length: count * 100 * 3 }, (_, at) => {
        const block = Math.floor(at / 300);
        const digit = [block >> 8, (block >> 4) & 15, block & 15][at % 3]!;
        return digit * 16 + 8;
      });
    expect(indexColours(blocks(256))?.depth).toBe(8);
    expect(indexColours(blocks(257))).toBeNull();
  });

  it("of 16 colours packs two dots a byte, the first one high", () => {
    const { pixels } = pageOf((x) => (x % 12) * 0x151515);
    const indexed = indexColours(pixels)!;
    expect(indexed.depth).toBe(4);
    const packed = packPlaces(
      indexed.slots,
      { width: WIDTH, height: HEIGHT },
      indexed,
    );
    expect(packed.length).toBe((WIDTH / 2) * HEIGHT);
    expect(packed[0]).toBe(0x01);
    expect(packed[1]).toBe(0x23);
  });
});

describe("tones", () => {
  it.each([
    ["bars and paper", false, bars],
    ["a gradient", true, (x: number, y: number) => (x + y) * 0x010101],
    [
      "grain",
      true,
      (x: number, y: number) =>
        (40 + ((Math.imul(x * 131 + y * 7 + 1, 2_654_435_761) >>> 20) & 127)) *
        0x010101,
    ],
    [
      "letters on a coloured ground",
      false,
      (x: number, y: number) =>
        (x * 7 + y * 3) % 11 === 0 ? 0x80aad4 : 0x0055aa,
    ],
  ] as const)("of %s flow: %s", (_, expected, colour) => {
    expect(flows(pageOf(colour), 3)).toBe(expected);
  });
});

describe("a grey", () => {
  const grey = (tone: (x: number, y: number) => number) => {
    const dot = (_: unknown, at: number) =>
      tone(at % WIDTH, Math.floor(at / WIDTH));
    const pixels = Uint8Array.from({ length: WIDTH * HEIGHT }, dot);
    return inkOf({ width: WIDTH, height: HEIGHT, pixels });
  };

  it("over an area is a shade, and in one row or column as often an edge", () => {
    expect(grey((x, y) => (x < 40 && y < 40 ? 160 : 255))).toBe("grey");
    expect(grey((x) => (x % 8 === 0 ? 160 : 255))).toBe("text");
    expect(grey((_, y) => (y % 8 === 0 ? 160 : 255))).toBe("text");
    expect(grey((x) => (x % 8 === 0 ? 0 : 255))).toBe("line");
  });
});
