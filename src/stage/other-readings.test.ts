import { describe, expect, it } from "@jest/globals";
import { readUpTo } from "../core/content.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { PartTree } from "../core/part.ts";
import { mail, multipart } from "../mime/mail-reading.testing.ts";
import { inspect } from "./inspect.ts";
import { content, memoryWorkspace } from "./memory.testing.ts";

const unpack = async (): Promise<never> => {
  throw new Error("no container here");
};
const read = (bytes: Uint8Array): Promise<PartTree> =>
  inspect(content(bytes), {
    limits: DEFAULT_LIMITS,
    workspace: memoryWorkspace,
    unpack,
  });

async function found(tree: PartTree): Promise<string[]> {
  const all = tree.otherReadings?.contents ?? [];
  return Promise.all(
    all.map(async (one) =>
      Buffer.from(await readUpTo(one, 1e6)).toString("latin1"),
    ),
  );
}

const secret = "a file that nobody shall see".repeat(3);
const base64 = Buffer.from(secret).toString("base64");
const MIXED = "Content-Type: multipart/mixed; boundary=";

describe("other readings", () => {
  it.each<[string, Buffer]>([
    ["one text", mail("Subject: x", "", "hello")],
    ["a multipart", multipart("--B", "", "x", "--B", "", "y", "--B--")],
    ["a missing end", multipart("--B", "", "x")],
    [
      "an alternative twice the same type",
      mail(`${MIXED}B`, `${MIXED}B`, "", "--B", "", "x", "--B--"),
    ],
  ])("are not made of %s", async (_, bytes) => {
    expect(await read(bytes)).not.toHaveProperty("otherReadings");
  });

  it.each<[string, Buffer]>([
    [
      "a footer behind the last part",
      multipart("--B", "", "x", "--B--", "_______", "list@a"),
    ],
    [
      "a comment after a charset",
      mail("Content-Type: text/plain; charset=us-ascii (plain)", "", "x"),
    ],
    ["two names of a file", mail("Content-Type: a/b; name=x; name=y", "", "x")],
    [
      "two dispositions",
      mail(
        "Content-Disposition: inline",
        "Content-Disposition: attachment",
        "",
        "x",
      ),
    ],
    [
      "a boundary that never closes its quote",
      mail(`${MIXED}"B`, "", "--B", "", "x", "--B--"),
    ],
    [
      "a boundary in odd letters",
      mail(`${MIXED}"<B@{1}>"`, "", "--<B@{1}>", "", "x", "--<B@{1}>--"),
    ],
    [
      "a line in the header that is none",
      mail("Subject: x", "y z", "", "text"),
    ],
  ])("agree on a mail with %s", async (_, bytes) => {
    expect((await read(bytes)).otherReadings?.agree).toBe(true);
  });

  it.each<[string, Buffer]>([
    [
      "two boundaries",
      mail(
        `${MIXED}A; boundary=B`,
        "",
        "--A",
        "",
        "x",
        "--B",
        "",
        "y",
        "--B--",
        "--A--",
      ),
    ],
    [
      "two types",
      mail("Content-Type: text/plain", "Content-Type: text/html", "", "x"),
    ],
    [
      "two charsets",
      mail("Content-Type: text/plain; charset=utf-8; charset=utf-7", "", "x"),
    ],
    [
      "two encodings",
      mail(
        "Content-Transfer-Encoding: 7bit",
        "Content-Transfer-Encoding: base64",
        "",
        base64,
      ),
    ],
    [
      "a blank before the colon",
      mail("Content-Transfer-Encoding : base64", "", base64),
    ],
    [
      "a comment in the boundary",
      mail(`${MIXED}B(c)`, "", "--B", "", "x", "--B(c)", "", "y", "--B--"),
    ],
    [
      "a boundary in a comment",
      mail(
        `${MIXED}A (; boundary=B; c=)`,
        "",
        "--A",
        "",
        "x",
        "--B",
        "",
        "y",
        "--A--",
      ),
    ],
    [
      "a boundary in pieces",
      mail(
        `${MIXED}A; boundary*0=B`,
        "",
        "--A",
        "",
        "x",
        "--B",
        "",
        "y",
        "--A--",
      ),
    ],
    [
      "a boundary with a blank in it",
      mail(`${MIXED}"a b"`, "", "--ab", "", "x", "--a b", "", "y", "--a b--"),
    ],
    [
      "an encoded boundary",
      mail(`${MIXED}"=?us-ascii?Q?B?="`, "", "--B", "", "x", "--B--"),
    ],
    [
      "a boundary of 71 bytes",
      mail(`${MIXED}${"b".repeat(71)}`, "", `--${"b".repeat(70)}`, "", "x"),
    ],
    [
      "lines that begin with the boundary",
      multipart("--B", "", "x", "--Bx", "", "y", "--B--"),
    ],
    [
      "a part behind the last delimiter",
      multipart("--B", "", "x", "--B--", "--B", "", "y", "--B--"),
    ],
    [
      "a delimiter behind a bare CR",
      multipart("--B\r\n\r\nx\r--B\r\n\r\ny\r\n--B--"),
    ],
  ])("disagree on a mail with %s", async (_, bytes) => {
    expect((await read(bytes)).otherReadings?.agree).toBe(false);
  });

  it.each<[string, Buffer]>([
    [
      "preamble",
      multipart(
        "Content-Transfer-Encoding: base64",
        "",
        base64,
        "--B",
        "",
        "x",
        "--B--",
      ),
    ],
    ["epilogue", multipart("--B", "", "x", "--B--", base64)],
    [
      "part of another boundary",
      mail(
        `${MIXED}A; boundary=B`,
        "",
        "--A",
        "",
        "x",
        "--A--",
        "--B",
        "",
        base64,
      ),
    ],
    [
      "second of two encodings",
      mail(
        "Content-Transfer-Encoding: 7bit",
        "Content-Transfer-Encoding: base64",
        "",
        base64,
      ),
    ],
    [
      "part in an encoding nobody knows",
      mail("Content-Transfer-Encoding: x-gzip64", "", base64),
    ],
  ])("hold the file in the %s for the scanner", async (_, bytes) => {
    expect(await found(await read(bytes))).toContainEqual(
      expect.stringContaining(secret),
    );
  });

  it("hold nothing that is a leaf already, and nothing twice", async () => {
    const tree = await read(
      multipart("--B", "", "x", "--B--", "--B", "", "x", "--B--"),
    );
    const bodies = await found(tree);
    expect(bodies).not.toContain("x");
    expect(new Set(bodies).size).toBe(bodies.length);
  });

  it("of an attached mail count for the mail around it", async () => {
    const inner = mail(
      "Content-Type: text/plain",
      "Content-Type: text/html",
      "",
      "x",
    );
    const bytes = multipart(
      "--B",
      'Content-Type: application/octet-stream; name="a.eml"',
      "Content-Transfer-Encoding: base64",
      "",
      inner.toString("base64"),
      "--B--",
    );
    expect((await read(bytes)).otherReadings?.agree).toBe(false);
  });
});

describe("files in text", () => {
  it("become parts below their text, named and looked at, the text staying as it is", async () => {
    const text = [
      "Dear all",
      "begin 644 report.pdf",
      "')5!$1BTQ+@``",
      "`",
      "end",
      "bye",
    ];
    const tree = await read(
      multipart("--B", "", ...text, "--B", "", "y", "--B--"),
    );
    expect(tree.parts.map(({ path, parent }) => [path, parent])).toEqual([
      ["0", null],
      ["1", 0],
      ["2", 0],
      ["1.1", 1],
    ]);
    expect(tree.parts[3]).toMatchObject({
      untrustedName: "report.pdf",
      disposition: "attachment",
      leaf: { kind: { type: "application/pdf" }, content: { bytes: 7 } },
    });
  });

  it("count as parts", async () => {
    const one = ["begin 644 x", "#86)C", "`", "end", ""];
    const bytes = mail("", ...one, ...one, ...one);
    const limits = { ...DEFAULT_LIMITS, maxParts: 3 };
    await expect(
      inspect(content(bytes), { limits, workspace: memoryWorkspace, unpack }),
    ).rejects.toMatchObject({ code: "MIME_TOO_MANY_PARTS" });
  });
});
