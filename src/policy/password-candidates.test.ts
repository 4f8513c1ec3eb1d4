import { describe, expect, it } from "@jest/globals";
import {
  MAX_CANDIDATES,
  mentionsPassword,
  passwordCandidates,
} from "./password-candidates.ts";

const first = (text: string, count = 3) =>
  passwordCandidates([text]).slice(0, count);

describe("password candidates", () => {
  it.each([
    ["パスワード：Kawa-2026!", "Kawa-2026!"],
    ["パスワードは「Kawa#99」です。", "Kawa#99"],
    ["先ほどのファイルのパスワードは Kawa2026 です。", "Kawa2026"],
    ["PW: tZ8(q)x", "tZ8(q)x"],
    ["ＰＷ：ｋａｗａ２０２６", "kawa2026"],
    ["Password = s3cret pass", "s3cret"],
    ["解凍パスワード → abc12345", "abc12345"],
    ["【パスワード】\n\nxY7!kk29", "xY7!kk29"],
    [
      "パスワードは下記のとおりです。\n\n------\n　hY9_w3Qz\n------",
      "hY9_w3Qz",
    ],
    ["下記パスワードで開封してください。\r\n■ 4821-7733\r\n以上", "4821-7733"],
    ["The password is correct-horse", "correct-horse"],
    [
      "添付ファイルのパスワードをお知らせします。\nパスワード:秘密の言葉",
      "秘密の言葉",
    ],
  ])("finds in %j the word %j among the first 3", (text, word) => {
    expect(first(text)).toContain(word);
  });

  it("offers a full-width word as it stands and in half width", () => {
    expect(first("パスワード：ＡＢＣ１２３")).toEqual([
      "ＡＢＣ１２３",
      "ABC123",
    ]);
  });

  it("offers nothing where no password is spoken of", () => {
    const text = "お世話になっております。\nABC12345\n会議は10時からです。";
    expect(passwordCandidates([text])).toEqual([]);
    expect(mentionsPassword([text])).toBe(false);
  });

  it("offers no sentence, nothing below 3 or above 64 characters, and 20 words at most", () => {
    const lines = Array.from({ length: 100 }, (_, n) => `word${n}`);
    const text = `パスワード：ab\nご確認をお願いいたします。\n${"x".repeat(65)}\n${lines.join("\n")}`;
    const found = passwordCandidates([text]);
    expect(found).toHaveLength(MAX_CANDIDATES);
    expect(found.every((word) => /^word\d+$/.test(word))).toBe(true);
  });

  it.each([
    ["keywords", "パスワード".repeat(20_000)],
    ["brackets", `パスワード${"「".repeat(30_000)}`],
    ["blanks", `PW${" ".repeat(30_000)}`],
    ["colons", `pass${":".repeat(30_000)}`],
  ])("ends soon on 30,000 %s", (_name, text) => {
    expect(passwordCandidates([text]).length).toBeLessThanOrEqual(
      MAX_CANDIDATES,
    );
  });
});
