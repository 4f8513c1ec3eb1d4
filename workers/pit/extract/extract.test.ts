import { describe, expect, it } from "@jest/globals";
import { makeRar } from "../../../fixtures/archives.ts";
import { PitRefusal } from "../speak.ts";
import { readListing } from "./listing.ts";
import { isLockedRar } from "./rar-lock.ts";
import { sevenZipFormat } from "./seven-zip.ts";

const MEMBERS = [{ name: "a.txt", bytes: Buffer.from("hello") }];
/** RAR 5: signature, then heads without their sums. */
const newRar = (...heads: readonly (readonly number[])[]) =>
  Buffer.concat([
    Buffer.from("Rar!\x1a\x07\x01\x00", "latin1"),
    ...heads.map((head) => Buffer.from([0, 0, 0, 0, head.length, ...head])),
  ]);

describe("a RAR under a password", () => {
  it.each([
    ["version 4, no member", makeRar(MEMBERS), false],
    ["version 4, a member", makeRar(MEMBERS, true), true],
    [
      "version 4, its list",
      (() => {
        const rar = makeRar(MEMBERS);
        rar[7 + 3] = 0x80;
        return rar;
      })(),
      true,
    ],
    [
      "version 5, no member",
      newRar([1, 0, 0], [2, 1, 3, 9, 9, 2, 2, 0], [5, 0, 0]),
      false,
    ],
    ["version 5, a member", newRar([1, 0, 0], [2, 1, 3, 9, 9, 2, 1, 0]), true],
    ["version 5, its list", newRar([4, 0, 0]), true],
    ["cut off", makeRar(MEMBERS).subarray(0, 20), false],
  ])("is found by its heads: %s", (_what, rar, locked) => {
    expect(isLockedRar(rar)).toBe(locked);
  });

  it("is unreadable, and no loop, when its heads cannot be", () => {
    for (let round = 0; round < 2000; round++) {
      const rar = makeRar(MEMBERS);
      const at = 7 + ((round * 13) % (rar.length - 7));
      rar[at] = (rar[at] ?? 0) ^ (1 << (round % 8));
      try {
        isLockedRar(rar);
      } catch (error) {
        if (!(error instanceof PitRefusal)) throw error;
      }
    }
    expect(() => isLockedRar(newRar([2, 1, 0xff]))).toThrow(
      "DOCUMENT_UNREADABLE",
    );
  });
});

describe("the list of 7-Zip", () => {
  it("gives files, folders and links with sizes and sums", () => {
    const list = [
      ...[
        "Path = 表/ソ.txt",
        "Size = 5",
        "Attributes = A -rw-r--r--",
        "CRC = 8CDC1683",
        "Encrypted = +",
        "",
      ],
      ...["Path = d", "Size = 0", "Attributes = D drwxr-xr-x", "CRC = ", ""],
      ...[
        "Path = link",
        "Size = 11",
        "Attributes = A lrwxrwxrwx",
        "CRC = ",
        "",
      ],
      ...["Path = e", "Folder = +", "Size = ", ""],
    ].join("\n");
    expect(readListing(list)).toEqual([
      {
        kind: "file",
        name: "表/ソ.txt",
        bytes: 5,
        crc: 0x8cdc1683,
        encrypted: true,
      },
      { kind: "folder", name: "d", bytes: 0, crc: null, encrypted: false },
      {
        kind: "reference",
        name: "link",
        bytes: 11,
        crc: null,
        encrypted: false,
      },
      { kind: "folder", name: "e", bytes: 0, crc: null, encrypted: false },
    ]);
  });

  it("is refused where a file does not say its size, and empty where nothing is said", () => {
    expect(() => readListing("Path = a\nSize = \n")).toThrow(
      "ARCHIVE_NOT_SUPPORTED",
    );
    expect(readListing("")).toEqual([]);
  });
});

describe("what 7-Zip is told", () => {
  it("is the format that the first bytes say, and none for all else", () => {
    const iso = Buffer.alloc(0x8006);
    iso.write("CD001", 0x8001);
    expect(
      [
        Buffer.from("BZh9"),
        Buffer.from("MSCF\0\0\0\0"),
        iso,
        Buffer.from("#!/bin/sh"),
        Buffer.alloc(0),
      ].map(sevenZipFormat),
    ).toEqual(["bzip2", "cab", "iso", null, null]);
  });
});
