import { describe, expect, it } from "@jest/globals";
import { readUpTo } from "../core/content.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { PartTree } from "../core/part.ts";
import { inspect } from "./inspect.ts";
import { content, memoryWorkspace } from "./memory.testing.ts";

const unpack = async (): Promise<never> => {
  throw new Error("no container here");
};
const read = (mail: string, limits = DEFAULT_LIMITS): Promise<PartTree> =>
  inspect(content(Buffer.from(mail)), {
    limits,
    workspace: memoryWorkspace,
    unpack,
  });
const lines = (...all: string[]) => `${all.join("\r\n")}\r\n`;
const base64 = (text: string | Buffer) =>
  (
    Buffer.from(text)
      .toString("base64")
      .match(/.{1,76}/g) ?? []
  ).join("\r\n");

/** A mail with a text and files in base64. */
function mailWith(
  ...files: readonly (readonly [name: string, body: string | Buffer])[]
) {
  const parts = files.flatMap(([name, body]) => [
    "--b",
    "Content-Type: application/octet-stream",
    "Content-Transfer-Encoding: base64",
    `Content-Disposition: attachment; filename="${name}"`,
    "",
    base64(body),
  ]);
  return lines(
    "From: a@example.jp",
    "Subject: outer",
    "Content-Type: multipart/mixed; boundary=b",
    "",
    ...["--b", "", "outer text"],
    ...parts,
    "--b--",
  );
}

const shape = (tree: PartTree) =>
  tree.parts.map(
    (part) =>
      `${part.path} ${part.declaredType}${part.leaf === null ? "" : " leaf"}`,
  );
const INNER = lines("From: b@example.jp", "Subject: inner", "", "inner text");

describe("a mail that came as a file", () => {
  it("is read like an attached message: path, depth, header, document order, ids that are indexes", async () => {
    const tree = await read(mailWith(["転送.eml", INNER], ["x.txt", "after"]));
    expect(shape(tree)).toEqual([
      "0 multipart/mixed",
      "1 text/plain leaf",
      "2 message/rfc822",
      "2.1 text/plain leaf",
      "3 application/octet-stream leaf",
    ]);
    expect(tree.parts.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4]);
    expect(tree.parts.map(({ parent }) => parent)).toEqual([null, 0, 0, 2, 0]);
    expect(tree.parts[3]?.depth).toBe(2);
    expect(tree.messages.get(2)?.[1]?.untrustedValue).toBe("inner");
  });

  it("opens a mail in a mail in a mail", async () => {
    const tree = await read(
      mailWith(["1.eml", mailWith(["2.eml", INNER])], ["3.EML", INNER]),
    );
    expect(shape(tree)).toEqual([
      "0 multipart/mixed",
      "1 text/plain leaf",
      "2 message/rfc822",
      "2.1 multipart/mixed",
      "2.1.1 text/plain leaf",
      "2.1.2 message/rfc822",
      "2.1.2.1 text/plain leaf",
      "3 message/rfc822",
      "3.1 text/plain leaf",
    ]);
    expect([...tree.messages.keys()].sort()).toEqual([2, 5, 7]);
  });

  it("lets the scanner see the file itself, too", async () => {
    const tree = await read(mailWith(["1.eml", INNER]));
    const [file] = tree.otherReadings?.contents ?? [];
    expect(Buffer.from(await readUpTo(file!, 1e6)).toString()).toBe(INNER);
    expect(tree.otherReadings?.agree).toBe(true);
  });

  it("stays a file when only its name says so", async () => {
    const tree = await read(mailWith(["1.eml", "no mail at all"]));
    expect(shape(tree)[2]).toBe("2 application/octet-stream leaf");
  });

  it("counts its parts with those of the mail: 6 pass a limit of 6, not of 5", async () => {
    const mail = mailWith(["1.eml", INNER], ["2.eml", INNER]);
    expect((await read(mail)).parts).toHaveLength(6);
    await read(mail, { ...DEFAULT_LIMITS, maxParts: 6 });
    await expect(
      read(mail, { ...DEFAULT_LIMITS, maxParts: 5 }),
    ).rejects.toMatchObject({ code: "MIME_TOO_MANY_PARTS" });
  });

  it("counts its depth with that of the mail: 10 mails in one another come to 20, 11 are too many", async () => {
    let mail = INNER;
    for (let depth = 0; depth < 10; depth++) mail = mailWith(["m.eml", mail]);
    expect(
      Math.max(...(await read(mail)).parts.map(({ depth }) => depth)),
    ).toBe(20);
    await expect(read(mailWith(["m.eml", mail]))).rejects.toMatchObject({
      code: "MIME_TOO_DEEP",
    });
  });
});

/** ContentInfo of signed data with `text` inside, of indefinite lengths, without a signer. */
function signed(text: string): Buffer {
  const octets = Buffer.concat([
    Buffer.from([0x04, 0x82, text.length >> 8, text.length & 0xff]),
    Buffer.from(text, "latin1"),
  ]);
  return Buffer.concat([
    Buffer.from(
      "308006092a864886f70d010702a08030800201013100308006092a864886f70d010701a0802480",
      "hex",
    ),
    octets,
    Buffer.alloc(14),
  ]);
}

describe("an opaque S/MIME signature", () => {
  it("gives its content as part of the mail, without a header of its own", async () => {
    const inner = lines(
      "Content-Type: multipart/mixed; boundary=i",
      "",
      ...["--i", "", "signed text", "--i--"],
    );
    const tree = await read(
      lines(
        "From: a@example.jp",
        'Content-Type: application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"',
        "Content-Transfer-Encoding: base64",
        "",
        base64(signed(inner)),
      ),
    );
    expect(shape(tree)).toEqual([
      "0 application/pkcs7-mime",
      "1 multipart/mixed",
      "1.1 text/plain leaf",
    ]);
    expect(tree.messages.size).toBe(0);
  });

  it("gives a signed file as a file, under its own name", async () => {
    const tree = await read(
      mailWith(["keiyaku.pdf.p7m", signed("%PDF-1.4 and so on")]),
    );
    expect(shape(tree).slice(2)).toEqual([
      "2 application/pkcs7-mime",
      "2.1 application/octet-stream leaf",
    ]);
    expect(tree.parts[3]?.leaf?.kind.type).toBe("application/pdf");
    expect(tree.parts[3]?.untrustedName).toBe("keiyaku.pdf");
  });

  it("ends at the limit of depth when signatures hold signatures", async () => {
    let inner = signed("%PDF-1.4");
    for (let depth = 0; depth < 25; depth++)
      inner = signed(inner.toString("latin1"));
    await expect(read(mailWith(["x.p7m", inner]))).rejects.toMatchObject({
      code: "MIME_TOO_DEEP",
    });
  });

  it("stays a leaf when its content can't be got out", async () => {
    const cut = signed("x".repeat(5000)).subarray(0, 4500);
    const tree = await read(
      lines(
        "Content-Type: application/pkcs7-mime",
        "Content-Transfer-Encoding: base64",
        "",
        base64(cut),
      ),
    );
    expect(tree.parts[0]?.leaf?.kind.type).toBe("application/pkcs7-mime");
  });
});
