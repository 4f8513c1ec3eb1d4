import { describe, expect, it } from "@jest/globals";
import { itemIdOf } from "../core/id.ts";
import type { PlannedPart } from "../core/plan.ts";
import { FAULTS } from "../core/fault.ts";
import { disarmImitation, NOTICE_TITLE, writeNotice } from "./notice.ts";
import { holdFor } from "./fault-holds.ts";
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
      item,
    );
    expect(notice).toContain(
      "見積書.pdf（PDF）\n　→ 画像のPDF（3ページ）に作り直しました：見積書.pdf",
    );
    expect(notice).toContain("案.docx");
    expect(notice).toContain(REASONS.TYPE_NOT_CONVERTED.message);
    expect(notice).toContain(item);
  });

  it("says a finding once however often it was found", () => {
    const finding = { code: "encoded-block-in-text", part: "1", detail: "" };
    expect(
      writeNotice([], [finding, finding], item).match(/符号化された/g),
    ).toHaveLength(1);
  });

  it("can't be imitated by the body", () => {
    expect(disarmImitation(`x\n${NOTICE_TITLE}\ny`)).not.toContain(
      NOTICE_TITLE,
    );
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
