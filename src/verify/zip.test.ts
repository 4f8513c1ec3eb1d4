import { crc32 } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { makeZip } from "../../fixtures/archives.ts";
import { writeZip } from "../stage/zip-writer.ts";
import { inflate } from "../stage/verify-again.ts";
import { verifyFile } from "./file.ts";
import { readZip } from "./zip.ts";

const SUMS = { inflate, crc32: (bytes: Uint8Array) => crc32(bytes) };
const TEXT = Buffer.from("一行目\r\n");
const verify = (bytes: Uint8Array) =>
  verifyFile("application/zip", bytes, SUMS);
const named = (...names: readonly string[]) =>
  writeZip(names.map((name) => ({ name, bytes: TEXT })));

describe("a ZIP that may cross", () => {
  it("is what our writer writes: folders, Japanese names, a ZIP in a ZIP", () => {
    const inner = { name: "中.zip", bytes: named("x.txt") };
    const files = [
      { name: "H30/予算/表ソ能.txt", bytes: TEXT },
      { name: "名簿.csv", bytes: TEXT },
      inner,
    ];
    const zip = writeZip(files);
    verify(zip);
    expect(readZip(zip, SUMS.crc32).map(({ type }) => type)).toEqual([
      "text/plain",
      "text/csv",
      "application/zip",
    ]);
  });

  it("is the same bytes for the same files", () => {
    expect(
      Buffer.compare(named("a.txt", "b.txt"), named("a.txt", "b.txt")),
    ).toBe(0);
  });

  it.each([
    ["a name that leads up", named("../a.txt")],
    ["a root", named("/a.txt")],
    ["a drive", named("C:/a.txt")],
    ["a backslash", named("d\\a.txt")],
    ["a folder of dots", named("./a.txt")],
    ["a device of Windows", named("con/a.txt")],
    ["an ending that is none of ours", named("a.exe")],
    ["a folder that is empty", named("d//a.txt")],
    ["nine folders", named("1/2/3/4/5/6/7/8/9/a.txt")],
    ["two names that are one on disk", named("a.txt", "Ａ.TXT".toLowerCase())],
    ["no file", writeZip([])],
    [
      "a file that is not what its ending says",
      writeZip([{ name: "a.png", bytes: TEXT }]),
    ],
    [
      "another ZIP in it that may not cross",
      writeZip([{ name: "a.zip", bytes: named("../a.txt") }]),
    ],
    ["a member that is deflated", makeZip([{ name: "a.txt", bytes: TEXT }])],
    [
      "a sum behind its member",
      makeZip([
        {
          name: "a.txt",
          bytes: TEXT,
          method: "stored",
          flags: 0x800,
          descriptor: true,
        },
      ]),
    ],
    ["anything behind", Buffer.concat([named("a.txt"), TEXT])],
    ["anything before", Buffer.concat([TEXT, named("a.txt")])],
    ["the end missing", named("a.txt").subarray(0, -1)],
    ["nothing", Buffer.alloc(0)],
  ])("is refused with %s", (_what, zip) => {
    expect(() => verify(zip)).toThrow("VERIFIER_REFUSED");
  });

  it("is refused with any bit of it turned over", () => {
    const zip = named("a.txt", "d/b.txt");
    for (let at = 0; at < zip.length; at++)
      for (const bit of [1, 2, 8, 64]) {
        const changed = Buffer.from(zip);
        changed[at] = (changed[at] ?? 0) ^ bit;
        expect(() => verify(changed)).toThrow("VERIFIER_REFUSED");
      }
  });

  it("is refused when ZIPs lie in ZIPs without end", () => {
    let zip = named("a.txt");
    for (let depth = 0; depth < 11; depth++)
      zip = writeZip([{ name: "a.zip", bytes: zip }]);
    expect(() => verify(zip)).toThrow("zip-depth");
  });
});
