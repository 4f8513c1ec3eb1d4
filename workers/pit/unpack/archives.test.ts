import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import {
  makeLzh,
  makeOverlappingZip,
  makeTar,
  makeZip,
  paxRecord,
  unicodePath,
  type LzhMember,
  type ZipMember,
} from "../../../fixtures/archives.ts";
import { encodeJapanese } from "../../../fixtures/mail.ts";
import { DEFAULT_LIMITS } from "../../../src/core/limits.ts";
import { pitLimits, type PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { readGzip } from "./gzip.ts";
import { archiveItem, type UnpackedMember } from "./item.ts";
import { readLzh } from "./lzh.ts";
import { writeMail } from "./mail.ts";
import { readTar } from "./tar.ts";
import { readZip } from "./zip.ts";

const LIMITS = pitLimits(DEFAULT_LIMITS, 150);
const HELLO = Buffer.from("hello");
const file = (name: string | Uint8Array, more: Partial<ZipMember> = {}) => ({
  ...{ name, bytes: HELLO },
  ...more,
});
const UTF8 = 1 << 11;

/** All that is told, so that nothing stays to be unpacked later. */
function told(members: readonly UnpackedMember[]): string[] {
  return members.map((member) =>
    member.kind === "file"
      ? `${member.name}=${Buffer.from(member.bytes).toString("latin1")}`
      : `${member.kind} ${member.name}`,
  );
}
const zip = (bytes: Uint8Array, limits: PitLimits = LIMITS, password = "") =>
  told(readZip(bytes, limits, Buffer.from(password)));

describe("names in a ZIP", () => {
  const NAME = "表/ソ/能登の予定.txt";

  it.each([
    [
      "CP932, 0x5C as the second byte of three",
      encodeJapanese(NAME, "cp932"),
      0,
    ],
    ["EUC-JP", encodeJapanese(NAME, "euc-jp"), 0],
    ["UTF-8 that says so", Buffer.from(NAME), UTF8],
    ["UTF-8 that does not say so", Buffer.from(NAME), 0],
  ])("come out right: %s", (_what, raw, flags) => {
    expect(zip(makeZip([file(raw, { flags })]))).toEqual([`${NAME}=hello`]);
  });

  it("are what the Unicode field says, where its sum is that of the name", () => {
    const raw = Buffer.from("????.txt");
    const extra = unicodePath(raw, NAME);
    const stale = unicodePath(Buffer.from("old.txt"), "wrong.txt");
    expect(zip(makeZip([file(raw, { extra })]))).toEqual([`${NAME}=hello`]);
    expect(zip(makeZip([file(raw, { extra: stale })]))).toEqual([
      "????.txt=hello",
    ]);
  });

  it("pass as they stand when they lead outside, and are cut from the left at 400 characters", () => {
    const names = [
      "../../etc/passwd",
      "/root/x",
      "C:\\x",
      `${"a/".repeat(400)}z`,
    ];
    const said = zip(makeZip(names.map((name) => file(name))));
    expect(said.slice(0, 3)).toEqual(
      names.slice(0, 3).map((name) => `${name}=hello`),
    );
    expect(said[3]).toHaveLength(400 + "=hello".length);
    expect(said[3]).toMatch(/\/z=hello$/);
  });
});

describe("a ZIP", () => {
  it("gives members stored and deflated, with sizes before and behind them, and in 64 bits", () => {
    const members = [
      file("a", { method: "stored" }),
      file("b"),
      file("c", { descriptor: true }),
      file("d", { zip64: true }),
      file("e/", { bytes: Buffer.alloc(0), method: "stored" }),
      file("f", { bytes: Buffer.alloc(0) }),
    ];
    expect(zip(makeZip(members))).toEqual([
      "a=hello",
      "b=hello",
      "c=hello",
      "d=hello",
      "f=",
    ]);
  });

  it("names links and devices, and gives nothing of them", () => {
    const members = [
      file("link", { mode: 0o120777, bytes: Buffer.from("/etc/passwd") }),
      file("device", { mode: 0o060600 }),
      file("file", { mode: 0o100644 }),
    ];
    expect(zip(makeZip(members))).toEqual([
      "reference link",
      "reference device",
      "file=hello",
    ]);
  });

  it.each<[string, Buffer]>([
    [
      "the local name is another",
      makeZip([file("a", { lies: { localName: "b" } })]),
    ],
    [
      "the directory says another size",
      makeZip([file("a", { lies: { centralBytes: 6 } })]),
    ],
    [
      "bytes stand before the first member",
      makeZip([file("a")], { before: HELLO }),
    ],
    [
      "bytes stand between members",
      makeZip([file("a"), file("b")], { between: HELLO }),
    ],
    ["bytes follow the end", makeZip([file("a")], { after: HELLO })],
    [
      "the comment is a second end",
      makeZip([file("a")], {
        comment: Buffer.from("PK\x05\x06".padEnd(22, "\0")),
      }),
    ],
    ["a name has a NUL", makeZip([file("a.txt\0.exe")])],
    [
      "there are more entries than said",
      makeZip([file("a"), file("b")], { entries: 1 }),
    ],
    ["a folder has content", makeZip([file("a/")])],
  ])("is held where two readers would see two: %s", (_what, bytes) => {
    expect(() => zip(bytes)).toThrow("ARCHIVE_AMBIGUOUS");
  });

  it("is unreadable when a member is not what its sum says, or more than it says", () => {
    expect(() => zip(makeZip([file("a", { lies: { crc: 1 } })]))).toThrow(
      "DOCUMENT_UNREADABLE",
    );
    const bytes = makeZip([file("a", { bytes: Buffer.alloc(5000) })]);
    for (const at of [22, bytes.indexOf("PK\x01\x02") + 24])
      bytes.writeUInt32LE(10, at);
    expect(() => zip(bytes)).toThrow("DOCUMENT_UNREADABLE");
  });

  it("is a bomb when 200 entries share one member (Fifield)", () => {
    expect(() => zip(makeOverlappingZip(200, HELLO))).toThrow(
      "ARCHIVE_OVERLAPPING",
    );
  });

  it("is no archive when it holds an office document", () => {
    for (const name of ["[Content_Types].xml", "META-INF/manifest.xml"])
      expect(() => zip(makeZip([file(name)]))).toThrow("ARCHIVE_NOT_SUPPORTED");
  });

  it("stops at its limits before anything is unpacked: 2 of 1 entries, 2 MiB at 100:1, 10 of 9 bytes", () => {
    const two = makeZip([file("a"), file("b")]);
    expect(() => readZip(two, { ...LIMITS, maxEntries: 1 })).toThrow(
      "ARCHIVE_TOO_MANY_ENTRIES",
    );
    expect(() => readZip(two, { ...LIMITS, maxUnpackedBytes: 9 })).toThrow(
      "UNPACKED_TOO_BIG",
    );
    const mib = 1024 * 1024;
    const zeros = (bytes: number) =>
      makeZip([file("a", { bytes: Buffer.alloc(bytes) })]);
    expect(() => readZip(zeros(2 * mib), LIMITS)).toThrow("ARCHIVE_RATIO");
    expect(zip(zeros(mib))).toHaveLength(1);
  });

  it("is empty, and not readable, without a member", () => {
    expect(() => zip(makeZip([]))).toThrow("DOCUMENT_EMPTY");
  });
});

describe("a ZIP under a password", () => {
  const locked = (kind: "old" | "aes-256", password: Uint8Array) =>
    makeZip([file("a"), file("b", { encryption: { kind, password } })]);

  it.each(["old", "aes-256"] as const)(
    "opens with it and with no other: %s",
    (kind) => {
      const bytes = locked(kind, Buffer.from("himitsu"));
      expect(zip(bytes, LIMITS, "himitsu")).toEqual(["a=hello", "b=hello"]);
      expect(() => zip(bytes)).toThrow("DOCUMENT_ENCRYPTED");
      for (const wrong of ["a", "himitsu ", "HIMITSU", "x".repeat(200)])
        expect(() => zip(bytes, LIMITS, wrong)).toThrow("DOCUMENT_ENCRYPTED");
    },
  );

  it("opens with Japanese words in UTF-8 and in CP932", () => {
    for (const password of [
      Buffer.from("秘密の表"),
      encodeJapanese("秘密の表", "cp932"),
    ])
      expect(zip(locked("old", password), LIMITS, "秘密の表")).toHaveLength(2);
  });
});

describe("a TAR", () => {
  const tar = (bytes: Uint8Array) => told(readTar(bytes, LIMITS));

  it("gives names of ustar, pax and GNU; links are named", () => {
    const long = `${"長い/".repeat(60)}名.txt`;
    const members = [
      { name: "d/", type: "5" },
      { name: encodeJapanese("表.txt", "cp932"), bytes: HELLO },
      { name: "x", type: "x", bytes: paxRecord("path", long) },
      { name: "cut", bytes: HELLO },
      { name: "././@LongLink", type: "L", bytes: Buffer.from("gnu/long\0") },
      { name: "cut", bytes: HELLO },
      { name: "link", type: "2" },
    ];
    expect(tar(makeTar(members))).toEqual([
      "表.txt=hello",
      `${long}=hello`,
      "gnu/long=hello",
      "reference link",
    ]);
  });

  it("is held where another reader would see another one", () => {
    const pax = [
      { name: "x", type: "x", bytes: paxRecord("size", "3") },
      { name: "a", bytes: HELLO },
    ];
    expect(() => tar(makeTar(pax))).toThrow("ARCHIVE_AMBIGUOUS");
    const second = makeTar([{ name: "b", bytes: HELLO }]);
    expect(() => tar(makeTar([{ name: "a", bytes: HELLO }], second))).toThrow(
      "ARCHIVE_AMBIGUOUS",
    );
  });

  it("is read through GZIP; what is no TAR is one file with the name in its header", () => {
    const packed = gzipSync(makeTar([{ name: "a", bytes: HELLO }]));
    expect(told(readGzip(packed, LIMITS))).toEqual(["a=hello"]);
    expect(told(readGzip(gzipSync(HELLO), LIMITS))).toEqual(["=hello"]);
    expect(() => readGzip(gzipSync(Buffer.alloc(2 ** 21)), LIMITS)).toThrow(
      "ARCHIVE_RATIO",
    );
    const small = { ...LIMITS, maxUnpackedBytes: 4 };
    expect(() => readGzip(gzipSync(HELLO), small)).toThrow("UNPACKED_TOO_BIG");
  });
});

describe("an LZH", () => {
  const TEXT = Buffer.from("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA 表ソ能 BBBBBBBB");
  const member: LzhMember = {
    ...{ name: encodeJapanese("表\\ソ.txt", "cp932"), bytes: TEXT },
    method: "-lh5-",
    level: 0,
  };
  const lzh = (...members: Parameters<typeof makeLzh>[0]) =>
    told(readLzh(makeLzh(members), LIMITS));

  it.each([
    ["-lh0-", 0],
    ["-lh5-", 0],
    ["-lh5-", 1],
    ["-lh5-", 2],
    ["-lh7-", 2],
  ] as const)("gives back what %s of level %d packed", (method, level) => {
    const text = TEXT.toString("latin1");
    expect(lzh({ ...member, method, level })).toEqual([`表\\ソ.txt=${text}`]);
  });

  it("takes folders and Unicode names from its extensions", () => {
    const folder = [
      2,
      Buffer.concat([encodeJapanese("表", "cp932"), Buffer.of(0xff)]),
    ] as const;
    const wide = [0x44, Buffer.from("髙橋.txt", "utf16le")] as const;
    const name = Buffer.from("____.txt");
    for (const level of [1, 2] as const) {
      expect(
        lzh({ ...member, name, level, extensions: [folder, wide] })[0],
      ).toMatch(/^表\/髙橋\.txt=/);
    }
  });

  it("is unreadable when its sum is wrong, and refuses a size that its bytes could not give", () => {
    const bytes = makeLzh([member]);
    bytes[bytes.length - 6] = (bytes[bytes.length - 6] ?? 0) ^ 0x10;
    expect(() => told(readLzh(bytes, LIMITS))).toThrow("DOCUMENT_UNREADABLE");
    const lying = makeLzh([member]);
    lying.writeUInt32LE(500_000, 11);
    expect(() => told(readLzh(lying, LIMITS))).toThrow("DOCUMENT_UNREADABLE");
  });
});

describe("every reader of archives", () => {
  const SAMPLES: readonly (readonly [
    string,
    Buffer,
    (bytes: Uint8Array) => UnpackedMember[],
  ])[] = [
    [
      "ZIP",
      makeZip([
        file("a"),
        file("b", { descriptor: true }),
        file("c", { zip64: true }),
      ]),
      (bytes) => readZip(bytes, LIMITS),
    ],
    [
      "locked ZIP",
      makeZip([
        file("a", { encryption: { kind: "aes-256", password: HELLO } }),
      ]),
      (bytes) => readZip(bytes, LIMITS, HELLO),
    ],
    [
      "TAR",
      makeTar([
        { name: "x", type: "x", bytes: paxRecord("path", "y") },
        { name: "a", bytes: HELLO },
      ]),
      (bytes) => readTar(bytes, LIMITS),
    ],
    [
      "LZH",
      makeLzh([
        {
          name: HELLO,
          bytes: Buffer.alloc(300, 65),
          method: "-lh5-",
          level: 1,
        },
        { name: HELLO, bytes: HELLO, method: "-lh7-", level: 2 },
      ]),
      (bytes) => readLzh(bytes, LIMITS),
    ],
  ];

  it.each(SAMPLES)(
    "refuses by a word of the list, and nothing else, when bits are turned over or bytes are missing: %s",
    (_name, sample, read) => {
      let refused = 0;
      for (let round = 0; round < 2000; round++) {
        const bytes = Buffer.from(sample);
        const at = (round * 7919) % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
        const cut = round % 3 === 0 ? bytes.subarray(0, at) : bytes;
        try {
          Buffer.concat([...writeMail(archiveItem(read(cut)))]);
        } catch (error) {
          if (!(error instanceof PitRefusal)) throw error;
          refused += 1;
        }
      }
      expect(refused).toBeGreaterThan(500);
    },
  );
});
