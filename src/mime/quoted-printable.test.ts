import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { QuotedPrintableDecoder } from "./quoted-printable.ts";

function decode(text: string, step = Infinity) {
  const bytes = Buffer.from(text, "latin1");
  const decoder = new QuotedPrintableDecoder();
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += step)
    out.push(decoder.write(bytes.subarray(at, at + step)));
  out.push(decoder.finish());
  return {
    text: Buffer.concat(out).toString("latin1"),
    anomaly: decoder.anomaly,
  };
}

/** What is right by RFC 2045 §6.7 and no anomaly. */
const GOOD: readonly (readonly [string, string, string])[] = [
  ["hex pairs", "=E6=97=a5=3D", "\xe6\x97\xa5="],
  ["soft line breaks", "a=\r\nb=\nc", "abc"],
  ["blanks after the = of a soft break", "a= \t\r\nb", "ab"],
  ["blanks at the end of a line", "a \t\r\nb \nc ", "a\r\nb\nc"],
  ["blanks elsewhere", " a\tb", " a\tb"],
  ["a lone = at the end", "a=", "a"],
  ["an encoded blank at the end of a line", "a=20\r\nb", "a \r\nb"],
];

/** What is not. */
const BAD: readonly (readonly [string, string, string])[] = [
  ["a = before no hex digits", "a=zzb", "a=zzb"],
  ["a = before one hex digit", "a=4zb", "a=4zb"],
  ["a = before one hex digit at the end", "a=4", "a=4"],
  ["== and a hex pair", "==41", "=A"],
  ["a byte above 0x7E", "\xe6", "\xe6"],
  ["a = before a bare CR", "a=\rb", "a=\rb"],
];

describe("QuotedPrintableDecoder", () => {
  it.each(GOOD)("undoes %s without complaint", (_, text, expected) => {
    for (const step of [1, 2, 3, 100])
      expect(decode(text, step)).toEqual({ text: expected, anomaly: null });
  });

  it.each(BAD)("keeps %s, and tells", (_, text, expected) => {
    for (const step of [1, 2, 3, 100])
      expect(decode(text, step)).toEqual({
        text: expected,
        anomaly: "bad-quoted-printable",
      });
  });

  it("keeps blanks in steps of 998, so that none wait without a limit", () => {
    const blanks = " ".repeat(2500);
    const expected = `a${" ".repeat(2 * 998)}\n`;
    for (const step of [1, 7, 997, 998, 999, 5000])
      expect(decode(`a${blanks}\n`, step).text).toBe(expected);
  });

  it("gives the same for any bytes whatever the chunks", () => {
    const bytes = fc.constantFrom(..."=AF09 \t\r\nxz\xe3");
    fc.assert(
      fc.property(
        fc.array(bytes, { maxLength: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (chars, step) => {
          const text = chars.join("");
          expect(decode(text, step)).toEqual(decode(text));
        },
      ),
    );
  });
});
