import { memoryContent } from "../core/content.ts";
import type { Part } from "../core/part.ts";
import type { LinkMode } from "../core/plan.ts";
import type { Converted } from "../core/pit.ts";
import type { Finding } from "../core/verdict.ts";
import { cleanLine } from "../mime/clean-text.ts";
import { workbookCsv } from "../mime/sheet-values.ts";
import { drawPdf, type DrawTools } from "./draw-pdf.ts";
import type { Made } from "./made-before.ts";
import { readText } from "./read-text.ts";

export interface OfficeTools extends DrawTools {
  readonly links: LinkMode;
  /** The site's program that does it instead of LibreOffice. */
  readonly converter?: string;
}

export interface OfficeFiles {
  readonly pdf: Made["files"];
  /** The values of a workbook, clean, with LF; null where there are none or too many. */
  readonly csv: string | null;
  readonly findings: Made["findings"];
}

const MAX_NAME_CHARACTERS = 40;
const MAX_NAMES = 10;

/** An office document becomes a PDF in a pit of its own; as strange as before, it then goes where PDFs go. Faults: see `Pit`. */
export async function throughOffice(
  part: Part & { readonly leaf: NonNullable<Part["leaf"]> },
  tools: OfficeTools,
): Promise<OfficeFiles> {
  const { content } = part.leaf;
  const { password, converter } = tools;
  const converted = await tools.pit.convert(content, {
    ...(password === undefined ? {} : { password }),
    ...(converter === undefined ? {} : { converter }),
  });
  // What LibreOffice's PDF holds beside its pages is LibreOffice's.
  const drawn = await drawPdf(converted.pdf, withoutPassword(tools));
  const findings = converted.findings.map((code) => ({
    code,
    detail: namesOf(SHEETS_OF[code]?.(converted) ?? []),
  }));
  const values = await valuesOf(part, converted, tools);
  return {
    ...{ pdf: drawn.files, csv: values.csv },
    findings: [...findings, ...drawn.findings, ...values.findings],
  };
}

function withoutPassword(tools: DrawTools): DrawTools {
  const { pit, render, limits, pages, shareBytes } = tools;
  return { pit, render, limits, pages, shareBytes };
}

/** Which sheets a finding is about. */
const SHEETS_OF: Readonly<
  Record<string, (converted: Converted) => readonly string[]>
> = {
  "office-hidden-sheet": ({ untrustedHidden }) => untrustedHidden,
  "office-hidden-cells": ({ untrustedHiddenCells }) => untrustedHiddenCells,
};

function namesOf(untrustedNames: readonly string[]): string {
  const names = untrustedNames
    .slice(0, MAX_NAMES)
    .map((name) => cleanLine(name, MAX_NAME_CHARACTERS));
  const more = untrustedNames.length - names.length;
  return names.join(", ") + (more > 0 ? ` (+${more})` : "");
}

/** By the same rules as any text that came as a file. */
async function valuesOf(
  part: Part,
  { sheets }: Converted,
  tools: OfficeTools,
): Promise<{
  readonly csv: string | null;
  readonly findings: readonly Finding[];
}> {
  const csv = workbookCsv(
    sheets.map(({ untrustedName, untrustedText }) => ({
      name: cleanLine(untrustedName, MAX_NAME_CHARACTERS),
      values: untrustedText.replaceAll("\r\n", "\n"),
    })),
  );
  if (csv.trim() === "") return { csv: null, findings: [] };
  const bytes = new TextEncoder().encode(csv);
  if (bytes.byteLength > tools.limits.maxTextBytes) {
    const detail = `${bytes.byteLength} bytes`;
    const code = "office-values-too-big";
    return { csv: null, findings: [{ code, part: part.path, detail }] };
  }
  const content = memoryContent(bytes, "") as NonNullable<
    Part["leaf"]
  >["content"];
  const kind = { type: "text/csv", label: "CSV", extension: "csv" };
  const read = await readText(
    { ...part, charset: "utf-8", leaf: { kind, content } },
    "plain",
    tools,
  );
  return { csv: read.text, findings: read.findings };
}
