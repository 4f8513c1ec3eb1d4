import { describe, expect, it } from "@jest/globals";
import sharp from "sharp";
import { verifyJpeg } from "./jpeg.ts";
import { ruleOf } from "./refusal.testing.ts";

const WIDTH = 40;
const HEIGHT = 30;

function picture(channels: 1 | 3): ReturnType<typeof sharp> {
  const pixels = Buffer.from(
    Array.from(
      { length: WIDTH * HEIGHT * channels },
      (_, i) => (i * 7919) % 256,
    ),
  );
  return sharp(pixels, {
    raw: { width: WIDTH, height: HEIGHT, channels },
  }).toColourspace(channels === 1 ? "b-w" : "srgb");
}

const good = await picture(3).jpeg().toBuffer();
const rule = (bytes: Uint8Array) => ruleOf(() => verifyJpeg(bytes));
const SOI = Buffer.from([0xff, 0xd8]);

function segment(marker: number, body: Buffer): Buffer {
  const length = body.length + 2;
  return Buffer.concat([
    Buffer.from([0xff, marker, length >> 8, length & 255]),
    body,
  ]);
}

/** The good picture with something put in behind SOI. */
const within = (inserted: Buffer) =>
  Buffer.concat([SOI, inserted, good.subarray(2)]);
const markerAt = (marker: number) => good.indexOf(Buffer.from([0xff, marker]));
function changed(at: number, value: number): Buffer {
  const bytes = Buffer.from(good);
  bytes[at] = value;
  return bytes;
}

describe("JPEG", () => {
  it.each([
    { channels: 1, options: {} },
    { channels: 3, options: {} },
    { channels: 3, options: { chromaSubsampling: "4:4:4", quality: 90 } },
    { channels: 3, options: { mozjpeg: true } },
    { channels: 3, options: { progressive: true } },
    { channels: 1, options: { progressive: true } },
  ] as const)(
    "from sharp, %j, is read as 40 × 30",
    async ({ channels, options }) => {
      const jpeg = await picture(channels).jpeg(options).toBuffer();
      expect(verifyJpeg(jpeg)).toEqual({
        width: 40,
        height: 30,
        components: channels,
      });
    },
  );

  const sof = markerAt(0xc0);
  const sos = markerAt(0xda);
  const dht = markerAt(0xc4);
  const dqt = markerAt(0xdb);
  it.each([
    ["jpeg-marker", Buffer.alloc(0)],
    ["jpeg-marker", Buffer.from("GIF89a")],
    ["jpeg-marker", good.subarray(1)],
    ["jpeg-segment", good.subarray(0, 3)],
    ["jpeg-segment", good.subarray(0, 10)],
    ["jpeg-marker", good.subarray(0, 2)],
    ["jpeg-end", good.subarray(0, -2)],
    ["jpeg-segment", good.subarray(0, -1)],
    ["jpeg-end", Buffer.concat([good, Buffer.from([0])])],
    ["jpeg-end", Buffer.concat([good, Buffer.from("PK\x03\x04")])],
    ["jpeg-end", Buffer.concat([good, good])],
    ["jpeg-end", Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
    [
      "jpeg-marker",
      within(segment(0xe0, Buffer.from("JFIF\0\x01\x01\0\0\x01\0\x01\0\0"))),
    ],
    ["jpeg-marker", within(segment(0xe1, Buffer.from("Exif\0\0<script>")))],
    ["jpeg-marker", within(segment(0xe2, Buffer.from("ICC_PROFILE\0")))],
    ["jpeg-marker", within(segment(0xed, Buffer.from("Photoshop 3.0\0")))],
    ["jpeg-marker", within(segment(0xee, Buffer.from("Adobe\0d\0\0\0\0\0")))],
    ["jpeg-marker", within(segment(0xfe, Buffer.from("<?php comment")))],
    ["jpeg-marker", within(segment(0xdc, Buffer.alloc(2)))],
    ["jpeg-marker", within(segment(0xc1, Buffer.alloc(15)))],
    ["jpeg-marker", within(segment(0xc9, Buffer.alloc(15)))],
    ["jpeg-marker", within(segment(0xcc, Buffer.alloc(2)))],
    ["jpeg-segment", within(Buffer.from([0xff]))],
    ["jpeg-segment", within(Buffer.from([0xff, 0x01]))],
    ["jpeg-segment", within(Buffer.from([0xff, 0xd8]))],
    ["jpeg-marker", within(Buffer.from([0]))],
    ["jpeg-segment", within(segment(0xdd, Buffer.alloc(3)))],
    ["jpeg-segment", within(segment(0xdb, Buffer.alloc(64)))],
    ["jpeg-segment", within(segment(0xdb, Buffer.alloc(129)))],
    ["jpeg-segment", within(segment(0xc4, Buffer.alloc(0)))],
    ["jpeg-segment", within(segment(0xc4, Buffer.alloc(16)))],
    ["jpeg-segment", within(segment(0xc4, Buffer.alloc(18)))],
    ["jpeg-segment", within(Buffer.from([0xff, 0xdd, 0, 1]))],
    [
      "jpeg-segment",
      within(
        Buffer.concat(
          Array.from({ length: 101 }, () => segment(0xdb, Buffer.alloc(65))),
        ),
      ),
    ],
    ["jpeg-segment", changed(dqt + 4, 0x10)],
    ["jpeg-segment", changed(dht + 4, 0x20)],
    ["jpeg-segment", changed(dht + 4, 0x04)],
    ["jpeg-scan", within(segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])))],
    ["jpeg-frame", within(good.subarray(sof, dht))],
    ["jpeg-frame", changed(sof + 4, 12)],
    [
      "jpeg-frame",
      Buffer.concat([
        good.subarray(0, sof + 5),
        Buffer.from([0, 0]),
        good.subarray(sof + 7),
      ]),
    ],
    ["jpeg-frame", changed(sof + 5, 0x7f)],
    ["jpeg-frame", changed(sof + 9, 4)],
    ["jpeg-frame", changed(sof + 9, 1)],
    ["jpeg-frame", changed(sof + 11, 0x44)],
    ["jpeg-frame", changed(sof + 12, 4)],
    ["jpeg-frame", changed(sof + 13, 1)],
    ["jpeg-scan", changed(sos + 4, 4)],
    ["jpeg-scan", changed(sos + 5, 9)],
    ["jpeg-scan", changed(sos + 6, 0x44)],
    ["jpeg-scan", changed(sos + 12, 62)],
    [
      "jpeg-segment",
      Buffer.concat([
        good.subarray(0, -2),
        Buffer.from([0xff, 0xd0]),
        good.subarray(-2),
      ]),
    ],
  ])("%s: case %#", (expected, bytes) => {
    expect(rule(bytes)).toBe(expected);
  });

  it("of 41 scans is refused, of 40 not", () => {
    const scan = good.subarray(sos, -2);
    const scans = (count: number) =>
      Buffer.concat([
        good.subarray(0, sos),
        ...Array.from({ length: count }, () => scan),
        good.subarray(-2),
      ]);
    expect(rule(scans(40))).toBe("verified");
    expect(rule(scans(41))).toBe("jpeg-scan");
  });

  it("with Exif, a profile or a density, as sharp writes them on request, is refused", async () => {
    for (const odd of [
      picture(3).withMetadata({ density: 150 }),
      picture(3).withExif({ IFD0: { Copyright: "x" } }),
      picture(3).withIccProfile("srgb"),
      picture(3).toColourspace("cmyk"),
    ])
      expect(rule(await odd.jpeg().toBuffer())).not.toBe("verified");
  });

  it("cut anywhere is refused", () => {
    for (let end = 0; end < good.length; end++)
      expect(rule(good.subarray(0, end))).not.toBe("verified");
  });

  it("with any byte set to any of 8 telling values gives a reading or a refusal, nothing else", () => {
    for (let at = 0; at < good.length; at++)
      for (const value of [0, 1, 0x7f, 0xc0, 0xd9, 0xda, 0xe1, 0xff])
        rule(changed(at, value));
  });
});
