import { describe, expect, it } from "@jest/globals";
import type { Anomaly } from "../core/part.ts";
import { mail, multipart, readChunks } from "./mail-reading.testing.ts";
import { MAILS } from "./hostile-mails.testing.ts";

/** Anomalies by path, nodes without any left out. */
function anomalies(bytes: Uint8Array): Record<string, readonly Anomaly[]> {
  const { nodes } = readChunks([bytes]);
  return Object.fromEntries(
    nodes
      .filter((node) => node.anomalies.length > 0)
      .map((node) => [node.part.path, node.anomalies]),
  );
}
const named = (name: string) => MAILS[name] ?? Buffer.alloc(0);
const withHeader = (...lines: string[]) =>
  mail(...lines, "", "--B", "", "x", "--B--");
const MIXED = "Content-Type: multipart/mixed; boundary=B";

describe("anomalies of the header", () => {
  it.each<[string, string[], Anomaly[]]>([
    [
      "two Content-Types",
      [MIXED, "Content-Type: text/plain"],
      ["duplicate-mime-header"],
    ],
    [
      "two encodings, one with a blank before the colon",
      ["Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding : base64"],
      ["duplicate-mime-header", "malformed-header"],
    ],
    [
      "two dispositions",
      ["Content-Disposition: inline", "Content-Disposition: attachment"],
      ["duplicate-mime-header"],
    ],
    [
      "two boundaries",
      [`${MIXED}; boundary=C`],
      ["duplicate-parameter", "bad-boundary"],
    ],
    [
      "two names",
      ["Content-Type: a/b; name=x; name=y"],
      ["duplicate-parameter"],
    ],
    [
      "a comment in a multipart's type",
      ["Content-Type: multipart/mixed (c); boundary=B"],
      ["malformed-header", "bad-boundary"],
    ],
    [
      "blanks round =",
      ["Content-Type: multipart/mixed; boundary = B"],
      ["bad-boundary"],
    ],
    [
      "a boundary in pieces",
      ["Content-Type: multipart/mixed; boundary*0=B"],
      ["bad-boundary"],
    ],
    [
      "an encoded boundary",
      ["Content-Type: multipart/mixed; boundary*=''%42"],
      ["bad-boundary"],
    ],
    [
      "a trailing blank",
      ['Content-Type: multipart/mixed; boundary="B "'],
      ["bad-boundary"],
    ],
    [
      "a boundary on what is no multipart",
      ["Content-Type: mul'tipart/mixed; boundary=B"],
      ["malformed-header", "bad-boundary"],
    ],
    [
      "a message of an unknown kind",
      ["Content-Type: message/x-rfc822"],
      ["malformed-header"],
    ],
    ["an almost right name", ['Content-"Type: a/b'], ["malformed-header"]],
    [
      "a folded boundary",
      ['Content-Type: multipart/mixed; boundary="B', ' B"'],
      ["bad-boundary", "text-outside-parts", "missing-final-boundary"],
    ],
    [
      "an encoded word as boundary",
      ['Content-Type: multipart/mixed; boundary="=?us-ascii?Q?B?="'],
      ["bad-boundary", "text-outside-parts", "missing-final-boundary"],
    ],
    [
      "a boundary of 71 bytes",
      [`Content-Type: multipart/mixed; boundary=${"b".repeat(71)}`],
      ["bad-boundary", "text-outside-parts", "missing-final-boundary"],
    ],
    [
      "an unknown encoding",
      ["Content-Transfer-Encoding: x-gzip64"],
      ["unknown-transfer-encoding"],
    ],
    [
      "an encoding that some readers know",
      ["Content-Transfer-Encoding: x-uue"],
      ["malformed-header", "junk-in-base64"],
    ],
    [
      "an empty encoding",
      ["Content-Transfer-Encoding:"],
      ["unknown-transfer-encoding"],
    ],
    [
      "a quoted encoding",
      ['Content-Transfer-Encoding: "base64"'],
      ["unknown-transfer-encoding", "junk-in-base64"],
    ],
    [
      "a multipart in base64",
      [MIXED, "Content-Transfer-Encoding: base64"],
      ["unknown-transfer-encoding"],
    ],
    ["a type without subtype", ["Content-Type: text"], ["malformed-header"]],
    ["a line without colon", ["A: b", "boundary=B"], ["malformed-header"]],
  ])("tells of %s", (_, lines, expected) => {
    expect([...(anomalies(withHeader(...lines))["0"] ?? [])].sort()).toEqual(
      [...expected].sort(),
    );
  });

  it("finds nothing in mails as they should be", () => {
    for (const lines of [
      [MIXED, "Content-Transfer-Encoding: 8bit"],
      ['Content-Type: multipart/mixed; boundary="B"; charset=utf-8'],
      ["Content-Type: text/plain; charset=utf-8"],
      ["Content-Type: message/delivery-status"],
      ["Subject: x"],
      [MIXED, MIXED],
    ])
      expect(anomalies(withHeader(...lines))).toEqual({});
    expect(anomalies(named("attached message"))).toEqual({});
  });

  it.each(["x-uuencode", "X-UUE", "uuencode", "uue"])(
    "decodes %s",
    (encoding) => {
      const { nodes } = readChunks([
        mail(
          `Content-Transfer-Encoding: ${encoding}`,
          "",
          "begin 644 x",
          "#86)C",
          "`",
          "end",
        ),
      ]);
      expect(nodes[0]?.body.toString()).toBe("abc");
      expect(nodes[0]?.anomalies).toEqual(["malformed-header"]);
    },
  );

  it("reads a quoted or commented encoding as what it means", () => {
    for (const written of [
      '"base64"',
      "base64 (c)",
      "BASE64; x=y",
      "(c)base64",
    ]) {
      const { nodes } = readChunks([
        mail(`Content-Transfer-Encoding: ${written}`, "", "QUJD"),
      ]);
      expect(nodes[0]?.body.toString()).toBe("ABC");
      expect(nodes[0]?.anomalies).toEqual(["unknown-transfer-encoding"]);
    }
  });

  it.each([
    "multipart/mixed",
    "multipart/mixed; boundary=",
    'multipart/mixed; boundary="  "',
    `multipart/mixed; boundary=${"b".repeat(257)}`,
  ])("reads a multipart without usable boundary as text: %s", (type) => {
    const { nodes } = readChunks([mail(`Content-Type: ${type}`, "", "x")]);
    expect(nodes[0]?.part).toMatchObject({ type: "text/plain", isLeaf: true });
    expect(nodes[0]?.body.toString()).toBe("x");
    expect(nodes[0]?.anomalies).toContain("bad-boundary");
  });
});

describe("anomalies of the structure", () => {
  it("tells of a missing final delimiter on each multipart that lacks it", () => {
    const bytes = multipart(
      "--B",
      "Content-Type: multipart/mixed; boundary=C",
      "",
      "--C",
      "",
      "x",
    );
    expect(anomalies(bytes)).toEqual({
      "0": ["missing-final-boundary"],
      "1": ["missing-final-boundary"],
    });
  });

  it("tells of a multipart in which no delimiter was found, and counts what stood there", () => {
    const { nodes, outsideBytes } = readChunks([multipart("--X", "", "hid")]);
    expect(nodes[0]?.anomalies).toEqual([
      "text-outside-parts",
      "bad-boundary",
      "missing-final-boundary",
    ]);
    expect(outsideBytes).toBe(6);
  });

  it("tells of text in preamble and epilogue, not of blanks or the usual note", () => {
    const outside = (before: string, after: string) => {
      const read = readChunks([
        multipart(before, "--B", "", "x", "--B--", after),
      ]);
      return [read.outsideBytes, read.nodes[0]?.anomalies];
    };
    const note = "This is a multi-part message in MIME format.";
    expect(outside(note, " \r\n\t")).toEqual([0, []]);
    expect(outside("hi", "")).toEqual([2, ["text-outside-parts"]]);
    expect(outside("", note)).toEqual([37, ["text-outside-parts"]]);
    expect(outside("", "--B\r\n\r\ny")).toEqual([4, ["text-outside-parts"]]);
    expect(outside(`${note}\r\nX: y`, "")[1]).toEqual(["text-outside-parts"]);
  });

  it("tells of boundaries that begin alike and of lines that only begin with one", () => {
    expect(anomalies(named("boundaries that begin alike"))).toMatchObject({
      "0": ["bad-boundary"],
      "1": ["bad-boundary", "text-outside-parts"],
    });
    expect(anomalies(multipart("--B", "", "--Bx", "--B--"))).toEqual({
      "0": ["bad-boundary"],
    });
  });

  it("tells of a delimiter whose line breaks are unlike the mail's", () => {
    for (const body of [
      "--B\r\n\r\nx\n--B--\r\n",
      "--B\r\n\r\nx\r\n--B--\n",
      "--B\r\n\r\nx\r--B\r\n--B--\r\n",
    ])
      expect(anomalies(multipart(body))["0"]).toContain("bare-line-ending");
  });

  it("tells of a header whose line breaks are unlike the mail's, and of a bare CR in it", () => {
    const part = (header: string) =>
      multipart(`--B\r\n${header}\r\nx\r\n--B--`);
    expect(anomalies(part("A: b\n"))).toEqual({ "1": ["bare-line-ending"] });
    expect(anomalies(part("A: b\rC: d\r\n"))).toEqual({
      "1": ["bare-line-ending"],
    });
  });

  it("tells of a message that begins without any header", () => {
    expect(anomalies(mail("", "x"))).toEqual({ "0": ["malformed-header"] });
  });

  it("tells of header blocks that a delimiter cuts short", () => {
    expect(anomalies(named("delimiter inside a header block"))).toEqual({
      "1": ["malformed-header"],
      "1.1": ["malformed-header"],
      "2": ["malformed-header"],
      "3": ["malformed-header"],
    });
  });

  it("tells of an attached message in an encoding that RFC 2046 forbids", () => {
    expect(anomalies(named("message in base64"))).toMatchObject({
      "1": ["unknown-transfer-encoding"],
      "1.1": ["text-outside-parts"],
    });
  });
});
