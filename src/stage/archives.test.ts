import { describe, expect, it } from "@jest/globals";
import { makeZip, type ZipMember } from "../../fixtures/archives.ts";
import { eicar, mixedMail } from "../../fixtures/mail.ts";
import { archiveItem } from "../../workers/pit/unpack/item.ts";
import { writeMail } from "../../workers/pit/unpack/mail.ts";
import { readZip as unpackZip } from "../../workers/pit/unpack/zip.ts";
import { type UntrustedContent } from "../core/content.ts";
import { Fault, toFault } from "../core/fault.ts";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import type { PartTree } from "../core/part.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import { DEFAULT_POLICY } from "../policy/policy.ts";
import { verifyMail } from "../verify/mail.ts";
import { pitLimits } from "../wire/pit.ts";
import { createClear } from "./clear.ts";
import { createMadeBefore } from "./made-before.ts";
import { passFile, type DoorAnswer } from "./file-door.ts";
import { inspect } from "./inspect.ts";
import { content, memoryWorkspace } from "./memory.testing.ts";

type Unpack = (
  container: UntrustedContent,
) => Promise<AsyncIterable<Uint8Array>>;

/** The pit's own reader, without its walls. */
const unpackHere: Unpack = async ({ whole = new Uint8Array() }) => {
  try {
    const members = unpackZip(whole, pitLimits(DEFAULT_LIMITS, 150));
    return pieces(writeMail(archiveItem(members)));
  } catch (error) {
    throw new Fault((error as { pitError: "ARCHIVE_AMBIGUOUS" }).pitError);
  }
};
async function* pieces(
  all: Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield* all;
}

const CLEAN: ScanVerdict = { kind: "clean", engine: "test" };
/** Sees the test virus in a file, and not through an archive. */
const scan = async ({
  whole = new Uint8Array(),
}: UntrustedContent): Promise<ScanVerdict> =>
  Buffer.compare(whole, eicar()) === 0
    ? { kind: "malicious", engine: "test", signature: "Eicar" }
    : CLEAN;

interface Given {
  readonly unpack?: Unpack;
  readonly limits?: Partial<Limits>;
}

function pass(
  name: string,
  bytes: Uint8Array,
  given: Given = {},
): Promise<DoorAnswer> {
  const limits = { ...DEFAULT_LIMITS, ...given.limits };
  const unused = () => {
    throw new Fault("PIT_UNAVAILABLE");
  };
  return passFile(
    { name, content: content(bytes) },
    {
      scanner: {
        scan: (one) => scan(one as UntrustedContent),
        health: async () => null,
      },
      pit: {
        open: unused,
        unpack: given.unpack ?? unpackHere,
        convert: unused,
        proveWalls: async () => [],
      },
      render: { pdf: unused, picture: unused },
      madeBefore: createMadeBefore(0),
      clear: createClear({ limits }),
      ...{ workspace: memoryWorkspace, limits, policy: DEFAULT_POLICY },
    },
  );
}

const text = (name: string, words = name): ZipMember => ({
  name,
  bytes: Buffer.from(words),
});
const HELD: ZipMember = { name: "図面.jww", bytes: Buffer.from([0, 1, 2, 3]) };
const zipIn = (name: string, ...members: readonly ZipMember[]): ZipMember => ({
  ...{ name, bytes: makeZip(members) },
});

/** Names and texts of the one ZIP that comes out, read by the strict reader of the pit. */
function filesIn(bytes: Uint8Array): Record<string, string> {
  const files: Record<string, string> = {};
  for (const member of unpackZip(bytes, pitLimits(DEFAULT_LIMITS, 150)))
    if (member.kind === "file")
      files[member.name] = Buffer.from(member.bytes).toString("utf8");
  return files;
}
async function outputOf(members: readonly ZipMember[], given: Given = {}) {
  const answer = await pass("資料.zip", makeZip(members), given);
  const [output, record, ...others] = answer.outputs;
  expect(others).toEqual([]);
  expect(record?.name).toBe(output && "無害化の記録.txt");
  return {
    answer,
    name: output?.name,
    type: output?.type,
    files:
      output === undefined
        ? {}
        : filesIn(output.content.whole ?? new Uint8Array()),
  };
}

describe("an archive at the file door", () => {
  it("comes back as one ZIP of its name, with folders, and twice the same bytes", async () => {
    const members = [text("H30/予算/表.txt"), text("名簿.csv", "a,b")];
    const { name, type, files, answer } = await outputOf(members);
    expect([name, type, answer.verdict]).toEqual([
      "資料.zip",
      "application/zip",
      "clean",
    ]);
    expect(Object.keys(files)).toEqual(["H30/予算/表.txt", "名簿.csv"]);
    const again = await outputOf(members);
    expect(again.answer.outputs[0]?.content.sha256).toBe(
      answer.outputs[0]?.content.sha256,
    );
  });

  it("gives names that are safe and different, and says that folders could not stay", async () => {
    const names = [
      "../../a.txt",
      "/etc/a.txt",
      "C:\\a.txt",
      "d\\..\\a.txt",
      "d/con.txt",
      "表\\ソ.txt",
      "A.TXT",
    ];
    const { files, answer } = await outputOf(names.map((name) => text(name)));
    expect(Object.keys(files)).toEqual([
      "a.txt",
      "a (2).txt",
      "a (3).txt",
      "a (4).txt",
      "d/_con.txt",
      "表/ソ.txt",
      "A (5).txt",
    ]);
    expect(answer.findings.map(({ code }) => code)).toContain("archive-path");
  });

  it("leaves out what is held or empty, and says so in the ZIP", async () => {
    const { files, answer } = await outputOf([
      ...[text("a.txt"), HELD, { name: "空.txt", bytes: Buffer.alloc(0) }],
      { name: "link", bytes: Buffer.from("/etc/passwd"), mode: 0o120777 },
    ]);
    expect(Object.keys(files)).toEqual(["無害化の記録.txt", "a.txt"]);
    expect(files["無害化の記録.txt"]).toMatch(
      /^【無害化の記録】\r\n[^]*・図面\.jww（[^]*→ 変換できない種類[^]*・空\.txt（[^]*→ 中身が空[^]*・link（[^]*→ 受け取れない種類/,
    );
    expect(answer.verdict).toBe("unexaminable");
    expect(answer.findings.filter(({ part }) => part === "2")).toEqual([
      { code: "TYPE_NOT_CONVERTED", part: "2", detail: expect.any(String) },
    ]);
  });

  it("leaves out what macOS and Windows left in it, without a word, and nothing else of that name", async () => {
    const litter = Buffer.from([0, 5, 22, 7, 0, 2, 0, 0]);
    const { files, answer } = await outputOf([
      text("a.txt"),
      { name: "__MACOSX/._a.txt", bytes: litter },
      { name: "d/.DS_Store", bytes: Buffer.from("\0\0\0\x01Bud1") },
      text("__MACOSX/b.txt"),
    ]);
    expect(Object.keys(files)).toEqual(["a.txt", "__MACOSX/b.txt"]);
    expect(answer.verdict).toBe("clean");
  });

  it("is held when nothing of it is left, with the reason of what was in it", async () => {
    const { answer } = await outputOf([HELD, zipIn("中.zip", HELD)]);
    expect(answer.hold?.code).toBe("TYPE_NOT_CONVERTED");
  });

  it("keeps archives in archives, and tells outside what is left of them inside", async () => {
    const inner = [text("x.txt"), text("x.TXT")];
    const { files } = await outputOf([
      text("a.txt"),
      zipIn("中.zip", ...inner),
      zipIn("空しい.zip", HELD),
    ]);
    expect(Object.keys(files)).toEqual(["無害化の記録.txt", "a.txt", "中.zip"]);
    expect(files["無害化の記録.txt"]).toContain("・空しい.zip/図面.jww（");
  });

  it("has a record beside it that tells every member by its folder and its new name", async () => {
    const answer = await pass(
      "資料.zip",
      makeZip([
        text("表だよ/一覧表.txt"),
        zipIn("中.zip", text("名簿.csv", "a,b"), HELD),
      ]),
    );
    expect(answer.outputs.map(({ name, type }) => [name, type])).toEqual([
      ["資料.zip", "application/zip"],
      ["無害化の記録.txt", "text/plain"],
    ]);
    const record = Buffer.from(answer.outputs[1]?.content.whole ?? "");
    expect(record.toString("utf8").split("\r\n")).toEqual([
      "【無害化の記録】",
      "このZIPファイルは関所（Sekisho）が安全な形に作り直したものです。",
      "次のファイルは入っていません。",
      expect.stringMatching(/^・中\.zip\/図面\.jww（/),
      expect.stringMatching(/^　→ 変換できない種類/),
      "お渡しできなかったものの原本は、管理者が保管しています。",
      "次のファイルは作り直して入れました。",
      expect.stringMatching(/^・表だよ\/一覧表\.txt（/),
      expect.stringMatching(/^　→ .*：表だよ\/一覧表\.txt$/),
      expect.stringMatching(/^・中\.zip（/),
      expect.stringMatching(/^　→ .*：中\.zip$/),
      expect.stringMatching(/^・中\.zip\/名簿\.csv（/),
      expect.stringMatching(/^　→ .*：中\.zip\/名簿\.csv$/),
      "",
    ]);
  });

  it("is held whole with a virus in it, however deep", async () => {
    const virus = { name: "eicar.com", bytes: eicar() };
    for (const members of [[virus], [zipIn("b.zip", zipIn("c.zip", virus))]]) {
      const { answer } = await outputOf([text("a.txt"), ...members]);
      expect([answer.verdict, answer.hold]).toEqual([
        "malicious",
        { code: "VIRUS_FOUND", detail: "Eicar" },
      ]);
    }
  });

  it.each([
    ["says nothing", []],
    ["says what is no mail", [Buffer.from("garbage")]],
    [
      "says a mail without a member",
      [Buffer.from("Subject: x\r\n\r\nwords\r\n")],
    ],
  ])("is held when the pit %s", async (_what, said) => {
    const unpack: Unpack = async () => pieces(said);
    const { answer } = await outputOf([text("a.txt")], { unpack });
    expect(answer.hold?.code).toBe("CONVERSION_FAILED");
  });

  it("is held by what the pit throws, and waits when there is no pit", async () => {
    const throwing = (
      code: "ARCHIVE_AMBIGUOUS" | "DOCUMENT_ENCRYPTED" | "PIT_UNAVAILABLE",
    ) =>
      outputOf([text("a.txt")], {
        unpack: () => Promise.reject(new Fault(code)),
      });
    const held = async (...args: Parameters<typeof throwing>) =>
      (await throwing(...args)).answer.hold;
    expect(await held("ARCHIVE_AMBIGUOUS")).toEqual({
      ...{ code: "AMBIGUOUS_STRUCTURE", detail: "ARCHIVE_AMBIGUOUS" },
    });
    expect((await held("DOCUMENT_ENCRYPTED"))?.code).toBe("ENCRYPTED");
    expect((await held("PIT_UNAVAILABLE"))?.code).toBe("SANDBOX_UNAVAILABLE");
  });
});

describe("limits over all archives of a file", () => {
  const detail = (answer: DoorAnswer) => answer.findings.at(-1)?.detail;

  it("three archives in one another are opened, the fourth is held", async () => {
    const deep = zipIn("2.zip", zipIn("3.zip", zipIn("4.zip", text("x.txt"))));
    const { files, answer } = await outputOf([text("a.txt"), deep]);
    expect(files["無害化の記録.txt"]).toContain("・2.zip/3.zip/4.zip（ZIP圧縮");
    expect([detail(answer), answer.verdict]).toEqual([
      "ARCHIVE_TOO_DEEP",
      "unexaminable",
    ]);
  });

  it("entries and bytes count together", async () => {
    const two = [zipIn("1.zip", text("x.txt")), zipIn("2.zip", text("y.txt"))];
    for (const [limits, fault] of [
      [{ maxArchiveEntries: 3 }, "ARCHIVE_TOO_MANY_ENTRIES"],
      [{ maxUnpackedBytes: 1100 }, "UNPACKED_TOO_BIG"],
    ] as const) {
      const { answer, files } = await outputOf(two, { limits });
      expect(detail(answer)).toBe(fault);
      expect(Object.keys(files)).toEqual(["無害化の記録.txt", "1.zip"]);
    }
  });

  it("a clean part that would be too big is held", async () => {
    const { answer } = await outputOf([text("a.txt", "x".repeat(3000))], {
      limits: { maxCleanPartBytes: 2000 },
    });
    expect([answer.hold?.code, answer.outputs]).toEqual(["SIZE_LIMIT", []]);
  });
});

describe("an archive in a mail", () => {
  const mail = (...members: readonly ZipMember[]) =>
    mixedMail({
      text: "本文",
      attachments: [
        { name: "資料.zip", type: "application/zip", bytes: makeZip(members) },
      ],
    });

  it("stays a leaf, with its members directly below", async () => {
    const tree: PartTree = await inspect(
      content(mail(text("a.txt"), zipIn("b.zip", text("c.txt")))),
      {
        ...{ limits: DEFAULT_LIMITS, workspace: memoryWorkspace },
        unpack: unpackHere,
      },
    );
    const shape = tree.parts.map(({ path, leaf, unpacked }) => [
      path,
      leaf?.kind.extension,
      unpacked === true,
    ]);
    const archive = tree.parts.find(({ unpacked }) => unpacked === true);
    const at = archive?.path ?? "";
    expect(shape.slice(-4)).toEqual([
      [at, "zip", true],
      [`${at}.1`, "txt", false],
      [`${at}.2`, "zip", true],
      [`${at}.2.1`, "txt", false],
    ]);
    expect(tree.parts.every(({ id }, index) => id === index)).toBe(true);
  });

  it("tells one line for what was made, and one for each member that is held", async () => {
    const answer = await pass(
      "m.eml",
      mail(text("a.txt"), text("b/c.txt"), HELD),
    );
    const bytes = answer.outputs[0]?.content;
    const pieces = [];
    for await (const piece of bytes?.open() ?? []) pieces.push(piece);
    const clean = verifyMail(Buffer.concat(pieces));
    expect(clean.attachments.map(({ name, type }) => [name, type])).toEqual([
      ["資料.zip", "application/zip"],
    ]);
    expect(clean.text).toContain(
      "・資料.zip（ZIP圧縮）\r\n　→ 中のファイルを作り直し（2個）、新しいZIPにまとめました：資料.zip",
    );
    expect(clean.text).toContain("・図面.jww（");
    expect(clean.text).toContain("資料.zipの中）");
    expect(clean.text).not.toContain("a.txt");
  });

  it("keeps a mail in an archive out of the text: it becomes files", async () => {
    const inner = mixedMail({
      text: "中のメール",
      attachments: [
        { name: "n.txt", type: "text/plain", bytes: Buffer.from("付いていた") },
      ],
    });
    const answer = await pass(
      "m.eml",
      mail({ name: "転送.eml", bytes: inner }),
    );
    const pieces = [];
    for await (const piece of answer.outputs[0]?.content.open() ?? [])
      pieces.push(piece);
    const clean = verifyMail(Buffer.concat(pieces));
    expect(clean.text).not.toContain("中のメール");
    const files = filesIn(clean.attachments[0]?.bytes ?? new Uint8Array());
    expect(Object.keys(files)).toEqual([
      "転送/本文.txt",
      "転送/n.txt",
      "転送/見出し.txt",
    ]);
    expect(files["転送/本文.txt"]?.trim()).toBe("中のメール");
    expect(files["転送/見出し.txt"]).toMatch(/差出人/);
  });

  it("holds the archive alone when it cannot be opened", async () => {
    const bytes = mixedMail({
      text: "本文",
      attachments: [
        {
          name: "壊.zip",
          type: "application/zip",
          bytes: makeZip([text("a")], { after: Buffer.from("x") }),
        },
      ],
    });
    const answer = await pass("m.eml", bytes);
    expect(answer.findings.at(-1)).toMatchObject({
      ...{ code: "AMBIGUOUS_STRUCTURE", detail: "ARCHIVE_AMBIGUOUS" },
    });
    expect(toFault(new Fault("ARCHIVE_AMBIGUOUS")).row.blame).toBe("content");
  });
});
