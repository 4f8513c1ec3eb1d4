import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Base64Decoder } from "./base64.ts";

function decode(text: string | Buffer, step = Infinity) {
  const bytes = Buffer.from(text);
  const decoder = new Base64Decoder();
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += step)
    out.push(decoder.write(bytes.subarray(at, at + step)));
  out.push(decoder.finish());
  return { bytes: Buffer.concat(out), anomaly: decoder.anomaly };
}

const wrap = (text: string, width: number, end: string) =>
  text.replace(new RegExp(`.{${width}}`, "g"), `$&${end}`);

describe("Base64Decoder", () => {
  it("decodes any bytes in lines of any width, cut anywhere, without complaint", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5000 }),
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom("\r\n", "\n", " \r\n", "\t\n\n", ""),
        fc.integer({ min: 1, max: 3000 }),
        (raw, width, end, step) => {
          const text = wrap(Buffer.from(raw).toString("base64"), width, end);
          const got = decode(text, step);
          expect(got.anomaly).toBeNull();
          expect(got.bytes.equals(raw)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["a sign outside the alphabet", "QUJ!D", "ABC"],
    ["URL-safe letters", "QUJD-_QUJD", "ABCABC"],
    ["data after padding", "QQ==QUJD", "AABC"],
    ["a second text after padding", "QQ==\r\nQg==", "AB"],
    ["no padding", "QUI", "AB"],
    ["half the padding", "QQ=", "A"],
    ["too much padding", "QQ===", "A"],
    ["padding of nothing", "QUJD=", "ABC"],
    ["one letter too many", "QUJDQ", "ABC"],
    ["a NUL", "QU\0JD", "ABC"],
  ])("decodes on over %s, and tells", (_, text, expected) => {
    for (const step of [1, 2, 3, 100]) {
      const got = decode(text, step);
      expect(got.bytes.toString()).toBe(expected);
      expect(got.anomaly).toBe("junk-in-base64");
    }
  });

  it.each(["!", "-", "_", "\f", "\0", "\x80", "="])(
    "finds one %j in 60,000 bytes wherever it stands, and loses no other letter",
    (junk) => {
      const raw = Buffer.alloc(45_000, "sekisho");
      const text = wrap(raw.toString("base64"), 76, "\r\n");
      for (const at of [0, 4, 511, 30_000, 30_001, text.length - 1]) {
        const bad = Buffer.from(
          text.slice(0, at) + junk + text.slice(at),
          "latin1",
        );
        const got = decode(bad, 65_536);
        expect(got.anomaly).toBe("junk-in-base64");
        if (junk !== "=") expect(got.bytes.equals(raw)).toBe(true);
        expect(got.bytes.equals(decode(bad, 1).bytes)).toBe(true);
      }
    },
  );

  it("is not misled by blanks between lines that look regular", () => {
    const raw = Buffer.alloc(3000, 7);
    const lines = wrap(raw.toString("base64"), 76, "\r\n").split("\r\n");
    lines[20] = (lines[20] ?? "").replace(/^(.{9})/, "$1\r\n \t");
    lines[30] = `  ${lines[30] ?? ""}`;
    const got = decode(lines.join("\r\n"));
    expect(got.anomaly).toBeNull();
    expect(got.bytes.equals(raw)).toBe(true);
  });

  it("gives the same for any bytes whatever the chunks", () => {
    const letters = fc.constantFrom(..."AQz9+/=-\r\n !");
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 2000 }),
        fc.integer({ min: 1, max: 1500 }),
        (chars, step) => {
          const whole = decode(chars.join(""));
          const cut = decode(chars.join(""), step);
          expect(cut.bytes.equals(whole.bytes)).toBe(true);
          expect(cut.anomaly).toBe(whole.anomaly);
        },
      ),
    );
  });
});
