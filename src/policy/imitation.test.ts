import { describe, expect, it } from "@jest/globals";
import { disarmImitation } from "./imitation.ts";
import { ENGLISH, JAPANESE } from "./notice-words.ts";

describe("disarmImitation", () => {
  it.each([
    JAPANESE.title,
    "【 無害化の記録 】",
    "　【無　害　化　の　記　録】",
    "【無\u2800害化の記録】",
    "〖無害化の記録〗",
    "■無害化の記録",
    "無害化の記録",
    "── 無・害・化・の・記・録 ──",
  ])("marks the line %j as quoted", (line) => {
    expect(disarmImitation(`前\n${line}\n後`)).toBe(
      `前\n${JAPANESE.quotedTitle}\n後`,
    );
  });

  it.each([
    ENGLISH.title,
    "[ Sekisho : how this mail was made safe ]",
    "［Ｓｅｋｉｓｈｏ：　ｈｏｗ　ｔｈｉｓ　ｍａｉｌ　ｗａｓ　ｍａｄｅ　ｓａｆｅ］",
    "𝐒𝐞𝐤𝐢𝐬𝐡𝐨: how this mail was made safe",
    "s e k i s h o how this mail was made safe",
  ])("marks the line %j as quoted in English", (line) => {
    expect(disarmImitation(`a\n${line}\nb`)).toBe(
      `a\n${ENGLISH.quotedTitle}\nb`,
    );
  });

  it("marks a title in brackets inside of a line", () => {
    expect(disarmImitation("件名： 【 無害化の 記録】です")).toBe(
      "件名： （引用）無害化の記録です",
    );
  });

  it.each([
    "無害化の記録を送ります。",
    "ファイルは無害化されています（害はありません）。",
    "ＡＢＣ会議のご案内",
    "Sekisho tells how this mail was made safe",
    JAPANESE.quotedTitle,
    ENGLISH.quotedTitle,
  ])("leaves %j as it is", (line) => {
    expect(disarmImitation(line)).toBe(line);
  });
});
