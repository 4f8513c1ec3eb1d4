import type { Limits } from "../core/limits.ts";
import type { Leaf, Part } from "../core/part.ts";
import type { LinkMode, Treatment } from "../core/plan.ts";
import type { Pit } from "../core/pit.ts";
import type { Render } from "../core/render.ts";
import type { PageRules } from "../policy/policy.ts";
import { drawPdf } from "./draw-pdf.ts";
import type { Made, MadeBefore, MadeFrom } from "./made-before.ts";
import type { NewFile } from "./new-file.ts";
import { throughOffice } from "./office.ts";

export interface PitTools {
  readonly pit: Pit;
  readonly render: Render;
  readonly limits: Limits;
  readonly links: LinkMode;
  readonly pages: PageRules;
  readonly tenant: string;
  readonly policyVersion: string;
  readonly madeBefore: MadeBefore;
  /** For encrypted documents; never written down. */
  readonly password?: string;
  /** What the files of this document may come to. */
  readonly shareBytes: number;
}

/** A part whose bytes only the pit may read. */
export type PitPart = Part & { readonly leaf: Leaf };
export type PitTreatment = Extract<Treatment, { readonly pit: string }>;

/** The new files of a document or picture: made in the pit, or remembered. Faults: see `Pit` and `Render`. */
export async function makeOnce(
  part: PitPart,
  treatment: PitTreatment,
  tools: PitTools,
): Promise<Made> {
  const { tenant, policyVersion, password, madeBefore, shareBytes } = tools;
  // Without its password the same file would have to stay closed.
  if (password !== undefined) return make(part, treatment, tools);
  const { content, kind } = part.leaf;
  const from: MadeFrom = {
    ...{ tenant, policyVersion, sha256: content.sha256, type: kind.type },
    treatment: JSON.stringify([treatment, shareBytes]),
  };
  return madeBefore.once(from, () => make(part, treatment, tools));
}

function make(
  part: PitPart,
  treatment: PitTreatment,
  tools: PitTools,
): Promise<Made> {
  switch (treatment.pit) {
    case "office":
      return officeFiles(part, tools);
    case "converter":
      return officeFiles(part, { ...tools, converter: treatment.converter });
    case "pdf":
      return pdfFiles(part.leaf, tools);
    case "image":
      return pictures(part.leaf, tools);
  }
}

async function pdfFiles({ content }: Leaf, tools: PitTools): Promise<Made> {
  const { files, gone, findings } = await drawPdf(content, tools);
  return { files, findings: [...gone, ...findings] };
}

/** Japanese Excel reads a CSV without it as CP932. */
const BYTE_ORDER_MARK = "\uFEFF";

async function officeFiles(
  part: PitPart,
  tools: PitTools & { readonly converter?: string },
): Promise<Made> {
  const { pdf, csv, findings } = await throughOffice(part, tools);
  if (csv === null) return { files: pdf, findings };
  const text = BYTE_ORDER_MARK + csv.replaceAll("\n", "\r\n");
  const values: NewFile = {
    ...{ type: "text/csv", extension: "csv" },
    bytes: new TextEncoder().encode(text),
  };
  return { files: [...pdf, values], findings };
}

async function pictures(
  { content, kind }: Leaf,
  { pit, render, password }: PitTools,
): Promise<Made> {
  const document = await pit.open("image", content, password);
  const files: NewFile[] = [];
  for await (const page of document.pages) {
    const photo = page.channels !== 4 && PHOTOGRAPHIC.has(kind.type);
    const type = photo ? "image/jpeg" : "image/png";
    const bytes = await render.picture(page, type);
    files.push({ type, extension: photo ? "jpg" : "png", bytes });
  }
  const { pictures = 0 } = document;
  const findings = document.findings.map((code) => ({
    code,
    detail: code === "image-animation" ? `${pictures} pictures` : "",
  }));
  return { files, findings };
}

/** Formats that mostly carry photographs; the others keep every pixel. */
const PHOTOGRAPHIC: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/webp",
  "image/heic",
  "image/heif",
  "image/avif",
]);
