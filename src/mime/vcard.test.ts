import { describe, expect, it } from "@jest/globals";
import { vcardText } from "./vcard.ts";

const card = (lines: string) =>
  `BEGIN:VCARD\r\n${lines.trim().replace(/\n\s*/g, "\r\n")}\r\nEND:VCARD\r\n`;

describe("a business card in words", () => {
  it("reads a vCard 2.1 of a Japanese telephone: Shift_JIS in quoted-printable, reading, bare types", () => {
    const read = vcardText(
      card(`VERSION:2.1
        N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=91=BE=98=59
        SOUND;X-IRMC-N;CHARSET=UTF-8:ヤマダ;タロウ;;;
        TEL;WORK;VOICE:099-000-0000
        TEL;CELL:090-0000-0000
        EMAIL;INTERNET:yamada@example.jp`),
    );
    expect(read).toEqual({
      text: [
        "──── 連絡先 ────",
        "氏名：山田 太郎",
        "ふりがな：ヤマダ タロウ",
        "電話（勤務先）：099-000-0000",
        "電話（携帯）：090-0000-0000",
        "メール：yamada@example.jp",
      ].join("\n"),
      findings: [],
    });
  });

  it("reads a vCard 4.0 with organisation, title, address and note", () => {
    const read = vcardText(
      card(`VERSION:4.0
        FN:佐藤 花子
        X-PHONETIC-FIRST-NAME:はなこ
        X-PHONETIC-LAST-NAME:さとう
        ORG:霧島町役場;総務課
        TITLE:係長
        TEL;TYPE="work,voice";VALUE=uri:tel:+81-99-000-0000
        ADR;TYPE=work:;;中央1-2-3;霧島町;鹿児島県;890-0000;日本
        NOTE:午前\\nのみ`),
    );
    expect(read?.text).toBe(
      [
        "──── 連絡先 ────",
        "氏名：佐藤 花子",
        "ふりがな：さとう はなこ",
        "組織：霧島町役場 総務課",
        "役職：係長",
        "電話（勤務先）：+81-99-000-0000",
        "住所（勤務先）：〒890-0000 鹿児島県霧島町中央1-2-3",
        "備考：午前\nのみ",
      ].join("\n"),
    );
  });

  it("leaves the picture out and says so", () => {
    const read = vcardText(card("FN:a\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ"));
    expect(read?.findings).toEqual(["vcard-picture"]);
    expect(read?.text).not.toContain("/9j/");
  });

  it("shows 100 of 3,000 cards and says how many more", () => {
    const read = vcardText(card("FN:a").repeat(3000));
    expect(read?.text.match(/氏名：/g)).toHaveLength(100);
    expect(read?.text).toContain("（ほかに 2900 件の連絡先があります）");
    expect(read?.findings).toEqual(["text-shortened"]);
  });

  it("shows a card whose end is missing, and is null where there is none", () => {
    expect(vcardText("BEGIN:VCARD\nFN:佐藤")?.text).toContain("氏名：佐藤");
    expect(vcardText("FN:佐藤")).toBeNull();
  });
});
