// Tries the reading of mails with mails that nobody wrote: `npm run fuzz -- [--minutes N] [--seed S]`.
// Ends with 1 at the first failure, after writing the input, made as small as it gets, into fixtures/fuzz.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  FINDS,
  inputOf,
  readFinds,
  shrink,
  tryTargets,
} from "./support/fuzz.ts";

const MINUTE_MS = 60_000;
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const minutes = Number(values.minutes);
const first = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(first)) {
  process.stderr.write("Usage: npm run fuzz -- [--minutes N] [--seed S]\n");
  process.exit(2);
}

const finds = readFinds();
const inputs = [...finds.values()];
process.stdout.write(`seed ${first}, ${minutes} min, ${finds.size} finds\n`);
for (const [name, bytes] of finds) {
  const failure = await tryTargets(0, bytes, true);
  if (failure !== null) {
    process.stdout.write(`${name}: ${failure.target}: ${failure.message}\n`);
    process.exit(1);
  }
}

const until = performance.now() + minutes * MINUTE_MS;
let seed = first;
for (; performance.now() < until; seed++) {
  const found = await tryTargets(seed, inputOf(seed, inputs), true);
  if (found === null) continue;
  const small = await shrink(found);
  const hash = createHash("sha256").update(small.bytes).digest("hex");
  const name = `${small.target}-${hash.slice(0, 8)}.eml`;
  mkdirSync(FINDS, { recursive: true });
  writeFileSync(join(FINDS, name), small.bytes);
  process.stdout.write(
    `seed ${seed}: ${small.target}: ${small.message}\nfixtures/fuzz/${name}, ${small.bytes.length} bytes\n`,
  );
  process.exit(1);
}
process.stdout.write(`${seed - first} mails, no failure\n`);
