/**
 * Our side of the office benchmark: node office-child.ts DOCUMENT OUTPUT COUNT
 * One document after the other with a pause before each, in which a LibreOffice gets ready, as it does in the gateway; then
 * as many without a pause. Each goes through its own two pits and is encoded here.
 */
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { memoryContent, type UntrustedContent } from "../src/core/content.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { createPit } from "../src/pit/pit.ts";
import { createRender } from "../src/render/render.ts";
import { report } from "./measure.ts";

export interface OfficeReport {
  readonly firstMs: number;
  readonly readyMs: readonly number[];
  readonly busyMs: number;
}

/** Until a spare is up also on a machine that does other things. */
const READY_MS = 4000;

const [path = "", output = "", count = "1"] = process.argv.slice(2);
const pit = createPit({ limits: DEFAULT_LIMITS, officeSpares: 1 });
const render = createRender(DEFAULT_LIMITS);
const document = memoryContent(await readFile(path), "") as UntrustedContent;

const firstMs = await convert();
const readyMs: number[] = [];
for (let at = 0; at < Number(count); at++) {
  await pause(READY_MS);
  readyMs.push(await convert());
}
const begun = performance.now();
for (let at = 0; at < Number(count); at++) await convert();
const busyMs = (performance.now() - begun) / Number(count);
await pit.end();
report({ firstMs, readyMs, busyMs } satisfies OfficeReport);

async function convert(): Promise<number> {
  const at = performance.now();
  const { pdf } = await pit.convert(document);
  const { pages } = await pit.open("pdf", pdf);
  const { bytes } = await render.pdf(pages);
  await writeFile(output, bytes);
  return performance.now() - at;
}
