import { describe, expect, it } from "@jest/globals";
import type { OtherReadings } from "../core/part.ts";
import type { Override } from "../core/plan.ts";
import type { HoldCode, ScanVerdict } from "../core/verdict.ts";
import { decide, type Decision } from "./decide.ts";
import { findingRow } from "./findings.ts";
import { DEFAULT_POLICY, type Policy } from "./policy.ts";
import { sketchTree, type SketchedPart } from "./tree.fixture.ts";

const CLEAN: ScanVerdict = { kind: "clean", engine: "test" };
const VIRUS: ScanVerdict = {
  kind: "malicious",
  engine: "test",
  signature: "Eicar",
};

interface Case {
  readonly parts: readonly SketchedPart[];
  readonly whole?: ScanVerdict;
  readonly leaves?: readonly (readonly [number, ScanVerdict])[];
  readonly policy?: Policy;
  readonly waives?: readonly HoldCode[];
  readonly outsideBytes?: number;
  readonly otherReadings?: OtherReadings;
}

function decided(given: Case): Decision {
  const sketched = sketchTree(given.parts, given.outsideBytes);
  const { otherReadings } = given;
  const tree = otherReadings ? { ...sketched, otherReadings } : sketched;
  const leaves = new Map(
    tree.parts.filter((part) => part.leaf).map((part) => [part.id, CLEAN]),
  );
  for (const [id, verdict] of given.leaves ?? []) leaves.set(id, verdict);
  const override: Override | null =
    given.waives === undefined
      ? null
      : { who: "a", why: "b", at: "", until: "", waives: given.waives };
  return decide(
    {
      tree,
      whole: given.whole ?? CLEAN,
      leaves,
      names: new Map(),
      authentication: null,
    },
    { policy: given.policy ?? DEFAULT_POLICY, policyVersion: "t", override },
  );
}

const MIXED: SketchedPart = {
  parent: null,
  type: "multipart/mixed",
  kind: null,
};
const TEXT: SketchedPart = {
  parent: 0,
  type: "text/plain",
  kind: "text/plain",
};
const file = (kind: string): SketchedPart => ({
  parent: 0,
  type: kind,
  kind,
  name: "x",
});

describe("deciding", () => {
  it.each([
    ["application/pdf", { kind: "rasterize", pit: "pdf" }],
    ["image/png", { kind: "re-encode", pit: "image" }],
    ["image/tiff", { kind: "re-encode", pit: "image" }],
    ["text/csv", { kind: "keep-text" }],
    ["application/x-msdownload", { kind: "notice", hold: "TYPE_FORBIDDEN" }],
    ["image/svg+xml", { kind: "re-encode", pit: "image" }],
    ["image/bmp", { kind: "re-encode", pit: "image" }],
    ["image/avif", { kind: "re-encode", pit: "image" }],
    [
      "application/octet-stream",
      { kind: "notice", hold: "TYPE_NOT_CONVERTED" },
    ],
  ])("treats %s by its content", (kind, treatment) => {
    const { plan, disposition } = decided({ parts: [MIXED, TEXT, file(kind)] });
    expect(plan.parts[1]?.treatment).toEqual(treatment);
    expect(disposition).toEqual({ kind: "deliver" });
  });

  it("holds the part with a virus and lets the rest go on", () => {
    const { plan, disposition } = decided({
      parts: [MIXED, TEXT, file("image/png")],
      leaves: [[2, VIRUS]],
      whole: VIRUS,
    });
    expect(plan.parts.map((part) => part.treatment)).toEqual([
      { kind: "body-text", from: "plain" },
      { kind: "notice", hold: "VIRUS_FOUND" },
    ]);
    expect(disposition).toEqual({ kind: "deliver" });
  });

  it("holds the whole mail for a virus where the policy says so", () => {
    const { disposition } = decided({
      parts: [MIXED, TEXT, file("image/png")],
      leaves: [[2, VIRUS]],
      policy: { ...DEFAULT_POLICY, malicious: "hold-mail" },
    });
    expect(disposition).toMatchObject({ kind: "hold", code: "VIRUS_FOUND" });
  });

  describe("a PDF that the scanner finds oddly built", () => {
    const odd: ScanVerdict = {
      ...{ kind: "malicious", engine: "test" },
      signature: "Heuristics.PDF.ObfuscatedNameObject",
    };
    const withOdd = (given: Partial<Case> = {}) =>
      decided({
        parts: [MIXED, TEXT, file("application/pdf")],
        leaves: [[2, odd]],
        whole: odd,
        ...given,
      });

    it("is drawn, and a finding says so", () => {
      const { plan, disposition } = withOdd();
      expect(plan.parts[1]?.treatment).toEqual({
        ...{ kind: "rasterize", pit: "pdf" },
      });
      expect(plan.findings).toEqual([
        {
          ...{ code: "scanner-suspicion", part: "2" },
          detail: "Heuristics.PDF.ObfuscatedNameObject",
        },
      ]);
      expect(disposition).toEqual({ kind: "deliver" });
      const strict: Policy = { ...DEFAULT_POLICY, malicious: "hold-mail" };
      expect(withOdd({ policy: strict }).disposition.kind).toBe("deliver");
      expect(findingRow("scanner-suspicion").removed).toBe(true);
    });

    it("is held like a virus where the policy says so", () => {
      const policy: Policy = { ...DEFAULT_POLICY, heuristics: "hold" };
      expect(withOdd({ policy }).plan.parts[1]?.treatment).toEqual({
        ...{ kind: "notice", hold: "VIRUS_FOUND" },
      });
    });

    it.each(["image/png", "text/plain", "application/zip"])(
      "is held when it is %s, which is not drawn",
      (kind) => {
        const { plan } = withOdd({ parts: [MIXED, TEXT, file(kind)] });
        expect(plan.parts[1]?.treatment).toEqual({
          ...{ kind: "notice", hold: "VIRUS_FOUND" },
        });
      },
    );

    it.each([
      "Heuristics.PDF.Exploit.CVE_2018_4882",
      "Heuristics.CVE-2010-1205",
      "Pdf.Heuristics.Agent",
      "PUA.Pdf.Trojan",
    ])("is held when the name is %s", (signature) => {
      const hit: ScanVerdict = { kind: "malicious", engine: "t", signature };
      const { plan } = withOdd({ leaves: [[2, hit]], whole: hit });
      expect(plan.parts[1]?.treatment).toEqual({
        ...{ kind: "notice", hold: "VIRUS_FOUND" },
      });
    });

    it("does not explain a virus in the whole, nor a suspicion of another name", () => {
      const other: ScanVerdict = {
        ...{ kind: "malicious", engine: "t" },
        signature: "Heuristics.Phishing.Email.SpoofedDomain",
      };
      for (const whole of [VIRUS, other])
        expect(withOdd({ whole }).disposition).toMatchObject({
          ...{ kind: "hold", code: "VIRUS_FOUND" },
        });
    });
  });

  it("holds a mail in which only the scanner sees a virus and we see none", () => {
    expect(
      decided({ parts: [MIXED, TEXT], whole: VIRUS }).disposition,
    ).toMatchObject({ kind: "hold", code: "VIRUS_FOUND" });
  });

  it("never lets an override waive that", () => {
    const { disposition } = decided({
      parts: [MIXED, TEXT],
      whole: VIRUS,
      waives: ["VIRUS_FOUND", "AMBIGUOUS_STRUCTURE"],
    });
    expect(disposition).toMatchObject({ kind: "hold", code: "VIRUS_FOUND" });
  });

  it.each([
    "duplicate-mime-header",
    "duplicate-parameter",
    "bad-boundary",
  ] as const)("holds for %s until a person waives it", (anomaly) => {
    const parts = [{ ...MIXED, anomalies: [anomaly] }, TEXT];
    expect(decided({ parts }).disposition).toMatchObject({
      kind: "hold",
      code: "AMBIGUOUS_STRUCTURE",
    });
    expect(
      decided({ parts, waives: ["AMBIGUOUS_STRUCTURE"] }).disposition,
    ).toEqual({ kind: "deliver" });
  });

  const readings = (agree: boolean) => ({ agree, contents: [] });

  it("lets a doubt go on where every reading gives the same parts", () => {
    for (const anomaly of ["duplicate-mime-header", "bad-boundary"] as const) {
      const parts = [{ ...MIXED, anomalies: [anomaly] }, TEXT];
      const { plan, disposition } = decided({
        parts,
        otherReadings: readings(true),
      });
      expect(disposition).toEqual({ kind: "deliver" });
      expect(plan.findings).toMatchObject([{ code: anomaly, part: "0" }]);
    }
  });

  it("holds where readings give other parts, whatever was in doubt, until a person waives it", () => {
    const given: Case = {
      parts: [{ ...MIXED, anomalies: ["text-outside-parts"] }, TEXT],
      otherReadings: readings(false),
    };
    expect(decided(given).disposition).toEqual({
      kind: "hold",
      code: "AMBIGUOUS_STRUCTURE",
      detail: "text-outside-parts 0",
    });
    expect(
      decided({ ...given, waives: ["AMBIGUOUS_STRUCTURE"] }).disposition,
    ).toEqual({ kind: "deliver" });
  });

  it("says virus, not ambiguity, of a mail that has both", () => {
    expect(
      decided({
        parts: [{ ...MIXED, anomalies: ["bad-boundary"] }, TEXT],
        leaves: [[1, VIRUS]],
        otherReadings: readings(false),
      }).disposition,
    ).toMatchObject({ kind: "hold", code: "VIRUS_FOUND" });
  });

  it("finds an attachment without content, and nothing in an empty body", () => {
    const empty = { ...file("text/plain"), bytes: 0 };
    const { plan } = decided({ parts: [MIXED, { ...TEXT, bytes: 0 }, empty] });
    expect(plan.findings).toEqual([
      { code: "empty-attachment", part: "2", detail: "" },
    ]);
  });

  it("holds a mail whose bytes stand in no part", () => {
    const parts = [MIXED, { ...TEXT, bytes: 0 }];
    expect(decided({ parts, outsideBytes: 500 }).disposition).toMatchObject({
      kind: "hold",
      code: "NOT_UNDERSTOOD",
    });
    expect(decided({ parts, outsideBytes: 0 }).disposition).toEqual({
      kind: "deliver",
    });
  });

  it("holds a mail whose only body decodes to nothing", () => {
    const anomalies = ["junk-in-base64"] as const;
    expect(
      decided({ parts: [{ ...TEXT, bytes: 0, anomalies }] }).disposition,
    ).toMatchObject({ kind: "hold", code: "NOT_UNDERSTOOD" });
  });

  it("holds a mail without a body whose line ends are in doubt: to others the body stands in what is a header here", () => {
    const anomalies = ["bare-line-ending"] as const;
    const mail = (bytes: number) =>
      decided({ parts: [{ ...TEXT, bytes, anomalies }] }).disposition;
    expect(mail(0)).toMatchObject({ kind: "hold", code: "NOT_UNDERSTOOD" });
    expect(mail(1)).toEqual({ kind: "deliver" });
  });

  it("lets the pit try a PDF that the scanner calls encrypted, and nothing else that it calls so", () => {
    const locked: ScanVerdict = {
      kind: "unexaminable",
      engine: "test",
      code: "ENCRYPTED",
      detail: "",
    };
    const parts = [MIXED, file("application/pdf"), file("application/zip")];
    const { plan } = decided({
      parts,
      leaves: [
        [1, locked],
        [2, locked],
      ],
    });
    expect(plan.parts.map((part) => part.treatment)).toEqual([
      { kind: "rasterize", pit: "pdf" },
      { kind: "notice", hold: "ENCRYPTED" },
    ]);
  });

  it("holds a part that the scanner was never asked about", () => {
    const tree = sketchTree([TEXT]);
    const { plan } = decide(
      {
        tree,
        whole: CLEAN,
        leaves: new Map(),
        names: new Map(),
        authentication: null,
      },
      { policy: DEFAULT_POLICY, policyVersion: "t", override: null },
    );
    expect(plan.parts[0]?.treatment).toEqual({
      kind: "notice",
      hold: "SCANNER_UNAVAILABLE",
    });
  });

  it("holds message/partial and message/external-body, whatever they carry", () => {
    for (const type of ["message/partial", "message/external-body"]) {
      const { plan } = decided({
        parts: [MIXED, { parent: 0, type, kind: "text/plain" }],
      });
      expect(plan.parts[0]?.treatment).toEqual({
        kind: "notice",
        hold: "TYPE_FORBIDDEN",
      });
    }
  });
});
