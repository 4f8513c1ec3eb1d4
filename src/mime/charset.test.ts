import { Buffer } from "node:buffer";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decodeText } from "./charset.ts";

const hex = (text: string): Buffer =>
  Buffer.from(text.replaceAll(" ", ""), "hex");
const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const read = (bytes: Uint8Array, declared: string | null): string =>
  decodeText(bytes, declared).text;

describe("decodeText", () => {
  it("reads the machine characters of CP932, ～－∥, 表 with its 0x5C and all 外字 rows", () => {
    const bytes = hex("8740 878a fbfc fab1 8160 817c 8161 955c b1 f040 f9fc");
    for (const label of [
      "Shift_JIS",
      "windows-31j",
      "cp932",
      "x-sjis",
      "MS932",
    ])
      expect(decodeText(bytes, label)).toEqual({
        text: "①㈱髙﨑～－∥表ｱ\uE000\uE757",
        charset: "shift_jis",
        decision: "declared",
        replaced: 0,
      });
  });

  it("reads EUC-JP with NEC row 13, JIS X 0212, half-width kana, and eucJP-ms with 髙 and 外字", () => {
    expect(
      read(
        hex("ada1 8fb0a1 8eb1 a1c1 a4a2 8ff4fb 8ff3f3 f5a1 8ff5a1 8ffefe 41"),
        "euc-jp",
      ),
    ).toBe("①丂ｱ～あ髙ⅰ\uE000\uE3AC\uE757A");
  });

  it("reads ISO-2022-JP with NEC row 13, IBM characters, kana, Roman, JIS X 0212, 外字", () => {
    expect(
      read(
        latin1(
          '\x1b$B-!|b!A!]!B\x1b(I12\x1b(J\\~\x1b$(D0!\x1b$(?!!\x1b$@$"\x1b(Bz',
        ),
        "iso-2022-jp",
      ),
    ).toBe("①髙～－∥ｱｲ\\~丂\uE000あz");
  });

  it("returns to ASCII at the end of a line when the escape back is missing", () => {
    expect(read(latin1('\x1b$B$"$$\r\nabc\r\n\x1b$B$"'), "iso-2022-jp")).toBe(
      "あい\r\nabc\r\nあ",
    );
  });

  it("goes on after a blank or an odd byte inside a kanji run, and with escapes whose ESC was lost", () => {
    expect(read(latin1('\x1b$B$" $$\x1b(Bx'), "iso-2022-jp")).toBe("あ いx");
    expect(read(latin1('\x1b$B$"$\x1b(Babc'), "iso-2022-jp")).toBe(
      "あ\uFFFDabc",
    );
    expect(decodeText(latin1('$B$"$$(B abc'), "iso-2022-jp")).toMatchObject({
      text: "あい abc",
      decision: "guessed",
    });
    expect(read(latin1("$100 and $B"), "iso-2022-jp")).toBe("$100 and $B");
  });

  it("reads 8-bit kana, SO/SI kana and stray Shift_JIS inside ISO-2022-JP", () => {
    expect(read(hex("1b2442 2422 1b2842 b1b2 82a2"), "iso-2022-jp")).toBe(
      "あｱｲい",
    );
    expect(read(hex("0e 3132 0f 61"), "iso-2022-jp")).toBe("ｱｲa");
  });

  it("reads undeclared or wrongly declared ISO-2022-JP by its escapes", () => {
    for (const label of [null, "us-ascii", "utf-8", "iso-8859-1", "shift_jis"])
      expect(decodeText(latin1("\x1b$B4X=j\x1b(B"), label)).toEqual({
        text: "関所",
        charset: "iso-2022-jp",
        decision: "guessed",
        replaced: 0,
      });
  });

  const japanese = {
    shift_jis: hex("8ca990cf8f9182f0919782e882dc82b781428740"),
    "euc-jp": hex("b8abc0d1bdf1a4f2c1f7a4eaa4dea4b9a1a3ada1"),
    "utf-8": Buffer.from("見積書を送ります。①"),
  };

  it("finds Shift_JIS, EUC-JP and UTF-8 behind a missing, weak or wrong claim", () => {
    for (const [charset, bytes] of Object.entries(japanese))
      for (const label of [
        null,
        "us-ascii",
        "utf-8",
        "iso-8859-1",
        "iso-2022-jp",
        "utf-7",
        "x-unknown",
        "shift_jis",
        "euc-jp",
      ])
        expect([label, decodeText(bytes, label)]).toEqual([
          label,
          {
            text: "見積書を送ります。①",
            charset,
            decision: label === charset ? "declared" : "guessed",
            replaced: 0,
          },
        ]);
  });

  it("keeps Western text Western", () => {
    const text = latin1("Fr\xe9d\xe9ric f\xfcr \xe7a \xd1and\xfa");
    for (const label of ["iso-8859-1", null, "us-ascii", "utf-8"])
      expect(read(text, label)).toBe("Frédéric für ça Ñandú");
    expect(read(hex("4974927320936869 9420 9765"), "windows-1252")).toBe(
      "It’s “hi” —e",
    );
    expect(read(hex("c0e1"), "windows-1251")).toBe("Аб");
    expect(read(hex("b0a1"), "euc-kr")).toBe("가");
    expect(read(hex("c4e3"), "gb2312")).toBe("你");
    expect(read(hex("82"), "cp437")).toBe("é");
  });

  it("reads UTF-16 with and without a mark, declared or not", () => {
    const text = "関所 Sekisho の件\r\n";
    const little = Buffer.from(text, "utf16le");
    const big = Buffer.from(little).swap16();
    for (const label of ["utf-16", "utf-16le", "utf-16be", null, "utf-8"]) {
      expect(read(little, label)).toBe(text);
      expect(read(big, label)).toBe(text);
      expect(read(Buffer.concat([hex("fffe"), little]), label)).toBe(text);
      expect(read(Buffer.concat([hex("feff"), big]), label)).toBe(text);
    }
    expect(read(latin1("plain"), "utf-16")).toBe("plain");
  });

  it("never decodes UTF-7", () => {
    expect(decodeText(latin1("+ADw-script+AD4-"), "utf-7")).toEqual({
      text: "+ADw-script+AD4-",
      charset: "us-ascii",
      decision: "guessed",
      replaced: 0,
    });
  });

  it("writes U+FFFD only for the bytes that cannot be read, and counts them", () => {
    const cut = Buffer.from("見積書を送ります").subarray(0, 22);
    expect(decodeText(cut, "utf-8")).toMatchObject({
      text: "見積書を送りま\uFFFD",
      replaced: 1,
      decision: "declared",
    });
    expect(
      read(Buffer.concat([hex("8ca990cf80"), latin1("ok")]), "shift_jis"),
    ).toBe("見積\uFFFDok");
  });

  it("takes any bytes under any label without fault", () => {
    const label = fc.constantFrom(
      null,
      "",
      "utf-8",
      "utf-16",
      "iso-2022-jp",
      "shift_jis",
      "euc-jp",
      "gbk",
      "euc-kr",
      "windows-1252",
      "koi8-r",
      "cp850",
      "base64",
      "hex",
      "utf-32",
      "utf-7-imap",
      "toString",
      "__proto__",
      "x".repeat(5000),
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            0x1b,
            0x24,
            0x42,
            0x28,
            0x49,
            0x21,
            0x8f,
            0xa4,
            0x82,
            0x0a,
            0x00,
            0xff,
            0xfe,
          ),
        )
        .map((all) => Uint8Array.from(all)),
    );
    fc.assert(
      fc.property(bytes, label, (value, declared) => {
        const { text, replaced } = decodeText(value, declared);
        expect(replaced).toBe(text.split("\uFFFD").length - 1);
      }),
      { numRuns: 3000 },
    );
  });

  it("reads any Japanese in UTF-8 back unchanged", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        if (text.includes("\0") || text.startsWith("\uFEFF")) return;
        expect(read(Buffer.from(text.toWellFormed()), "utf-8")).toBe(
          text.toWellFormed(),
        );
      }),
    );
  });

  it.each([1, 2])(
    "reads UTF-8 that was cut %d bytes into its last character as UTF-8, whatever was declared",
    (bytes) => {
      const cut = Buffer.from("日本語です").subarray(0, 12 + bytes);
      for (const declared of ["utf-8", null, "us-ascii"]) {
        const read = decodeText(cut, declared);
        expect(read).toMatchObject({
          text: "日本語で\uFFFD",
          charset: "utf-8",
        });
      }
    },
  );

  it("takes the byte order that was declared where the bytes show none", () => {
    const text = "日本語";
    const little = Buffer.from(text, "utf16le");
    const big = Buffer.from(little).swap16();
    expect(decodeText(little, "utf-16le").text).toBe(text);
    expect(decodeText(big, "utf-16be").text).toBe(text);
    expect(decodeText(big, "utf-16").text).toBe(text);
  });

  it("reads kana in UTF-16, whose bytes are all ASCII, and leaves ASCII that only bears the label", () => {
    const big = Buffer.from("おしらせ、です。", "utf16le").swap16();
    expect(read(big, "utf-16")).toBe("おしらせ、です。");
    expect(read(Buffer.from(big).swap16(), "utf-16le")).toBe(
      "おしらせ、です。",
    );
    for (const text of ["Hello you.", "0102030405", "gq", "kanji "])
      expect(read(latin1(text), "utf-16")).toBe(text);
  });

  it("reads Chinese in HZ and Korean in ISO-2022-KR, declared or by its escape", () => {
    expect(read(latin1("This~~ ~{<:Ky2;~} ~\nend"), "HZ-GB-2312")).toBe(
      "This~ 己所不 end",
    );
    expect(read(latin1("~{<:\nKy"), "hz")).toBe("己\nKy");
    const korean = latin1("\x1b$)C\nHi \x0e>H3g\x0f!\n\x0eGO\nGO");
    for (const label of ["ISO-2022-KR", null, "us-ascii"])
      expect(read(korean, label)).toBe("\nHi 안녕!\n하\nGO");
  });
});
