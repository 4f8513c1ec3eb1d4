import { describe, expect, it } from "@jest/globals";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import type { Scanner } from "../core/scanner.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import { sketchTree, type SketchedPart } from "../policy/tree.fixture.ts";
import { scan } from "./scan.ts";

const original = memoryContent(new Uint8Array(9), "whole");
const CLEAN: ScanVerdict = { kind: "clean", engine: "t" };

function scannerThatSays(
  verdict: ScanVerdict,
): Scanner & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    health: async () => null,
    scan: async (content) => {
      asked.push(content.sha256);
      return verdict;
    },
  };
}

const text: SketchedPart = {
  parent: null,
  type: "text/plain",
  kind: "text/plain",
};

describe("scanning a mail", () => {
  it("asks about the whole and about each leaf once", async () => {
    const scanner = scannerThatSays(CLEAN);
    const tree = sketchTree([
      { parent: null, type: "multipart/mixed", kind: null },
      { ...text, parent: 0 },
      { parent: 0, type: "image/png", kind: "image/png" },
    ]);
    const { leaves } = await scan(original, tree, scanner);
    expect(scanner.asked).toHaveLength(3);
    expect([...leaves.keys()]).toEqual([1, 2]);
  });

  it("lets the whole speak for a mail that is one plain text", async () => {
    const virus: ScanVerdict = {
      kind: "malicious",
      engine: "t",
      signature: "x",
    };
    const scanner = scannerThatSays(virus);
    const { leaves } = await scan(original, sketchTree([text]), scanner);
    expect(scanner.asked).toEqual(["whole"]);
    expect(leaves.get(0)).toEqual(virus);
  });

  const read = memoryContent(new Uint8Array(3), "other") as UntrustedContent;
  const doubted = {
    ...sketchTree([text]),
    otherReadings: { agree: true, contents: [read] },
  };
  const scannerOf = (other: ScanVerdict): Scanner => ({
    health: async () => null,
    scan: async ({ sha256 }) => (sha256 === "other" ? other : CLEAN),
  });

  it("asks about every other reading, and a virus in one of them is a virus in the whole", async () => {
    const virus: ScanVerdict = {
      kind: "malicious",
      engine: "t",
      signature: "x",
    };
    const verdicts = await scan(original, doubted, scannerOf(virus));
    expect(verdicts.whole).toEqual(virus);
    expect(verdicts.leaves.get(0)).toEqual(CLEAN);
  });

  it("names the virus in another reading before a suspicion about the whole", async () => {
    const found = (signature: string): ScanVerdict => ({
      ...{ kind: "malicious", engine: "t", signature },
    });
    const scanner: Scanner = {
      health: async () => null,
      scan: async ({ sha256 }) =>
        found(sha256 === "other" ? "Eicar" : "Heuristics.PDF.Odd"),
    };
    const { whole } = await scan(original, doubted, scanner);
    expect(whole).toEqual(found("Eicar"));
  });

  it("waits when the scanner could not look at another reading", async () => {
    const silent: ScanVerdict = {
      kind: "unexaminable",
      engine: "t",
      code: "SCANNER_UNAVAILABLE",
      detail: "",
    };
    await expect(
      scan(original, doubted, scannerOf(silent)),
    ).rejects.toMatchObject({ code: "CLAMD_UNREACHABLE" });
  });

  it.each<[string, SketchedPart, number]>([
    ["is HTML", { ...text, type: "text/html", kind: "text/html" }, 0],
    ["is no text by its content", { ...text, kind: "application/pdf" }, 0],
    ["has a name", { ...text, name: "x.txt" }, 0],
    ["is ambiguous", { ...text, anomalies: ["duplicate-mime-header"] }, 0],
    ["has bytes in no part", text, 5],
  ])("asks about the leaf too when it %s", async (_, part, outsideBytes) => {
    const scanner = scannerThatSays(CLEAN);
    await scan(original, sketchTree([part], outsideBytes), scanner);
    expect(scanner.asked).toHaveLength(2);
  });

  it("throws CLAMD_UNREACHABLE, so that the mail waits, when the scanner could not look", async () => {
    const silent: ScanVerdict = {
      kind: "unexaminable",
      engine: "t",
      code: "SCANNER_UNAVAILABLE",
      detail: "gone",
    };
    await expect(
      scan(original, sketchTree([text]), scannerThatSays(silent)),
    ).rejects.toMatchObject({
      code: "CLAMD_UNREACHABLE",
    });
  });
});
