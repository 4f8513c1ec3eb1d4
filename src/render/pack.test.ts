import { describe, expect, it } from "@jest/globals";
import { packGrey } from "./pack.ts";

describe("packing", () => {
  it("puts the first dot into the highest bits and fills each row up to a byte", () => {
    const size = { width: 3, height: 2 };
    const dots = Uint8Array.of(0, 255, 0, 255, 0, 255);
    expect([...packGrey(dots, size, 1)]).toEqual([0b01000000, 0b10100000]);
    expect([...packGrey(dots, size, 2)]).toEqual([0b00110000, 0b11001100]);
    expect([...packGrey(dots, size, 4)]).toEqual([0x0f, 0x00, 0xf0, 0xf0]);
  });

  it("fills nothing up where dots end with a byte", () => {
    const dots = new Uint8Array(16).fill(255);
    expect([...packGrey(dots, { width: 8, height: 2 }, 1)]).toEqual([255, 255]);
  });

  it("lets no tone up to 238 vanish in four greys", () => {
    for (let tone = 0; tone < 256; tone++) {
      const [byte] = packGrey(Uint8Array.of(tone), { width: 1, height: 1 }, 2);
      expect(byte! >> 6 === 3).toBe(tone > 238);
    }
  });

  it("stays within 9 of each tone in sixteen greys", () => {
    for (let tone = 0; tone < 256; tone++) {
      const [byte] = packGrey(Uint8Array.of(tone), { width: 1, height: 1 }, 4);
      expect(Math.abs((byte! >> 4) * 17 - tone)).toBeLessThan(9);
    }
  });
});
