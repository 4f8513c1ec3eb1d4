import { describe, expect, it } from "@jest/globals";
import { memoryContent } from "../core/content.ts";
import type { Plan } from "../core/plan.ts";
import { madeRecord, NO_ENGINES } from "./made-record.ts";

describe("the record of what a mail was made with", () => {
  it("names what read its pages only where some were read", () => {
    const plan = { parts: [] } as unknown as Plan;
    const engines = { ...NO_ENGINES, tesseract: () => "5.3.0-2, jpn 4.1.0-2" };
    const enginesFor = (code: string) =>
      madeRecord(memoryContent(new Uint8Array(), ""), plan, {
        ...{ at: "", files: [], engines },
        findings: [{ code, part: "1", detail: "" }],
      }).engines;
    expect(enginesFor("text-by-ocr")).toEqual({
      ...{ sekisho: "", tesseract: "5.3.0-2, jpn 4.1.0-2" },
    });
    expect(enginesFor("ocr-left-out")).toEqual({ sekisho: "" });
  });
});
