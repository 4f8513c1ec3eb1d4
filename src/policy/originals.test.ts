import { describe, expect, it } from "@jest/globals";
import type { OriginalRequest } from "../core/acts.ts";
import { newItemId } from "../core/id.ts";
import type { Plan } from "../core/plan.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import {
  againstApproval,
  againstOriginal,
  isOriginalGranted,
} from "./originals.ts";
import type { OriginalFacts } from "./originals.ts";

const CLEAN: ScanVerdict = { kind: "clean", engine: "t" };
const SUSPECT: ScanVerdict = {
  kind: "malicious",
  engine: "t",
  signature: "Heuristics.Odd",
};

function planOf(scan: ScanVerdict, whole = CLEAN): Plan {
  const kind = { type: "application/x", label: "x", extension: "x" };
  const part = { id: 1, path: "2", name: "x", kind, bytes: 1, sha256: "00" };
  const treatment = { kind: "notice", hold: "TYPE_NOT_CONVERTED" } as const;
  return {
    ...{ policyVersion: "1", findings: [], whole, override: null },
    parts: [{ ...part, scan, treatment }],
  };
}

const FACTS: OriginalFacts = {
  ...{ allowed: "on", verdict: "unexaminable", part: "2" },
  plan: planOf(CLEAN),
  open: ["TYPE_NOT_CONVERTED"],
};

describe("the original of an attachment", () => {
  it.each<[string, Partial<OriginalFacts>, string | null]>([
    ["nothing speaks against it", {}, null],
    ["the policy says off", { allowed: "off" }, "off"],
    ["nothing is held", { open: [] }, "not-held"],
    ["there is no such part", { part: "9" }, "no-such-part"],
    ["the mail was not planned", { plan: null }, "no-such-part"],
    ["the verdict is malicious", { verdict: "malicious" }, "malicious"],
    ["a virus is held beside it", { open: ["VIRUS_FOUND"] }, "malicious"],
    ["the scanner suspects it", { plan: planOf(SUSPECT) }, "malicious"],
    ["it suspects the whole", { plan: planOf(CLEAN, SUSPECT) }, "malicious"],
  ])("when %s", (_, over, refusal) => {
    expect(againstOriginal({ ...FACTS, ...over })).toBe(refusal);
  });

  it("is approved by somebody else, who looked at that very part", () => {
    const request: OriginalRequest = {
      ...{ id: "r", item: newItemId(), part: "2", state: "asked", who: "sato" },
      ...{ why: "x", at: 0, until: 9, decidedBy: null, decidedWhy: null },
      ...{ decidedAt: null, fetchedAt: null },
    };
    expect(againstApproval(request, "ito", ["2"])).toBeNull();
    expect(againstApproval(request, "sato", ["2"])).toBe("own-request");
    expect(againstApproval(request, "ito", ["1", "20"])).toBe("not-seen");
    const late = { ...request, state: "expired" } as const;
    expect(againstApproval(late, "ito", ["2"])).toBe("over");
    const approved = [{ ...request, state: "approved" }] as const;
    const asked = { part: "2", request: "r" };
    expect(isOriginalGranted(approved, asked)).toBe(true);
    expect(isOriginalGranted([request], asked)).toBe(false);
    expect(isOriginalGranted(approved, { ...asked, part: "1" })).toBe(false);
    expect(isOriginalGranted(approved, { ...asked, request: "s" })).toBe(false);
  });
});
