import { describe, expect, it } from "@jest/globals";
import { decodeHeaderText, decodeParameterText } from "./encoded-word.ts";
import { cut, mail, multipart, readChunks } from "./mail-reading.testing.ts";

/** What mailers really send though no standard allows it; each case is one that was met in the field. */
const read = (bytes: Uint8Array) => readChunks([bytes]).nodes;
const leaves = (bytes: Uint8Array) =>
  read(bytes)
    .filter(({ part }) => part.isLeaf)
    .map(({ part, body }) => `${part.path} ${body.toString("latin1")}`);
const fileName = (...lines: string[]) => {
  const [root] = read(mail(...lines, "", "x"));
  const name = root?.part.dispositionParameters.get("filename");
  return name === undefined ? null : decodeParameterText(name);
};

describe("boundaries as mailers write them", () => {
  it.each([
    ["no quotes round an equals sign", "boundary=b=1", "b=1"],
    ["a quote that never closes", 'boundary="b', "b"],
    ["blanks before the closing quote", 'boundary="b  "', "b"],
    ["a parameter behind without a blank", 'boundary="b";charset=x', "b"],
    ["upper case in the name", "BOUNDARY=b", "b"],
    ["100 letters", `boundary=${"b".repeat(100)}`, "b".repeat(100)],
    ["angle brackets and an at sign", 'boundary="<a@b>"', "<a@b>"],
  ])("with %s", (_, parameter, boundary) => {
    const bytes = mail(
      `Content-Type: multipart/mixed; ${parameter}`,
      "",
      `--${boundary}`,
      "",
      "one",
      `--${boundary} \t`,
      "",
      "two",
      `--${boundary}--  `,
    );
    expect(leaves(bytes)).toEqual(["1 one", "2 two"]);
  });

  it("gives the delimiters to the inner part when both boundaries are the same, and says so", () => {
    const bytes = multipart(
      "--B",
      "Content-Type: multipart/alternative; boundary=B",
      "",
      "--B",
      "",
      "one",
      "--B",
      "",
      "two",
      "--B--",
      "--B--",
    );
    expect(leaves(bytes)).toEqual(["1.1 one", "1.2 two"]);
    expect(read(bytes)[1]?.anomalies).toContain("bad-boundary");
  });

  it("takes the longer of two when one begins with the other", () => {
    const bytes = mail(
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: multipart/mixed; boundary=b1",
      "",
      "--b1",
      "",
      "in",
      "--b1--",
      "--b",
      "",
      "out",
      "--b--",
    );
    expect(leaves(bytes)).toEqual(["1.1 in", "2 out"]);
  });
});

describe("headers as mailers write them", () => {
  it("skips an mbox line, quoted or not, at the top only", () => {
    for (const line of ["From a@b Mon Jan 1", ">From a@b Mon Jan 1"]) {
      const [root] = read(mail(line, "Subject: x", "", line, "y"));
      expect(root?.part.headers.map(({ name }) => name)).toEqual(["Subject"]);
      expect(root?.body.toString()).toBe(`${line}\r\ny`);
    }
  });

  it("reads raw UTF-8 in values (RFC 6532) and a name in raw Shift_JIS", () => {
    const subject = Buffer.from("Subject: 会議\r\n\r\n");
    const [root] = read(subject);
    expect(decodeHeaderText(root?.part.headers[0]?.untrustedValue ?? "")).toBe(
      "会議",
    );
    expect(
      fileName('Content-Disposition: attachment; filename="\x95\x5c.xls"'),
    ).toBe("表.xls");
  });

  it("reads a mail without any header of MIME as text", () => {
    const [root] = read(mail("Subject: x", "", "hello"));
    expect(root?.part).toMatchObject({ type: "text/plain", encoding: "7bit" });
  });

  it("reads message/global like message/rfc822 (RFC 6532)", () => {
    const bytes = mail(
      "Content-Type: message/global",
      "",
      "Subject: 会",
      "",
      "x",
    );
    expect(read(bytes).map(({ part }) => part.path)).toEqual(["0", "1"]);
  });

  it("gives parts of a digest inside a digest the type message/rfc822", () => {
    const bytes = mail(
      "Content-Type: multipart/digest; boundary=A",
      "",
      "--A",
      "",
      "Content-Type: multipart/digest; boundary=B",
      "",
      "--B",
      "",
      "Subject: deep",
      "",
      "text",
      "--B--",
      "--A--",
    );
    expect(read(bytes).map(({ part }) => part.type)).toEqual([
      "multipart/digest",
      "message/rfc822",
      "multipart/digest",
      "message/rfc822",
      "text/plain",
    ]);
  });
});

describe("names in pieces (RFC 2231)", () => {
  const disposition = (...parameters: string[]) =>
    fileName(
      "Content-Disposition: attachment;",
      ...parameters.map((one) => ` ${one};`),
    );

  it.each<[string, string[], string]>([
    ["out of order", ["filename*1=b", "filename*0=a"], "ab"],
    ["with a gap", ["filename*0=a", "filename*2=c"], "ac"],
    [
      "one of them twice",
      ["filename*0=a", "filename*0=x", "filename*1=b"],
      "ab",
    ],
    [
      "encoded and not",
      ["filename*0*=utf-8''%E3%81%82", "filename*1=b%41"],
      "あb%41",
    ],
    [
      "cut inside a character",
      ["filename*0*=utf-8''%E3%81", "filename*1*=%82"],
      "あ",
    ],
    [
      "beside a plain one",
      ["filename=a.txt", "filename*=utf-8''b.txt"],
      "b.txt",
    ],
    ["without a charset", ["filename*=''%41"], "A"],
    ["without the first", ["filename*1=b"], "b"],
  ])("%s", (_, parameters, name) => {
    expect(disposition(...parameters)).toBe(name);
  });
});

describe("bodies as mailers write them", () => {
  const body = (encoding: string, ...lines: string[]) => {
    const [root] = read(
      mail(`Content-Transfer-Encoding: ${encoding}`, "", ...lines),
    );
    return [root?.body.toString("latin1"), root?.anomalies];
  };

  it.each<[string, string[], string, string[]]>([
    [
      "a list's footer behind it",
      ["QUJD", "____", "list@a"],
      "ABC",
      ["junk-in-base64"],
    ],
    ["two pieces, each padded", ["QQ==", "Qg=="], "AB", ["junk-in-base64"]],
    ["no padding", ["QUJDRA"], "ABCD", ["junk-in-base64"]],
    ["blanks and empty lines", [" QU", "", "\tJD "], "ABC", []],
  ])("base64 with %s", (_, lines, text, anomalies) => {
    const [decoded, told] = body("base64", ...lines);
    expect(String(decoded).slice(0, text.length)).toBe(text);
    expect(told).toEqual(anomalies);
  });

  it("quoted-printable that is none stays as it stands", () => {
    expect(body("quoted-printable", "a=b", "100% = all")).toEqual([
      "a=b\r\n100% = all",
      ["bad-quoted-printable"],
    ]);
  });
});

it("gives the words of a part without a blank line", () => {
  const bytes = multipart(
    "--B",
    "Content-Type: text/plain",
    "hello",
    "--B",
    "world",
    "--B--",
  );
  expect(leaves(bytes)).toEqual(["1 hello\r\n", "2 world\r\n"]);
});

describe("a mail without a header, or without the line that ends it", () => {
  it.each([
    ["words only", mail("hello", "world"), "hello\r\nworld"],
    ["words in paragraphs", mail("hello", "", "world"), "hello\r\n\r\nworld"],
    ["no blank line", mail("From: a@b", "hello", "world"), "hello\r\nworld"],
  ])("gives its words: %s", (_, bytes, body) => {
    expect(leaves(bytes)).toEqual([`0 ${body}`]);
    expect(read(bytes)[0]?.anomalies).toContain("malformed-header");
    const [root] = readChunks(cut(bytes, 1)).nodes;
    expect(root?.body.toString()).toBe(body);
  });
});
