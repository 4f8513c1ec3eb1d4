import { describe, expect, it } from "@jest/globals";
import { readListing } from "./listing.ts";
import { sevenZipFormat } from "./seven-zip.ts";

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
