/**
 * Our side of the pdf benchmark: node pdf-child.ts FOLDER DOCUMENT…
 * Each document gets a fresh pit, which stands ready after the first as in the gateway; its pages are encoded here, with a text
 * layer, and written to FOLDER.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { UntrustedContent } from "../src/core/content.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { createPit } from "../src/pit/pit.ts";
import { createRender } from "../src/render/render.ts";
import { report } from "./measure.ts";

export type PdfReport = readonly {
  readonly output: string;
  readonly ms: number;
}[];

const [folder = "", ...documents] = process.argv.slice(2);
const pit = createPit({ limits: DEFAULT_LIMITS, pitSpares: 1 });
const render = createRender(DEFAULT_LIMITS);

const converted: { output: string; ms: number }[] = [];
for (const path of documents) {
  const output = join(folder, `clean-${basename(path)}`);
  const begun = performance.now();
  const document = await pit.open("pdf", await untrustedFile(path));
  const { bytes } = await render.pdf(document.pages, {
    textLayer: true,
  });
  await writeFile(output, bytes);
  converted.push({ output, ms: performance.now() - begun });
}
report(converted satisfies PdfReport);

async function untrustedFile(path: string): Promise<UntrustedContent> {
  const bytes = await readFile(path);
  const content = {
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    async *open() {
      yield bytes;
    },
  };
  return content as unknown as UntrustedContent;
}
