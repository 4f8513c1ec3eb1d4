import { describe, expect, it } from "@jest/globals";
import { saysMuchMore } from "./text-difference.ts";

const ARTICLE =
  "来週の月曜日に予算会議を開きます。資料は前日までに共有フォルダへ置いてください。欠席される方は担当までご連絡をお願いいたします。会場は本庁舎三階の大会議室です。受付は九時三十分から行います。駐車場は数に限りがありますので公共交通機関をご利用ください。終了は正午の予定です。質問は総務課まで。";

describe("two forms of one text", () => {
  it("do not differ by layout, links, pictures, width or quotes", () => {
    const html = `［画像: ロゴ］\n\n${ARTICLE.replaceAll("。", "。\n\n")} <https://example.jp/track?x=1>`;
    expect(saysMuchMore(html, ARTICLE.replaceAll("九", "九"))).toBe(false);
  });

  it("differ when the plain one only points at the other", () => {
    expect(saysMuchMore(ARTICLE, "このメールはHTML形式でご覧ください。")).toBe(
      true,
    );
  });

  it("do not differ by a footer alone", () => {
    expect(
      saysMuchMore(`${ARTICLE}配信停止はこちらからお願いします。`, ARTICLE),
    ).toBe(false);
  });

  it("compare long texts as far as 100,000 characters", () => {
    const long = "あ".repeat(5_000_000);
    expect(saysMuchMore(long, long)).toBe(false);
  });
});
