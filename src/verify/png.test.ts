import { describe, expect, it } from "@jest/globals";
import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { inflate } from "../stage/verify-again.ts";
import { verifyPng } from "./png.ts";
import { ruleOf } from "./refusal.testing.ts";

const WIDTH = 21;
const HEIGHT = 13;

function picture(channels: 1 | 2 | 3 | 4): ReturnType<typeof sharp> {
  const pixels = Buffer.from(
    Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => (i * 89) % 256),
  );
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels } });
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(body.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}

/** A grey picture of 2 × 2 by hand, so that each chunk can be bent with a right CRC. */
function handmade(bend: {
  readonly ihdr?: (body: Buffer) => void;
  readonly before?: Buffer;
  readonly data?: Buffer;
  readonly end?: Buffer;
}): Buffer {
  const ihdr = Buffer.from("0000000200000002" + "0800000000", "hex");
  bend.ihdr?.(ihdr);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", ihdr),
    bend.before ?? Buffer.alloc(0),
    chunk("IDAT", bend.data ?? deflateSync(Buffer.from([0, 1, 2, 0, 3, 4]))),
    bend.end ?? chunk("IEND", Buffer.alloc(0)),
  ]);
}

const rule = (bytes: Uint8Array) => ruleOf(() => verifyPng(bytes, inflate));

describe("PNG", () => {
  it.each([1, 2, 3, 4] as const)(
    "of %d channels from sharp, plain and with a palette, is read as 21 × 13",
    async (channels) => {
      for (const palette of [false, true]) {
        const png = await picture(channels).png({ palette }).toBuffer();
        expect(verifyPng(png, inflate)).toEqual({ width: 21, height: 13 });
      }
    },
  );

  it("with its pixels in two IDAT chunks is read", () => {
    const data = deflateSync(Buffer.from([0, 1, 2, 0, 3, 4]));
    const png = handmade({
      before: chunk("IDAT", data.subarray(0, 5)),
      data: data.subarray(5),
    });
    expect(rule(png)).toBe("verified");
  });

  it("made by hand is read, so that the cases below fail for their one reason", () => {
    expect(rule(handmade({}))).toBe("verified");
  });

  const change = (at: number, value: number) => (body: Buffer) => {
    body[at] = value;
  };
  it.each([
    ["png-signature", Buffer.from("GIF89a")],
    ["png-signature", Buffer.alloc(0)],
    ["png-chunk", handmade({}).subarray(0, 8)],
    ["png-chunk", handmade({}).subarray(0, -1)],
    ["png-chunk", handmade({}).subarray(0, -12)],
    ["png-chunk", Buffer.concat([handmade({}), Buffer.from("PK\x03\x04")])],
    ["png-chunk", Buffer.concat([handmade({}), Buffer.alloc(100)])],
    [
      "png-chunk",
      Buffer.concat([handmade({}), chunk("IEND", Buffer.alloc(0))]),
    ],
    ["png-chunk", handmade({ end: chunk("IEND", Buffer.from("x")) })],
    ["png-chunk", handmade({ before: chunk("tEXt", Buffer.from("a\0b")) })],
    ["png-chunk", handmade({ before: chunk("iCCP", Buffer.from("a\0b")) })],
    ["png-chunk", handmade({ before: chunk("eXIf", Buffer.from("a\0b")) })],
    ["png-chunk", handmade({ before: chunk("acTL", Buffer.alloc(8)) })],
    ["png-chunk", handmade({ before: chunk("prVt", Buffer.from("a\0b")) })],
    ["png-chunk", handmade({ before: chunk("PLTE", Buffer.alloc(3)) })],
    ["png-chunk", handmade({ before: chunk("tRNS", Buffer.alloc(2)) })],
    ["png-chunk", handmade({ before: chunk("pHYs", Buffer.alloc(10)) })],
    ["png-chunk", handmade({ ihdr: change(9, 3) })],
    ["png-crc", handmade({}).fill(9, 30, 31)],
    ["png-header", handmade({ ihdr: change(3, 0) })],
    ["png-header", handmade({ ihdr: change(0, 1) })],
    ["png-header", handmade({ ihdr: change(8, 16) })],
    ["png-header", handmade({ ihdr: change(9, 5) })],
    ["png-header", handmade({ ihdr: change(10, 1) })],
    ["png-header", handmade({ ihdr: change(12, 1) })],
    ["png-pixels", handmade({ ihdr: change(7, 3) })],
    ["png-pixels", handmade({ data: Buffer.from("not deflated") })],
    [
      "png-pixels",
      handmade({ data: deflateSync(Buffer.from([0, 1, 2, 0, 3])) }),
    ],
    ["png-pixels", handmade({ data: deflateSync(Buffer.alloc(7)) })],
    ["png-pixels", handmade({ data: deflateSync(Buffer.alloc(10_000_000)) })],
    [
      "png-pixels",
      handmade({ data: deflateSync(Buffer.from([5, 1, 2, 0, 3, 4])) }),
    ],
    [
      "png-pixels",
      handmade({
        data: Buffer.concat([
          deflateSync(Buffer.from([0, 1, 2, 0, 3, 4])),
          Buffer.from("MZ"),
        ]),
      }),
    ],
    [
      "png-pixels",
      handmade({
        data: deflateSync(Buffer.from([0, 1, 2, 0, 3, 4])).subarray(0, -1),
      }),
    ],
  ])("%s: case %#", (expected, bytes) => {
    expect(rule(bytes)).toBe(expected);
  });

  it("interlaced, 16 bits deep, with a profile or with a comment is refused", async () => {
    const sixteen = picture(3).toColourspace("rgb16").png();
    for (const odd of [
      picture(3).png({ progressive: true }),
      sixteen,
      picture(3).withIccProfile("srgb").png(),
      picture(3)
        .withExif({ IFD0: { Copyright: "x" } })
        .png(),
    ])
      expect(rule(await odd.toBuffer())).not.toBe("verified");
  });

  it("with any one bit of any byte turned is refused", async () => {
    const png = await picture(3).png().toBuffer();
    for (let at = 0; at < png.length; at++) {
      const damaged = Buffer.from(png);
      damaged[at]! ^= 1 << (at % 8);
      expect(rule(damaged)).not.toBe("verified");
    }
  });
});
