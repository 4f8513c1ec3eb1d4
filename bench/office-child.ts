/** Our side of the office benchmark: node office-child.ts SECONDS-BETWEEN FILE ROUNDS. As in the sanitizer, Node runs already. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { memoryContent } from "../src/core/content.ts";
import type { UntrustedContent } from "../src/core/content.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { createPit } from "../src/pit/pit.ts";
import { createRender } from "../src/render/render.ts";
import { report } from "./measure.ts";

/** Milliseconds of each conversion, and what it made. */
export interface OfficeReport {
  readonly ms: readonly number[];
  readonly pages: number;
}

const [between = "0", path = "", rounds = "1"] = process.argv.slice(2);
const bytes = await readFile(path);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const content = memoryContent(bytes, sha256) as UntrustedContent;
const pit = createPit({ limits: DEFAULT_LIMITS, officeSpares: 1 });
const render = createRender(DEFAULT_LIMITS);
const ms: number[] = [];
let made = 0;
for (let round = 0; round < Number(rounds); round++) {
  await sleep(Number(between) * 1000);
  const begun = performance.now();
  const { pdf } = await pit.convert(content);
  const document = await pit.open("pdf", pdf);
  made = (await render.pdf(document.pages)).pages;
  ms.push(performance.now() - begun);
}
report({ ms, pages: made } satisfies OfficeReport);
process.exit(0);
