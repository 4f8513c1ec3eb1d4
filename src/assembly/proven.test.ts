import { describe, expect, it } from "@jest/globals";
import { memoryContent, type UntrustedContent } from "../core/content.ts";
import type { Log } from "../core/log.ts";
import type { Pit, PitDocument } from "../core/pit.ts";
import type { Scanner } from "../core/scanner.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import { provenPit, provenScanner } from "./proven.ts";

const quiet: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const virus = memoryContent(new Uint8Array([1]), "virus");
const mail = memoryContent(new Uint8Array([2]), "mail");

function scannerThatSays(
  ofVirus: ScanVerdict,
): Scanner & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    health: async () => null,
    scan: async (content) => {
      asked.push(content.sha256);
      return content === virus ? ofVirus : { kind: "clean", engine: "t" };
    },
  };
}

describe("proven scanner", () => {
  it("is believed after it found the test virus, asked once for 20 scans", async () => {
    const scanner = scannerThatSays({
      kind: "malicious",
      engine: "t",
      signature: "Eicar",
    });
    const proven = provenScanner(scanner, virus, quiet);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => proven.scan(mail)),
    );
    expect(new Set(verdicts.map((verdict) => verdict.kind))).toEqual(
      new Set(["clean"]),
    );
    expect(scanner.asked.filter((sha256) => sha256 === "virus")).toHaveLength(
      1,
    );
  });

  it("is not believed when it calls the test virus clean, and is never asked about the mail", async () => {
    const scanner = scannerThatSays({ kind: "clean", engine: "t" });
    const proven = provenScanner(scanner, virus, quiet);
    expect(await proven.scan(mail)).toMatchObject({
      kind: "unexaminable",
      code: "SCANNER_UNAVAILABLE",
    });
    expect(scanner.asked).toEqual(["virus"]);
  });
});

function pitWithout(
  missing: readonly string[],
): Pit & { opened: number; proofs: number } {
  const pit = {
    opened: 0,
    proofs: 0,
    open: async (): Promise<PitDocument> => {
      pit.opened += 1;
      return { pageCount: 0, findings: [], pages: (async function* () {})() };
    },
    unpack: async () => {
      pit.opened += 1;
      return (async function* () {})();
    },
    convert: async () => {
      pit.opened += 1;
      return {
        findings: [],
        pdf: mail as UntrustedContent,
        untrustedHidden: [],
        untrustedHiddenCells: [],
        sheets: [],
      };
    },
    proveWalls: async () => {
      pit.proofs += 1;
      return missing;
    },
  };
  return pit;
}

describe("proven pit", () => {
  it("opens documents after one proof of its walls", async () => {
    const pit = pitWithout([]);
    const proven = provenPit(pit, quiet);
    await proven.open("pdf", mail as UntrustedContent);
    await proven.open("image", mail as UntrustedContent);
    expect([pit.opened, pit.proofs]).toEqual([2, 1]);
  });

  it("opens nothing while a wall is missing", async () => {
    const pit = pitWithout(["network"]);
    const opening = provenPit(pit, quiet).open("pdf", mail as UntrustedContent);
    await expect(opening).rejects.toMatchObject({
      code: "PIT_UNAVAILABLE",
      facts: { walls: "network" },
    });
    expect(pit.opened).toBe(0);
  });
});
