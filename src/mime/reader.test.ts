import { describe, expect, it } from "@jest/globals";
import {
  cut,
  LIMITS,
  mail,
  multipart,
  readChunks,
} from "./mail-reading.testing.ts";
import { MAILS } from "./hostile-mails.testing.ts";

const read = (bytes: Uint8Array) => readChunks([bytes]).nodes;
const outline = (bytes: Uint8Array) =>
  read(bytes).map(({ part, body }) =>
    part.isLeaf
      ? `${part.path} ${part.type} ${JSON.stringify(body.toString("latin1"))}`
      : `${part.path} ${part.type}`,
  );
const named = (name: string) => MAILS[name] ?? Buffer.alloc(0);

describe("MimeReader, the tree", () => {
  it("reads a plain mail with every byte after the blank line as its body", () => {
    expect(outline(named("plain text"))).toEqual([
      '0 text/plain "hello\\r\\n\\r\\nworld\\r\\n"',
    ]);
  });

  it("gives the line break before a delimiter to the delimiter, decoded bodies to the leaves", () => {
    expect(outline(named("two parts"))).toEqual([
      "0 multipart/mixed",
      '1 text/plain "--\\r\\n--Bad\\r\\none\\r\\n"',
      '2 text/plain "ABCDEF"',
    ]);
  });

  it("numbers nested parts like IMAP, and ends inner parts at an outer delimiter", () => {
    expect(outline(named("nested, inner never closed"))).toEqual([
      "0 multipart/mixed",
      "1 multipart/alternative",
      '1.1 text/plain "x"',
      '1.2 text/plain ""',
      '2 text/plain "y"',
    ]);
  });

  it("reads an attached message as the child of its part, with parent, depth and header", () => {
    const nodes = read(named("attached message"));
    expect(nodes.map(({ part }) => [part.path, part.parent, part.depth])) //
      .toEqual([
        ["0", null, 0],
        ["1", 0, 1],
        ["1.1", 1, 2],
      ]);
    expect(nodes[1]?.part).toMatchObject({ isMessage: true, isLeaf: false });
    expect(nodes[2]?.part.headers).toEqual([
      { name: "Subject", untrustedValue: "inner" },
    ]);
    expect(nodes[2]?.body.toString()).toBe("text");
  });

  it("reads an attached message through base64 and through quoted-printable", () => {
    expect(outline(named("message in base64"))).toEqual([
      "0 multipart/mixed",
      "1 message/rfc822",
      "1.1 multipart/mixed",
      '1.1.1 text/plain "deep"',
    ]);
    const nodes = read(named("message in quoted-printable"));
    expect(nodes[1]?.part.headers[0]?.untrustedValue).toBe("AB");
    expect(nodes[1]?.body.toString()).toBe("A\r\n=ZZ");
  });

  it("takes message/rfc822 as the default inside a digest only", () => {
    expect(outline(named("digest without types"))).toEqual([
      "0 multipart/digest",
      "1 message/rfc822",
      '1.1 text/plain "first"',
      '2 text/plain "second"',
    ]);
  });

  it("keeps message/partial and message/external-body as leaves", () => {
    for (const type of ["message/partial", "message/external-body"])
      expect(outline(mail(`Content-Type: ${type}`, "", "x"))).toEqual([
        `0 ${type} "x"`,
      ]);
  });

  it("ends a header block that a delimiter cuts short", () => {
    expect(outline(named("delimiter inside a header block"))).toEqual([
      "0 multipart/mixed",
      "1 message/rfc822",
      '1.1 text/plain ""',
      '2 text/plain ""',
      '3 text/html ""',
    ]);
  });

  it("reads LF mails as CRLF mails", () => {
    expect(outline(named("LF only"))).toEqual([
      "0 multipart/mixed",
      '1 text/plain "x\\n"',
    ]);
    expect(read(named("LF only"))[0]?.anomalies).toEqual([]);
  });

  it("skips an mbox From line", () => {
    const [root] = read(mail("From a@b Mon", "Subject: x", "", "y"));
    expect(root?.part.headers).toHaveLength(1);
    expect(root?.anomalies).toEqual([]);
  });

  it("gives type, encoding, disposition, parameters and Content-ID", () => {
    const [root] = read(
      mail(
        "Content-Type: Image/PNG; name=a.png",
        "Content-Transfer-Encoding: BASE64",
        "Content-Disposition: INLINE; filename*=utf-8''b.png",
        "Content-ID: <id@host>",
        "",
        "",
      ),
    );
    expect(root?.part).toMatchObject({
      type: "image/png",
      encoding: "base64",
      disposition: "inline",
      contentId: "id@host",
    });
    expect(root?.part.parameters.get("name")?.value).toBe("a.png");
    expect(root?.part.dispositionParameters.get("filename")).toEqual({
      value: "b.png",
      charset: "utf-8",
    });
  });

  it("takes an unknown disposition as attachment", () => {
    const [root] = read(mail("Content-Disposition: form-data", "", ""));
    expect(root?.part.disposition).toBe("attachment");
  });
});

describe("MimeReader, limits", () => {
  const nest = (levels: number) => {
    const lines: string[] = [];
    for (let i = 0; i < levels; i++)
      lines.push(
        `Content-Type: multipart/mixed; boundary=b${i}x`,
        "",
        `--b${i}x`,
      );
    return mail(...lines, "", "deep");
  };
  const parts = (count: number) =>
    multipart(...Array<string>(count).fill("--B\r\n\r\nx"), "--B--");
  const limited = (bytes: Buffer, step = Infinity) =>
    readChunks(cut(bytes, step)).nodes.length;

  it.each([
    ["MIME_TOO_DEEP", nest(10), nest(11)],
    ["MIME_TOO_MANY_PARTS", parts(49), parts(50)],
    [
      "MIME_HEADER_TOO_BIG",
      mail(`A: ${"x".repeat(9993)}`, "", "y"),
      mail(`A: ${"x".repeat(9994)}`, "", "y"),
    ],
    [
      "MIME_PARAMETERS_TOO_BIG",
      mail(`Content-Type: a/b; c=${"x".repeat(8993)}`, "", ""),
      mail(`Content-Type: a/b; c=${"x".repeat(8994)}`, "", ""),
    ],
    [
      "MIME_TOO_MANY_HEADERS",
      Buffer.from("A: b\r\n".repeat(100)),
      Buffer.from("A: b\r\n".repeat(101)),
    ],
    [
      "MIME_TOO_MANY_PARAMETERS",
      mail(`Content-Type: a/b${";c=d".repeat(20)}`, "", ""),
      mail(`Content-Disposition: a${";c=d".repeat(21)}`, "", ""),
    ],
  ])("faults with %s just beyond the limit", (code, within, beyond) => {
    for (const step of [1, 64, 1e6]) {
      expect(limited(within, step)).toBeGreaterThan(0);
      expect(() => limited(beyond, step)).toThrow(code);
    }
  });

  it("reads a header line of just maxHeaderLineBytes, its line break counted, and faults at one byte more", () => {
    const limits = { ...LIMITS, maxHeaderLineBytes: 50 };
    const line = (bytes: number) => `A: ${"x".repeat(bytes - 5)}`;
    for (const step of [1, 7, 1e6]) {
      const read = (bytes: number) =>
        readChunks(
          cut(mail("B: c", line(bytes), "", "x".repeat(99)), step),
          limits,
        );
      expect(read(50).nodes[0]?.body).toHaveLength(99);
      expect(() => read(51)).toThrow("MIME_LINE_TOO_LONG");
    }
  });

  it("names the limit that the bytes come to first, in any chunks", () => {
    const bytes = mail(`A: ${"x".repeat(500)}`, "", "");
    const first = (maxHeaderBytes: number, maxHeaderLineBytes: number) => {
      const limits = { ...LIMITS, maxHeaderBytes, maxHeaderLineBytes };
      for (const step of [1, 1e6])
        expect(() => readChunks(cut(bytes, step), limits)).toThrow(
          maxHeaderLineBytes < maxHeaderBytes
            ? "MIME_LINE_TOO_LONG"
            : "MIME_HEADER_TOO_BIG",
        );
    };
    first(100, 90);
    first(90, 100);
  });

  it("counts depth and parts through encoded messages too", () => {
    let bytes = mail("", "deep");
    for (let i = 0; i < 11; i++)
      bytes = mail(
        "Content-Type: message/rfc822",
        "Content-Transfer-Encoding: base64",
        "",
        bytes.toString("base64"),
      );
    expect(() => limited(bytes)).toThrow("MIME_TOO_DEEP");
  });

  it("reads a mail of just maxMessageBytes and faults at one byte more, after the events before it", () => {
    const bytes = mail("A: b", "", "12345");
    const limits = { ...LIMITS, maxMessageBytes: bytes.length };
    expect(readChunks([bytes], limits).nodes[0]?.body.toString()).toBe("12345");
    for (const step of [1, 100])
      expect(() =>
        readChunks(cut(Buffer.concat([bytes, bytes]), step), limits),
      ).toThrow("MIME_TOO_BIG");
  });
});
