import { Buffer } from "node:buffer";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import addressParser from "nodemailer/lib/addressparser";
import { cleanLine } from "./clean-text.ts";
import {
  formatAddress,
  formatAddresses,
  NO_ADDRESS,
  parseAddresses,
} from "./address.ts";

describe("parseAddresses", () => {
  const cases: readonly (readonly [
    string,
    readonly (readonly [string, string])[],
  ])[] = [
    ["taro@example.jp", [["", "taro@example.jp"]]],
    ["Taro Yamada <taro@Example.JP>", [["Taro Yamada", "taro@example.jp"]]],
    [
      '"Yamada, Taro" <taro@example.jp>, b@c.jp',
      [
        ["Yamada, Taro", "taro@example.jp"],
        ["", "b@c.jp"],
      ],
    ],
    ["=?UTF-8?B?5bGx55Sw?= <taro@example.jp>", [["山田", "taro@example.jp"]]],
    ['"=?UTF-8?B?5bGx55Sw?=" <taro@example.jp>', [["山田", "taro@example.jp"]]],
    [
      "taro@example.jp (Taro (of) Oita)",
      [["Taro (of) Oita", "taro@example.jp"]],
    ],
    [
      "staff: a@b.jp, C <c@d.jp>;, e@f.jp",
      [
        ["", "a@b.jp"],
        ["C", "c@d.jp"],
        ["", "e@f.jp"],
      ],
    ],
    ["undisclosed-recipients:;", []],
    ["<@relay.jp,@x.jp:taro@example.jp>", [["", "taro@example.jp"]]],
    ["Taro taro@example.jp", [["Taro", "taro@example.jp"]]],
    ["abc..def.@docomo.ne.jp", [["", "abc..def.@docomo.ne.jp"]]],
    ['"abc..def."@docomo.ne.jp', [["", "abc..def.@docomo.ne.jp"]]],
    ["taro@日本語.jp", [["", "taro@xn--wgv71a119e.jp"]]],
    ["'taro@example.jp'", [["", "taro@example.jp"]]],
    ["me", [["me", NO_ADDRESS]]],
    ["", []],
    ["<>", []],
    [" , ;", []],
    ["a@b@c.jp", [["a@b@c.jp", NO_ADDRESS]]],
    ["a b@c.jp <>", [["a b@c.jp", NO_ADDRESS]]],
    ["x@[127.0.0.1]", [["x@[127.0.0.1]", NO_ADDRESS]]],
    ['"x y"@example.jp', [["x y@example.jp", NO_ADDRESS]]],
    ["山田 <太郎@例え.jp>", [["山田 太郎@例え.jp", NO_ADDRESS]]],
    [
      '<"x y"@e.jp>, a@b.jp',
      [
        ["x y@e.jp", NO_ADDRESS],
        ["", "a@b.jp"],
      ],
    ],
    ["Yamada, Taro <x@y.jp>", [["Yamada, Taro", "x@y.jp"]]],
    [
      "A, B, C <x@y.jp>, D <d@y.jp>",
      [
        ["A, B, C", "x@y.jp"],
        ["D", "d@y.jp"],
      ],
    ],
    [
      "Yamada; Taro <x@y.jp>, Jiro, z@y.jp",
      [
        ["Yamada", NO_ADDRESS],
        ["Taro", "x@y.jp"],
        ["Jiro", NO_ADDRESS],
        ["", "z@y.jp"],
      ],
    ],
    [
      "A <a@b.jp> B <c@d.jp>",
      [
        ["A", "a@b.jp"],
        ["", "c@d.jp"],
      ],
    ],
    [
      "=?utf-8?Q?evil@evil.jp?= <taro@example.jp>",
      [["evil@evil.jp", "taro@example.jp"]],
    ],
    ["=?utf-8?Q?evil@evil.jp,?=", [["evil@evil.jp,", NO_ADDRESS]]],
    [
      "=?utf-8?Q?a=0D=0ABcc:_x@y.jp?= <taro@example.jp>",
      [["a Bcc: x@y.jp", "taro@example.jp"]],
    ],
    ['"unclosed <taro@example.jp>', [["unclosed", "taro@example.jp"]]],
    [
      '"Yamada, Taro <x@y.jp>, b@c.jp',
      [
        ["Yamada, Taro", "x@y.jp"],
        ["", "b@c.jp"],
      ],
    ],
    ["(unclosed taro@example.jp", [["(unclosed", "taro@example.jp"]]],
    ["<taro@example.jp", [["", "taro@example.jp"]]],
  ];
  const latin1 = (text: string): string => Buffer.from(text).toString("latin1");
  it.each(cases)("%j", (value, expected) => {
    expect(parseAddresses(latin1(value), 10)).toEqual(
      expected.map(([name, address]) => ({ name, address })),
    );
  });

  it("reads raw Shift_JIS and ISO-2022-JP names whose bytes hold quotes and backslashes", () => {
    const sjis = Buffer.from("22955c8e6d22203c7440652e6a703e", "hex").toString(
      "latin1",
    );
    expect(parseAddresses(sjis, 1)).toEqual([
      { name: "表士", address: "t@e.jp" },
    ]);
    const jis = '\x1b$B">"@",\x1b(B <t@e.jp>';
    expect(parseAddresses(jis, 2)[0]?.address).toBe("t@e.jp");
  });

  it("stops at the limit and takes 100,000 addresses and deep comments in its stride", () => {
    expect(parseAddresses("a@b.jp,".repeat(100_000), 50)).toHaveLength(50);
    expect(parseAddresses("(".repeat(100_000) + "a@b.jp", 50)).toHaveLength(1);
    expect(parseAddresses("<".repeat(100_000), 50)).toEqual([]);
    expect(parseAddresses('"'.repeat(99_999), 50)).toEqual([]);
    expect(parseAddresses('"' + '\\"'.repeat(500_000), 50)).toHaveLength(1);
    expect(parseAddresses('<"' + '\\"'.repeat(500_000), 50)).toHaveLength(1);
    expect(parseAddresses("a,".repeat(500_000), 50)).toHaveLength(50);
  });
});

describe("formatAddress", () => {
  it("writes atoms, quoted strings and encoded words, and quotes odd local parts", () => {
    expect(formatAddress({ name: "Taro", address: "t@e.jp" })).toBe(
      "Taro <t@e.jp>",
    );
    expect(formatAddress({ name: 'Y, "T" \\', address: "t@e.jp" })).toBe(
      '"Y, \\"T\\" \\\\" <t@e.jp>',
    );
    expect(formatAddress({ name: "山田", address: "t@e.jp" })).toBe(
      "=?UTF-8?B?5bGx55Sw?= <t@e.jp>",
    );
    expect(formatAddress({ name: "", address: "a..b@e.jp" })).toBe(
      '"a..b"@e.jp',
    );
  });

  it("for any name: both our reader and nodemailer's find the same one address again, lines at most 76", () => {
    const names = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({
        unit: fc.constantFrom(
          "a",
          '"',
          "\\",
          "<",
          ">",
          ",",
          "@",
          "=?",
          "?=",
          " ",
          "山",
          "(",
          ":",
          ";",
        ),
      }),
    );
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), (all) => {
        const given = all.map((name, index) => ({
          name: cleanLine(name, 100)
            .replace(/^'(.*)'$/, "$1")
            .trim(),
          address: `user${index}@city.example.lg.jp`,
        }));
        const written = formatAddresses(given, 6);
        expect(written).toMatch(
          /^[\x20-\x7e]*(?:\r\n [\x21-\x7e][\x20-\x7e]*)*$/,
        );
        const [first = "", ...rest] = written.split("\r\n");
        expect(first.length + 6).toBeLessThanOrEqual(76);
        for (const line of rest) expect(line.length).toBeLessThanOrEqual(76);
        const unfolded = written.replaceAll("\r\n", "");
        expect(parseAddresses(unfolded, 10)).toEqual(given);
        expect(
          addressParser(unfolded, { flatten: true }).map((one) => one.address),
        ).toEqual(given.map((one) => one.address));
      }),
      { numRuns: 1000 },
    );
  });

  it("never throws on any header value", () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            "<",
            ">",
            '"',
            "(",
            ")",
            "\\",
            ",",
            ":",
            ";",
            "@",
            "a",
            ".",
            "=?utf-8?B?",
            "?=",
            "\x1b$B",
            "\x81",
            " ",
          ),
        }),
        (value) => {
          for (const { address } of parseAddresses(value, 20))
            expect(address).toMatch(/^[!-~]+@[a-z0-9.-]+$/);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
