/** How the PDF pit scales, in one Node as in the sanitizer: node pdf-scale-child.ts sizes PDF… | workers PDF */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { memoryContent } from "../src/core/content.ts";
import type { UntrustedContent } from "../src/core/content.ts";
import { fileSchema } from "../src/config/schema.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { createPit } from "../src/pit/pit.ts";
import { createRender } from "../src/render/render.ts";
import { report } from "./measure.ts";

export interface ScalePoint {
  /** Pages of one document, or documents at a time. */
  readonly count: number;
  readonly ms: number;
}

const WORKERS = [1, 2, 4, 8];
const DOCUMENTS = 16;

const [mode, ...paths] = process.argv.slice(2);
const { pitSpares } = fileSchema.parse({}).workers;
const pit = createPit({ limits: DEFAULT_LIMITS, pitSpares });
const render = createRender(DEFAULT_LIMITS);
const points = mode === "sizes" ? await bySize() : await byWorkers();
report(points satisfies readonly ScalePoint[]);

async function bySize(): Promise<ScalePoint[]> {
  const points: ScalePoint[] = [];
  for (const path of paths) {
    const content = await untrustedFile(path);
    const begun = performance.now();
    const count = await convert(content);
    points.push({ count, ms: performance.now() - begun });
  }
  return points;
}

/** Time of one document when so many are made at a time. */
async function byWorkers(): Promise<ScalePoint[]> {
  const content = await untrustedFile(paths[0] ?? "");
  const points: ScalePoint[] = [];
  for (const count of WORKERS) {
    let left = DOCUMENTS;
    const worker = async () => {
      while (left-- > 0) await convert(content);
    };
    const begun = performance.now();
    await Promise.all(Array.from({ length: count }, worker));
    points.push({ count, ms: (performance.now() - begun) / DOCUMENTS });
  }
  return points;
}

async function convert(content: UntrustedContent): Promise<number> {
  const { pages } = await pit.open("pdf", content);
  return (await render.pdf(pages)).pages;
}

async function untrustedFile(path: string): Promise<UntrustedContent> {
  const bytes = await readFile(path);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return memoryContent(bytes, sha256) as UntrustedContent;
}
