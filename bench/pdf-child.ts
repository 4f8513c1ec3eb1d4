/**
 * Our side of the benchmarks pdf and pdf-cores: node pdf-child.ts [--warm-up DOCUMENT] [--at-a-time N] FOLDER DOCUMENT…
 * Each document gets a fresh pit, which stands ready after the first as in the gateway; its pages are encoded here, with a text
 * layer, and written to FOLDER.
 */
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { UntrustedContent } from "../src/core/content.ts";
import { fileSchema } from "../src/config/schema.ts";
import { DEFAULT_LIMITS } from "../src/core/limits.ts";
import { createPit } from "../src/pit/pit.ts";
import { createRender } from "../src/render/render.ts";
import { sampleDocument } from "../src/render/sample-document.ts";
import { report } from "./measure.ts";

export type PdfReport = readonly {
  readonly output: string;
  /** On the clock of the process. */
  readonly beganMs: number;
  readonly ms: number;
}[];

/** The next pit is started when a document is done, and stands after a fifth of this. */
const UNTIL_READY_MS = 1000;

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "warm-up": { type: "string" },
    "at-a-time": { type: "string", default: "1" },
  },
});
const [folder = "", ...documents] = positionals;
const { pitSpares } = fileSchema.parse({}).workers;
const pit = createPit({ limits: DEFAULT_LIMITS, pitSpares });
const render = createRender(DEFAULT_LIMITS);

await pit.keepCode(untrusted(await sampleDocument()));
if (asked["warm-up"] !== undefined) {
  await make(asked["warm-up"]);
  await pause(UNTIL_READY_MS);
}
const converted: { output: string; beganMs: number; ms: number }[] = [];
const waiting = documents.entries();
await Promise.all(
  Array.from({ length: Number(asked["at-a-time"]) }, async () => {
    for (const [place, path] of waiting) converted[place] = await make(path);
  }),
);
report(converted satisfies PdfReport);

async function make(path: string) {
  const output = join(folder, `clean-${basename(path)}`);
  const begun = performance.now();
  const document = await pit.open("pdf", await untrustedFile(path));
  const { bytes } = await render.pdf(document.pages, {
    textLayer: true,
  });
  await writeFile(output, bytes);
  return { output, beganMs: begun, ms: performance.now() - begun };
}

async function untrustedFile(path: string): Promise<UntrustedContent> {
  return untrusted(await readFile(path));
}

function untrusted(bytes: Uint8Array): UntrustedContent {
  const content = {
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    async *open() {
      yield bytes;
    },
  };
  return content as unknown as UntrustedContent;
}
