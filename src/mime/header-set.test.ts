import { Buffer } from "node:buffer";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { decodeHeaderText } from "./encoded-word.ts";
import { rebuildHeaders } from "./header-set.ts";
import { writeMessage } from "./message-writer.ts";

const field = (name: string, value: string) => ({
  name,
  untrustedValue: value,
});

const rebuilt = (
  ...fields: readonly (readonly [string, string])[]
): Record<string, string> =>
  Object.fromEntries(
    rebuildHeaders(
      fields.map(([name, value]) =>
        field(name, Buffer.from(value).toString("latin1")),
      ),
    ).map(([name, value]) => [name, value.replaceAll("\r\n", "")]),
  );

describe("rebuildHeaders", () => {
  it("keeps the allow-list, each field read and written anew, and nothing else", () => {
    expect(
      rebuilt(
        ["Received", "from x"],
        ["from", '  "Yamada  Taro"   <Taro@EXAMPLE.jp> (office)'],
        ["TO", "staff: a@b.jp, =?utf-8?Q?=E5=B1=B1?= <c@d.jp>;"],
        ["Cc", "e@f.jp"],
        ["Bcc", "g@h.jp"],
        ["Reply-To", "i@j.jp"],
        ["Subject", "=?UTF-8?B?5Lya6K2w?="],
        ["Date", "21 Nov 26 9:55 JST"],
        ["Message-Id", " <a.b@c.jp> "],
        ["In-Reply-To", "Your message of Friday <x@y.jp>"],
        ["References", "<1@y.jp>\t<2@y.jp> <bad> <3@y.jp>"],
        ["List-Id", "Staff list <staff.example.jp>"],
        ["Auto-Submitted", "auto-replied (vacation)"],
        ["X-Sekisho-Verdict", "clean"],
        ["DKIM-Signature", "v=1"],
        ["Content-Type", "text/html"],
      ),
    ).toEqual({
      Date: "Sat, 21 Nov 2026 09:55:00 +0900",
      From: "Yamada Taro <taro@example.jp>".replace("taro", "Taro"),
      To: "a@b.jp, =?UTF-8?B?5bGx?= <c@d.jp>",
      Cc: "e@f.jp",
      "Reply-To": "i@j.jp",
      Subject: "=?UTF-8?B?5Lya6K2w?=",
      "Message-ID": "<a.b@c.jp>",
      "In-Reply-To": "<x@y.jp>",
      References:
        "<1@y.jp> <2@y.jp> <2f05d4b689d270cafb02285f35f44866@sekisho.invalid> <3@y.jp>",
      "List-Id": "<staff.example.jp>",
      "Auto-Submitted": "auto-replied",
    });
  });

  it("writes one Received of its own and counts passages when the mail goes on, whatever was claimed before", () => {
    const trace = { by: "mx.kawa.lg.jp", item: "0".repeat(26) };
    const receivedAt = new Date("2026-11-21T00:55:32Z");
    const traceOf = (...fields: readonly (readonly [string, string])[]) =>
      rebuildHeaders(
        fields.map(([name, value]) => field(name, value)),
        { trace, receivedAt },
      ).slice(0, 2);
    const received = `by mx.kawa.lg.jp id ${"0".repeat(26)};\r\n Sat, 21 Nov 2026 00:55:32 +0000`;
    expect(traceOf(["Received", "from x by y; today"])).toEqual([
      ["Received", received],
      ["X-Sekisho-Passages", "1"],
    ]);
    const passages = (...values: readonly string[]) =>
      traceOf(
        ...values.map((value) => ["x-sekisho-passages", value] as const),
      )[1]?.[1];
    expect(passages("1")).toBe("2");
    expect(passages("4", " 2 ")).toBe("5");
    expect(passages("-7", "x", "1e3", "99999")).toBe("1");
    expect(passages("999")).toBe("999");
  });

  it("gives From, Date and Message-ID of its own to a mail without them", () => {
    expect(rebuilt()).toEqual({
      Date: "Thu, 01 Jan 1970 00:00:00 +0000",
      From: "=?UTF-8?B?5beu5Ye65Lq65LiN5piO?= <unknown@sekisho.invalid>",
      "Message-ID": "<unknown@sekisho.invalid>",
    });
    const own = {
      receivedAt: new Date("2026-11-21T00:00:00Z"),
      messageId: "<i@sekisho.invalid>",
    };
    expect(Object.fromEntries(rebuildHeaders([], own))).toMatchObject({
      Date: "Sat, 21 Nov 2026 00:00:00 +0000",
      "Message-ID": "<i@sekisho.invalid>",
    });
    expect(
      rebuilt([
        "Received",
        "from a by b; Fri, 20 Nov 2026 10:00:00 +0900 (JST)",
      ])["Date"],
    ).toBe("Fri, 20 Nov 2026 10:00:00 +0900");
  });

  it("puts whom one can answer to first of two From, Sender when there is none, the words when nothing is an address", () => {
    expect(rebuilt(["From", "nobody"], ["From", "b@c.jp"])["From"]).toBe(
      "b@c.jp, nobody <unknown@sekisho.invalid>",
    );
    expect(rebuilt(["From", ""], ["Sender", "s@c.jp"])["From"]).toBe("s@c.jp");
    expect(rebuilt(["From", "me"])["From"]).toBe(
      "me <unknown@sekisho.invalid>",
    );
  });

  it("lets no word decode to a header, a second word, a file or a control", () => {
    const twice = `=?utf-8?B?${Buffer.from("=?utf-8?B?5bGx?=").toString("base64")}?=`;
    const headers = rebuilt(
      ["Subject", `=?utf-8?Q?a=0D=0ABcc:_x@y.jp=00=E2=80=AE?= ${twice}`],
      ["From", `${twice} <a@b.jp>`],
    );
    expect(decodeHeaderText(headers["Subject"] ?? "")).toBe(
      "a Bcc: x@y.jp= ?utf-8?B?5bGx?=",
    );
    expect(headers["From"]).toBe("= ?utf-8?B?5bGx?= <a@b.jp>");
    const eicar =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" +
      "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
    expect(decodeHeaderText(rebuilt(["Subject", eicar])["Subject"] ?? "")).toBe(
      "［符号化されたデータを取り除きました］",
    );
  });

  it("caps counts and lengths", () => {
    const headers = rebuilt(
      ["Subject", "x".repeat(50_000)],
      ["To", "a@b.jp, ".repeat(10_000)],
      [
        "References",
        Array.from({ length: 500 }, (_, i) => `<${i}@y.jp>`).join(" "),
      ],
      ["Message-ID", `<${"a".repeat(2000)}@b.jp>`],
    );
    expect(decodeHeaderText(headers["Subject"] ?? "")).toHaveLength(500);
    expect(headers["To"]).toBe("a@b.jp");
    expect(headers["References"]?.split(" ")).toHaveLength(50);
    expect(headers["References"]?.startsWith("<0@y.jp> <451@y.jp>")).toBe(true);
    expect(headers["Message-ID"]).toMatch(/^<[0-9a-f]{32}@sekisho\.invalid>$/);
  });

  const told = (...fields: readonly (readonly [string, string])[]) => {
    const codes = new Set<string>();
    const headers = rebuildHeaders(
      fields.map(([name, value]) =>
        field(name, Buffer.from(value).toString("latin1")),
      ),
      { find: (code) => codes.add(code) },
    );
    return { headers: new Map(headers), codes: [...codes] };
  };
  const many = (count: number, domain = "city.example.lg.jp") =>
    Array.from({ length: count }, (_, i) => `user${i}@${domain}`).join(", ");

  it("keeps 1,000 recipients and says so when there are more, or when they fill 60,000 characters", () => {
    const thousand = told(["To", many(1000)]);
    expect(thousand.headers.get("To")?.split("@")).toHaveLength(1001);
    expect(thousand.codes).toEqual([]);
    const more = told(["Cc", many(1001)]);
    expect(more.headers.get("Cc")?.split("@")).toHaveLength(1001);
    expect(more.codes).toEqual(["addresses-left-out"]);
    const long = told(["To", many(1000, `${"x".repeat(60)}.jp`)]);
    expect(long.headers.get("To")?.length).toBeGreaterThan(45_000);
    expect(long.headers.get("To")?.length).toBeLessThan(60_000);
    expect(long.codes).toEqual(["addresses-left-out"]);
    expect(
      told(
        ...Array.from({ length: 6 }, (_, i) => ["To", `u${i}@b.jp`] as const),
      ).codes,
    ).toEqual(["addresses-left-out"]);
  });

  it("shows every author and every To field, each address once", () => {
    const two = told(
      ["From", "A <a@b.jp>, c@d.jp"],
      ["To", "x@y.jp"],
      ["To", "X@y.jp, z@y.jp"],
    );
    expect(two.headers.get("From")).toBe("A <a@b.jp>, c@d.jp");
    expect(two.headers.get("To")).toBe("x@y.jp, z@y.jp");
    expect(two.codes).toEqual(["several-authors"]);
    expect(told(["From", "a@b.jp"], ["From", "a@b.jp"]).codes).toEqual([]);
  });

  it("shows an address that it may not write as a name, and lets nobody answer to it", () => {
    const odd = told(
      ["From", "太郎@例え.jp"],
      ["To", '"a b"@c.jp'],
      ["Reply-To", "太郎@例え.jp"],
    );
    expect(decodeHeaderText(odd.headers.get("From") ?? "")).toBe(
      "太郎@例え.jp <unknown@sekisho.invalid>",
    );
    expect(odd.headers.get("To")).toBe('"a b@c.jp" <unknown@sekisho.invalid>');
    expect(odd.headers.has("Reply-To")).toBe(false);
    expect(odd.codes).toEqual(["address-in-words"]);
  });

  it.each([
    ["<a.b@[192.0.2.1]>", "<a.b@[192.0.2.1]>"],
    ["<a@[IPv6:2001:db8::1]>", "<a@[IPv6:2001:db8::1]>"],
    ["a@b.jp", "<a@b.jp>"],
    ["<a@b.jp", "<a@b.jp>"],
    ["<a\r\n b@c.jp>", "<ab@c.jp>"],
  ])("keeps the id %j as %s", (id, written) => {
    expect(rebuilt(["Message-ID", id])["Message-ID"]).toBe(written);
    expect(rebuilt(["References", `<x@y> ${id}`])["References"]).toBe(
      id.startsWith("<") ? `<x@y> ${written}` : "<x@y>",
    );
  });

  it.each([
    "<a@b@c.jp>",
    "<nothing>",
    '<"a b"@c.jp>',
    "<a..b@c.jp>",
    "<あ@c.jp>",
    "<a@[x_y]>",
    "<=?utf-8?Q?a?=@b.jp>",
    `<${"a".repeat(300)}@b.jp>`,
  ])("gives %j one id of ours, the same where a later mail names it", (id) => {
    const written = rebuilt(["Message-ID", id])["Message-ID"] ?? "";
    expect(written).toMatch(/^<[0-9a-f]{32}@sekisho\.invalid>$/);
    expect(rebuilt(["In-Reply-To", id])["In-Reply-To"]).toBe(written);
    expect(rebuilt(["References", `<x@y> ${id}`])["References"]).toBe(
      `<x@y> ${written}`,
    );
  });

  it("reads dates as mail has them and refuses what is none", () => {
    const date = (value: string): string | undefined =>
      rebuilt(["Date", value])["Date"];
    expect(date("Mon, 01 Jan 2024 00:00:00 +0000")).toBe(
      "Mon, 01 Jan 2024 00:00:00 +0000",
    );
    expect(date("Tue, 1 Jan 2024 00:00:00 -0330 (NST)")).toBe(
      "Mon, 01 Jan 2024 00:00:00 -0330",
    );
    expect(date("2024-01-01T10:00:00+09:00")).toBe(
      "Mon, 01 Jan 2024 10:00:00 +0900",
    );
    expect(date("Mon Jan  1 10:00:00 JST 2024")).toBe(
      "Mon, 01 Jan 2024 10:00:00 +0000",
    );
    for (const bad of [
      "",
      "yesterday",
      "32 Jan 2024 00:00:00 +0000",
      "1 Foo 2024 00:00",
      "1 Jan 9999 00:00:00 +0000",
    ])
      expect(date(bad)).toBe("Thu, 01 Jan 1970 00:00:00 +0000");
  });

  it("for any fields: the writer takes every header that comes out, and no line is longer than 998", async () => {
    const name = fc.constantFrom(
      "From",
      "To",
      "Cc",
      "Subject",
      "Date",
      "Message-ID",
      "References",
      "In-Reply-To",
      "List-Id",
      "Reply-To",
      "Auto-Submitted",
      "Sender",
    );
    const piece = fc.constantFrom(
      "=?utf-8?Q?",
      "=?iso-2022-jp?B?GyRC",
      "?=",
      "=0D=0A",
      "a@b.jp",
      "<",
      ">",
      '"',
      "\\",
      ",",
      ";",
      ":",
      "(",
      ")",
      "\r\n",
      "\n",
      "\0",
      "\x1b$B",
      "\x82\xa0",
      "あ",
      " ",
      "\t",
      "@",
      "x".repeat(90),
      "<a@b>",
    );
    const value = fc.oneof(
      fc.string({ unit: piece, maxLength: 30 }),
      fc.string({ unit: "binary" }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, value), { maxLength: 8 }),
        async (fields) => {
          const headers = rebuildHeaders(
            fields.map(([key, text]) => field(key, text)),
          );
          expect(headers.map(([key]) => key)).toEqual(
            expect.arrayContaining(["Date", "From", "Message-ID"]),
          );
          for await (const chunk of writeMessage({
            headers,
            text: "",
            attachments: [],
            boundarySeed: "",
          }))
            expect(Buffer.from(chunk).toString("latin1")).toMatch(
              /^[\x20-\x7e\r\n]*$/,
            );
        },
      ),
      { numRuns: 1500 },
    );
  });
});
