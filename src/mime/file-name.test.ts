import { Buffer } from "node:buffer";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { cleanFileName, uniqueNames } from "./file-name.ts";

const SAFE =
  /^[^\u0000-\u001f\u007f-\u009f/\\:*?"<>|\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff／＼：]{1,100}\.pdf$/u;

describe("cleanFileName", () => {
  const cases: readonly (readonly [string | null, string])[] = [
    ["見積書.docx", "見積書.pdf"],
    ["見積書.pdf", "見積書.pdf"],
    ["a.pdf.exe", "a.pdf"],
    ["第1.2版.xlsx", "第1.2版.pdf"],
    ["議事録2026.4.1.doc", "議事録2026.4.1.pdf"],
    ["../../etc/cron.d/x", "x.pdf"],
    ["C:\\Users\\taro\\表.xls", "表.pdf"],
    ["／etc／passwd", "passwd.pdf"],
    ["請求書\u202Efdp.exe", "請求書fdp.pdf"],
    ["a\r\nBcc: b.pdf", "b.pdf"],
    ["x\u0000.exe", "x.pdf"],
    ["x.pdf%00.exe", "x.pdf"],
    ["CON.pdf", "_CON.pdf"],
    ["lpt1", "_lpt1.pdf"],
    ["con .txt", "_con.pdf"],
    [`UEsDBEFqVefilEpT${"lxai0DlpsvEp".repeat(5)}.txt`, "添付1.pdf"],
    ["...", "添付1.pdf"],
    ["", "添付1.pdf"],
    [null, "添付1.pdf"],
    [". . .", "添付1.pdf"],
    ["名前 . . ", "名前.pdf"],
    [".bashrc", "bashrc.pdf"],
    ["-rf.txt", "rf.pdf"],
    ["資料．ｐｄｆ", "資料.ｐｄｆ.pdf"],
    ["案.final.docx", "案.final.pdf"],
    ["a.pdf.docx.exe.com", "a.pdf"],
    ["資料．exe", "資料.pdf"],
    ["葛\u{E0100}城市.xlsx", "葛\u{E0100}城市.pdf"],
    ["髙橋①㈱～.xls", "髙橋①㈱～.pdf"],
  ];
  it.each(cases)("%j becomes %j", (untrusted, name) => {
    expect(cleanFileName(untrusted, "pdf", "添付1")).toBe(name);
  });

  it("cuts to 100 characters and 200 bytes", () => {
    const name = cleanFileName("あ".repeat(300) + ".docx", "pdf", "x");
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(204);
    expect(name.endsWith("….pdf")).toBe(true);
    expect(cleanFileName("a".repeat(300), "pdf", "x")).toHaveLength(104);
  });

  it("for any string: one safe component, and cleaning again changes nothing", () => {
    const tricky = fc.string({
      unit: fc.constantFrom(
        ".",
        "/",
        "\\",
        "／",
        "＼",
        "．",
        " ",
        "\u3000",
        "a",
        "あ",
        "exe",
        "con",
        ":",
        "\u202E",
        "\0",
        "\r\n",
        "%00",
        "~",
        "-",
        "𠮷",
        "\u3099",
        "\uFE0F",
        "com¹",
      ),
    });
    fc.assert(
      fc.property(
        fc.oneof(tricky, fc.string({ unit: "binary" })),
        (untrusted) => {
          const name = cleanFileName(untrusted, "pdf", "添付1");
          expect(name).toMatch(SAFE);
          expect(name).not.toMatch(
            /^[. ]|[. ]\.pdf$|^(?:con|nul|aux|prn)(?:\.|$)/i,
          );
          expect(Buffer.byteLength(name)).toBeLessThanOrEqual(206);
          expect(cleanFileName(name, "pdf", "添付1")).toBe(name);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("uniqueNames", () => {
  it("numbers names that a file system would take for equal", () => {
    expect(
      uniqueNames(["a.pdf", "A.pdf", "ａ.pdf", "b.pdf", "a (2).pdf"]),
    ).toEqual(["a.pdf", "A (2).pdf", "ａ (3).pdf", "b.pdf", "a (2) (2).pdf"]);
  });

  it("stays quick on 500 equal names", () => {
    const names = uniqueNames(Array.from({ length: 500 }, () => "x.pdf"));
    expect(new Set(names).size).toBe(500);
    expect(names[499]).toBe("x (500).pdf");
  });
});
