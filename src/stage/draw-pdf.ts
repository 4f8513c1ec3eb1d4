import type { UntrustedContent } from "../core/content.ts";
import type { Pit, Render } from "../core/ports.ts";
import type { PageRules } from "../policy/policy.ts";
import type { Made } from "./made-before.ts";

export interface DrawTools {
  readonly pit: Pit;
  readonly render: Render;
  readonly pages: PageRules;
  readonly shareBytes: number;
  /** For encrypted documents; never written down. */
  readonly password?: string;
}

/**
 * A PDF of a stranger as a new one, each page a picture, with the document's own words to search where the policy wants them.
 * `gone`: what the PDF held beside its pages.
 */
export async function drawPdf(
  content: UntrustedContent,
  { pit, render, pages, shareBytes, password }: DrawTools,
): Promise<Made & { readonly gone: Made["findings"] }> {
  const { dpi, textLayer } = pages;
  const document = await pit.open("pdf", content, password, { dpi });
  const drawn = await render.pdf(document.pages, {
    textLayer,
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
    ...{ gone, findings: drawn.findings },
  };
}
