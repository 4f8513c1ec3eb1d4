import { describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import {
  decodeError,
  decodeFindings,
  encodeError,
  encodeFindings,
  PIT_ERRORS,
  PIT_FINDINGS,
} from "./pit-codes.ts";
import {
  decodeFrame,
  encodeFrame,
  FRAME_BYTES,
  type Frame,
} from "./pit-frame.ts";
import {
  decodeAsk,
  decodeRequestHead,
  decodeShare,
  encodeRequestHead,
  encodeAsk,
  encodeShare,
  pitLimits,
  turnOf,
} from "./pit.ts";

const FRAMES: readonly Frame[] = [
  { kind: "ready" },
  { kind: "document", pageCount: 300, findings: 0x8001 },
  {
    kind: "page",
    index: 299,
    width: 10_000,
    height: 4_000,
    channels: 4,
    centipointsWide: 59_528,
    centipointsHigh: 84_189,
  },
  { kind: "done", pages: 300 },
  { kind: "error", code: 255 },
  { kind: "bytes", bytes: 70_000 },
  { kind: "text", index: 299, characters: 20_000, isShortened: true },
];

describe("frames", () => {
  it.each(FRAMES)("reads back what it wrote: $kind", (frame) => {
    const bytes = encodeFrame(frame);
    expect(bytes.length).toBe(FRAME_BYTES);
    expect(decodeFrame(bytes)).toEqual(frame);
  });

  it("reads a head that lies inside a larger buffer", () => {
    const buffer = new Uint8Array(100);
    buffer.set(encodeFrame({ kind: "done", pages: 7 }), 13);
    const head = buffer.subarray(13, 13 + FRAME_BYTES);
    expect(decodeFrame(head)).toEqual({ kind: "done", pages: 7 });
  });

  it("refuses every frame with one byte changed to what it does not mean", () => {
    const ready = encodeFrame({ kind: "ready" });
    for (let place = 0; place < FRAME_BYTES; place++) {
      const changed = Uint8Array.from(ready);
      changed[place] = 0xff;
      expect(decodeFrame(changed)).toBeNull();
    }
  });

  it.each([0, 2, 5, 255])("refuses a page of %d channels", (channels) => {
    const bytes = encodeFrame(FRAMES[2]!);
    bytes[5] = channels;
    expect(decodeFrame(bytes)).toBeNull();
  });

  it("refuses 31 and 33 bytes", () => {
    expect(decodeFrame(new Uint8Array(31))).toBeNull();
    expect(decodeFrame(new Uint8Array(33))).toBeNull();
  });
});

describe("request head", () => {
  it("reads back limits and lengths", () => {
    const head = {
      ...pitLimits(DEFAULT_LIMITS, 150),

      passwordBytes: 12,
      documentBytes: 5_000_000_000,
    };
    expect(decodeRequestHead(encodeRequestHead(head))).toEqual(head);
  });

  it("refuses another magic", () => {
    const bytes = encodeRequestHead({
      ...pitLimits(DEFAULT_LIMITS, 150),

      passwordBytes: 0,
      documentBytes: 0,
    });
    bytes[0] = 0;
    expect(decodeRequestHead(bytes)).toBeNull();
  });
});

describe("share of the pages", () => {
  it("reads back the last share of 4", () => {
    const share = { pits: 4, own: 3 };
    expect(decodeShare(encodeShare(share))).toEqual(share);
  });

  it.each([
    ["no pit", { pits: 0, own: 0 }],
    ["one pit more than there are", { pits: 2, own: 2 }],
  ])("refuses %s", (_, share) => {
    expect(decodeShare(encodeShare(share))).toBeNull();
  });
});

describe("turns of the pages", () => {
  const pages = Array.from({ length: 1000 }, (_, index) => index);

  it.each([1, 2, 3, 4, 8])(
    "of %d pits each has one of as many pages that follow each other",
    (pits) => {
      for (let from = 0; from + pits <= pages.length; from += pits) {
        const own = pages.slice(from, from + pits);
        const turns = own.map((index) => turnOf(index, pits));
        expect(turns.toSorted()).toEqual(pages.slice(0, pits));
      }
    },
  );

  it.each([2, 4, 6, 10, 16])(
    "of two pits neither has more than two of three pages at every %dth place",
    (distance) => {
      const slow = pages.filter((index) => index % distance === distance - 1);
      const own = slow.filter((index) => turnOf(index, 2) === 0);
      expect(own.length).toBeGreaterThan(slow.length / 3);
      expect(own.length).toBeLessThan((slow.length * 2) / 3);
    },
  );
});

describe("codes", () => {
  it("carries every error, and takes any other number for PIT_UNEXPECTED", () => {
    for (const error of PIT_ERRORS)
      expect(decodeError(encodeError(error))).toBe(error);
    expect(decodeError(0)).toBe("PIT_UNEXPECTED");
    expect(decodeError(PIT_ERRORS.length + 1)).toBe("PIT_UNEXPECTED");
  });

  it("carries every finding, and refuses bits that stand for none", () => {
    expect(decodeFindings(encodeFindings(PIT_FINDINGS))).toEqual(PIT_FINDINGS);
    expect(decodeFindings(0)).toEqual([]);
    expect(decodeFindings(0x80000000)).toBeNull();
    expect(decodeFindings(1 << PIT_FINDINGS.length)).toBeNull();
  });
});

describe("questions for pages", () => {
  it("carry a page and a resolution in 4 bytes, and a request says that they come", () => {
    const ask = { index: 199, dpi: 96 };
    expect(decodeAsk(encodeAsk(ask))).toEqual(ask);
    expect(decodeAsk(new Uint8Array(3))).toBeNull();
    const limits = pitLimits(DEFAULT_LIMITS, 150);
    const head = { ...limits, passwordBytes: 0, documentBytes: 1 };
    const asking = { ...head, asksPages: true } as const;
    expect(decodeRequestHead(encodeRequestHead(asking))).toEqual(asking);
    expect(decodeRequestHead(encodeRequestHead(head))).toEqual(head);
  });
});
