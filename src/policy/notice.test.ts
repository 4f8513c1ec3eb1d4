import { describe, expect, it } from "@jest/globals";
import { itemIdOf } from "../core/id.ts";
import type { PlannedPart } from "../core/plan.ts";
import { FAULTS } from "../core/fault.ts";
import { DEFAULT_NOTICE, writeNotice } from "./notice.ts";
import { ENGLISH, JAPANESE } from "./notice-words.ts";
import { FINDINGS_EN, REASONS_EN } from "./english.ts";
import { holdFor } from "./fault-holds.ts";
import { FINDINGS } from "./findings.ts";
import { REASONS } from "./reasons.ts";

const item = itemIdOf("ab".repeat(32));
const part = (
  name: string,
  treatment: PlannedPart["treatment"],
): PlannedPart => ({
  id: 1,
  path: "1",
  name,
  kind: { type: "application/pdf", label: "PDF", extension: "pdf" },
  bytes: 1,
  sha256: "",
  scan: { kind: "clean", engine: "t" },
  treatment,
});

describe("the notice", () => {
  it("says for each attachment what was done, and the number to ask with", () => {
    const notice = writeNotice(
      [
        {
          kind: "made",
          part: part("見積書.pdf", { kind: "rasterize", pit: "pdf" }),
          names: ["見積書.pdf"],
          pages: 3,
        },
        {
          kind: "held",
          part: part("案.docx", { kind: "notice", hold: "TYPE_NOT_CONVERTED" }),
          code: "TYPE_NOT_CONVERTED",
          detail: "",
        },
      ],
      [],
      { item, settings: DEFAULT_NOTICE },
    );
    expect(notice).toContain(
      "見積書.pdf（PDF）\n　→ 画像のPDF（3ページ）に作り直しました：見積書.pdf",
    );
    expect(notice).toContain("案.docx");
    expect(notice).toContain(REASONS.TYPE_NOT_CONVERTED.message);
    expect(notice).toContain(item);
  });

  it.each([
    [
      "ja",
      "この添付ファイルの状況・解放の申請はこちら：https://files.test/a/x",
    ],
    ["en", "State of these files, and requests: https://files.test/a/x"],
  ] as const)(
    "says in %s where to ask about files, and nothing where there were none",
    (language, line) => {
      const settings = { ...DEFAULT_NOTICE, language };
      const about = { item, settings, page: () => "https://files.test/a/x" };
      const held = {
        ...{ kind: "held" as const, code: "ENCRYPTED" as const, detail: "" },
        part: part("鍵.zip", { kind: "notice", hold: "ENCRYPTED" }),
      };
      expect(writeNotice([held], [], about).split("\n")).toContain(line);
      const never = () => {
        throw new Error("asked for a link that nobody reads");
      };
      expect(writeNotice([], [], { ...about, page: never })).not.toContain(
        "/a/",
      );
    },
  );

  it("says a finding once however often it was found", () => {
    const finding = { code: "encoded-block-in-text", part: "1", detail: "" };
    expect(
      writeNotice([], [finding, finding], {
        item,
        settings: DEFAULT_NOTICE,
      }).match(/符号化された/g),
    ).toHaveLength(1);
  });

  it("says in Japanese whom to ask, and the town's own last line", () => {
    const notice = writeNotice([], [], {
      item,
      settings: {
        ...DEFAULT_NOTICE,
        contact: "情報政策課 内線123",
        footer: "霧島町",
      },
    });
    expect(notice).toContain(
      `受付番号：${item}\nお問い合わせ：情報政策課 内線123\n霧島町\n`,
    );
  });

  it("speaks English without a Japanese letter, but for names", () => {
    const notice = writeNotice(
      [
        {
          kind: "held",
          part: part("plan.zip", { kind: "notice", hold: "ENCRYPTED" }),
          code: "ENCRYPTED",
          detail: "",
        },
      ],
      [{ code: "signature-not-kept", part: "0", detail: "" }],
      { item, settings: { ...DEFAULT_NOTICE, language: "en" } },
    );
    expect(notice).toContain("- plan.zip (PDF)\n  -> Encrypted: Protected");
    expect(notice).toContain("* This mail was digitally signed.");
    expect(notice).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
  });

  it("says all of it twice, Japanese first, when both languages are wanted", () => {
    const both = writeNotice([], [], {
      item,
      settings: { ...DEFAULT_NOTICE, language: "ja-en" },
    });
    expect(both.indexOf(JAPANESE.title)).toBeGreaterThan(0);
    expect(both.indexOf(ENGLISH.title)).toBeGreaterThan(
      both.indexOf(JAPANESE.title),
    );
  });

  it("says in which attached mail a file stood", () => {
    const made = {
      kind: "made" as const,
      part: part("案.pdf", { kind: "rasterize", pit: "pdf" }),
      ...{ names: ["案.pdf"], pages: 1 },
    };
    const said = (mail: string) =>
      writeNotice([made], [], {
        ...{ item, settings: { ...DEFAULT_NOTICE, language: "ja-en" } },
        attachedMailOf: () => mail,
      });
    expect(said("1-2")).toContain(
      "・案.pdf（PDF、添付されたメール 1-2 の中）\n",
    );
    expect(said("1-2")).toContain("- 案.pdf (PDF, in attached mail 1-2)\n");
    expect(said("")).toContain("・案.pdf（PDF、添付されたメールの中）\n");
  });

  it("names a held part of the text so, not by a file name that nobody gave", () => {
    const notice = writeNotice(
      [
        {
          kind: "held",
          part: part("添付0.txt", { kind: "body-text", from: "plain" }),
          code: "ENCRYPTED",
          detail: "",
        },
      ],
      [],
      { item, settings: DEFAULT_NOTICE },
    );
    expect(notice).toContain("・本文の一部\n　→ 暗号化されている");
    expect(notice).not.toContain("添付0");
  });

  it("has English words wherever it has Japanese ones", () => {
    for (const [code, { words }] of Object.entries(FINDINGS))
      expect([code, FINDINGS_EN[code] === undefined]).toEqual([
        code,
        words === null,
      ]);
    expect(Object.keys(REASONS_EN).sort()).toEqual(Object.keys(REASONS).sort());
  });

  it("has words for every reason, and a reason for every fault of the content", () => {
    for (const reason of Object.values(REASONS)) {
      expect(reason.message).toMatch(/。$/);
      expect(reason.advice).toMatch(/。$/);
    }
    for (const [code, row] of Object.entries(FAULTS)) {
      if (row.blame === "content")
        expect([code, holdFor(code as keyof typeof FAULTS)]).not.toEqual([
          code,
          null,
        ]);
    }
  });
});
