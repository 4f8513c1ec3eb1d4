import type { Content } from "../core/content.ts";
import type { CleanPart } from "../core/message.ts";
import type { MadeRecord, Plan } from "../core/plan.ts";
import type { Finding } from "../core/verdict.ts";

/** What new things are made with, with its version; asked only for what a mail needed. */
export interface Engines {
  readonly sekisho: () => string;
  readonly pdfium: () => string;
  readonly libreoffice: () => string;
  readonly sharp: () => string;
  readonly tesseract: () => string;
}

export const NO_ENGINES: Engines = {
  ...{ sekisho: () => "", pdfium: () => "" },
  ...{ libreoffice: () => "", sharp: () => "", tesseract: () => "" },
};

/** What is kept of a plan that was carried out; of a mail that is text alone, its hash and little more. */
export function madeRecord(
  { bytes, sha256 }: Content,
  plan: Plan,
  {
    at,
    files,
    findings,
    engines,
  }: {
    readonly at: string;
    readonly files: readonly CleanPart[];
    readonly findings: readonly Finding[];
    readonly engines: Engines;
  },
): MadeRecord {
  return {
    ...{ at, bytes, sha256 },
    files: files.map(({ from, name, type, content, pages }) => ({
      ...{ from, name, type, bytes: content.bytes, sha256: content.sha256 },
      ...(pages === undefined ? {} : { pages }),
    })),
    engines: {
      ...usedBy(plan, engines),
      // Who may read pages does not always find one to read.
      ...(findings.some(({ code }) => code === "text-by-ocr")
        ? { tesseract: engines.tesseract() }
        : {}),
    },
  };
}

function usedBy(plan: Plan, engines: Engines): Record<string, string> {
  const used: Record<string, string> = { sekisho: engines.sekisho() };
  for (const { treatment } of plan.parts) {
    const { kind } = treatment;
    if (kind !== "rasterize" && kind !== "re-encode") continue;
    used["sharp"] = engines.sharp();
    if (kind === "re-encode") continue;
    used["pdfium"] = engines.pdfium();
    if (treatment.pit === "office") used["libreoffice"] = engines.libreoffice();
    if (treatment.pit === "converter") used["converter"] = treatment.converter;
  }
  return used;
}
