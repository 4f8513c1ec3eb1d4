import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { nextDashes, OpenBoundaries } from "./boundary.ts";

describe("nextDashes", () => {
  it("finds dashes after LF and after a bare CR, and no others", () => {
    expect(nextDashes(Buffer.from("a--\n-\n--x"), 0)).toBe(6);
    expect(nextDashes(Buffer.from("a\r--x"), 0)).toBe(2);
    expect(nextDashes(Buffer.from("--x\n-"), 0)).toBe(-1);
  });

  it("agrees with looking at every byte", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("-", "\n", "\r", "a".repeat(70)), {
          maxLength: 60,
        }),
        (pieces) => {
          const bytes = Buffer.from(pieces.join(""));
          const slow = bytes.findIndex(
            (byte, at) =>
              at > 0 &&
              byte === 45 &&
              bytes[at + 1] === 45 &&
              (bytes[at - 1] === 10 || bytes[at - 1] === 13),
          );
          expect(nextDashes(bytes, 0)).toBe(slow);
        },
      ),
    );
  });
});

describe("OpenBoundaries", () => {
  const open = (...boundaries: string[]) => {
    const set = new OpenBoundaries();
    const collisions = boundaries.map((each, level) => set.open(each, level));
    return { set, collisions };
  };
  const match = (set: OpenBoundaries, line: string, last = false) =>
    set.match(Buffer.from(line), 0, last);

  it("knows the level, whether it closes, and where the next line begins", () => {
    const { set } = open("outer", "inner");
    expect(match(set, "inner\r\nx")).toMatchObject({
      kind: "delimiter",
      level: 1,
      closing: false,
      next: 7,
      ending: "crlf",
    });
    expect(match(set, "outer-- \t\nx")).toMatchObject({
      kind: "delimiter",
      level: 0,
      closing: true,
      next: 10,
      ending: "lf",
    });
  });

  it("takes 256 bytes of transport padding, not 257", () => {
    const { set } = open("b");
    const padded = (bytes: number) => `b${" ".repeat(bytes)}\r\n`;
    expect(match(set, padded(256)).kind).toBe("delimiter");
    expect(match(set, padded(257))).toMatchObject({
      kind: "content",
      level: 0,
    });
  });

  it("names the boundary that a line only begins with", () => {
    const { set } = open("b");
    for (const line of ["bx\n", "b-\n", "b--x\n", "b x\n", "b\rx\n"])
      expect(match(set, line)).toMatchObject({ kind: "content", level: 0 });
    expect(match(set, "x\n")).toMatchObject({ kind: "content", level: -1 });
  });

  it("asks for more at every cut of a delimiter line, and decides at the end of the mail", () => {
    const { set } = open("bound");
    const line = "bound--  \r\n";
    for (let cut = 0; cut < line.length; cut++)
      expect(match(set, line.slice(0, cut)).kind).toBe("more");
    expect(match(set, "bound--", true).kind).toBe("delimiter");
    expect(match(set, "boun", true).kind).toBe("content");
  });

  it("prefers the longest of boundaries that begin alike, and tells that they collide", () => {
    const { set, collisions } = open("a", "ab", "x", "a");
    expect(collisions).toEqual([false, true, false, true]);
    expect(match(set, "ab\n").level).toBe(1);
    expect(match(set, "a\n").level).toBe(3);
    expect(open("ab", "a").collisions).toEqual([false, true]);
  });

  it("forgets what is closed and nothing else", () => {
    const { set } = open("a", "ab");
    set.close("ab", 1);
    expect(match(set, "a\n").level).toBe(0);
    expect(match(set, "ab\n")).toMatchObject({ kind: "content", level: 0 });
    expect(set.isEmpty).toBe(false);
    set.close("a", 0);
    expect(set.isEmpty).toBe(true);
    expect(match(set, "a\n").level).toBe(-1);
  });
});
