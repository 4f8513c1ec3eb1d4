import { describe, expect, it } from "@jest/globals";
import { makeRar } from "../../../fixtures/archives.ts";
import { encodeJapanese } from "../../../fixtures/mail.ts";
import { makeRar5, type RarMember } from "../../../fixtures/rar.ts";
import { DEFAULT_LIMITS } from "../../../src/core/limits.ts";
import { pitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { readRar } from "./rar.ts";

const LIMITS = pitLimits(DEFAULT_LIMITS, 150);
const MEMBERS: readonly RarMember[] = [
  { name: "表/予算.txt", bytes: Buffer.from("hello") },
  { name: "empty", bytes: Buffer.alloc(0) },
];
const TOLD = ["表/予算.txt=hello", "empty="];
const nothing = Buffer.alloc(0);

async function rar(bytes: Uint8Array, password = "", limits = LIMITS) {
  const members = await readRar(bytes, limits, Buffer.from(password));
  return members.map((member) =>
    member.kind === "file"
      ? `${member.name}=${Buffer.from(member.bytes).toString("latin1")}`
      : `${member.kind} ${member.name}`,
  );
}

describe("a RAR", () => {
  it("gives its members, of version 4 and of version 5", async () => {
    expect(await rar(makeRar(MEMBERS))).toEqual(TOLD);
    expect(await rar(makeRar5(MEMBERS))).toEqual(TOLD);
  });

  it.each([false, true])(
    "opens with its password and with no other; its names locked, too: %s",
    async (heads) => {
      const locked = makeRar5(MEMBERS, { password: "秘密", heads });
      expect(await rar(locked, "秘密")).toEqual(TOLD);
      for (const wrong of ["", "秘密 ", "x".repeat(500)])
        await expect(rar(locked, wrong)).rejects.toThrow("DOCUMENT_ENCRYPTED");
    },
  );

  it("is locked, not damaged, where version 4 cannot tell the two apart", async () => {
    const locked = makeRar(MEMBERS, true);
    await expect(rar(locked)).rejects.toThrow("DOCUMENT_ENCRYPTED");
    await expect(rar(locked, "x")).rejects.toThrow("DOCUMENT_ENCRYPTED");
  });

  it("keeps 0x5C in names of CP932 for the letter that it is half of", async () => {
    const name = encodeJapanese("予算\\一覧表\\能力表.txt", "cp932");
    expect(await rar(makeRar([{ name, bytes: nothing }]))).toEqual([
      "予算/一覧表/能力表.txt=",
    ]);
  });

  it("names a link and does not follow it; a copy of another member is refused, not empty", async () => {
    const link = {
      ...{ name: "link", bytes: nothing },
      leadsTo: { kind: "link", name: "/etc/passwd" },
    } as const;
    expect(await rar(makeRar5([...MEMBERS, link]))).toEqual([
      ...TOLD,
      "reference link",
    ]);
    const copy = {
      ...{ name: "copy", bytes: nothing, says: 5 },
      leadsTo: { kind: "copy", name: "表/予算.txt" },
    } as const;
    await expect(rar(makeRar5([...MEMBERS, copy]))).rejects.toThrow(
      "ARCHIVE_NOT_SUPPORTED",
    );
  });

  it("is not unpacked past what an archive may hold", async () => {
    const three = makeRar5([...MEMBERS, { name: "c", bytes: nothing }]);
    await expect(rar(three, "", { ...LIMITS, maxEntries: 2 })).rejects.toThrow(
      "ARCHIVE_TOO_MANY_ENTRIES",
    );
    const large = makeRar5([{ name: "a", bytes: Buffer.alloc(5000) }]);
    await expect(
      rar(large, "", { ...LIMITS, maxUnpackedBytes: 4999 }),
    ).rejects.toThrow("UNPACKED_TOO_BIG");
  });

  it("refuses by a word of the list, and nothing else, when bits are turned over or bytes are missing", async () => {
    const sample = makeRar5(MEMBERS, { password: "a" });
    let refused = 0;
    for (let round = 0; round < 120; round++) {
      const bytes = Buffer.from(sample);
      const at = (round * 7919) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
      try {
        await rar(round % 3 === 0 ? bytes.subarray(0, at) : bytes, "a");
      } catch (error) {
        if (!(error instanceof PitRefusal)) throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(40);
  });
});
