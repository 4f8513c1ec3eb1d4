import type { UntrustedContent } from "../core/content.ts";
import type { Limits } from "../core/limits.ts";
import type { Pit } from "../core/pit.ts";
import type { Render } from "../core/render.ts";
import type { PageRules } from "../policy/policy.ts";
import type { Made } from "./made-before.ts";
import { PageReader } from "./page-reader.ts";

export interface DrawTools {
  readonly pit: Pit;
  readonly render: Render;
  readonly limits: Limits;
  readonly pages: PageRules;
  readonly shareBytes: number;
  /** For encrypted documents; never written down. */
  readonly password?: string;
}

/**
 * A PDF of a stranger as a new one, each page a picture, with the document's own words to search where the policy wants them,
 * and those that can be read off pages without any.
 * `gone`: what the PDF held beside its pages.
 */
export async function drawPdf(
  content: UntrustedContent,
  { pit, render, limits, pages, shareBytes, password }: DrawTools,
): Promise<Made & { readonly gone: Made["findings"] }> {
  const { dpi, textLayer, ocr } = pages;
  const reader = textLayer && ocr ? new PageReader(pit, limits) : null;
  const document = await pit.open("pdf", content, password, {
    dpi,
    ...(reader === null ? {} : { slackMs: limits.ocrDocumentMs }),
  });
  const drawn = await render.pdf(document.pages, {
    textLayer,
    ...(reader === null ? {} : { read: reader.read }),
    room: { bytes: shareBytes, pages: document.pageCount },
  });
  const gone = document.findings.map((code) => ({ code, detail: "" }));
  return {
    files: [
      {
        ...{ type: "application/pdf", extension: "pdf" },
        ...{ bytes: drawn.bytes, pages: drawn.pages },
      },
    ],
    gone,
    findings: [...drawn.findings, ...(reader?.findings() ?? [])],
  };
}
