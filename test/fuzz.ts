// Tries the reading of mails with mails that nobody wrote: `npm run fuzz -- [--minutes N] [--seed S]`.
// Ends with 1 at the first failure, after writing the input, made as small as it gets, into fixtures/fuzz. Every 50th mail is
// one thing over and over, as large as it may be; 5 s of work on it are a failure, too, and kept in fixtures/fuzz/big.json.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../bench/random.ts";
import {
  bigMail,
  keepBigFind,
  readBigFinds,
  tryBig,
} from "./support/fuzz-big.ts";
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
    help: { type: "boolean", short: "h" },
  },
});
const USAGE = `npm run fuzz -- [--minutes N] [--seed S]

  --minutes N  how long; 10 when not told
  --seed S     a whole number: the same one makes the same mails
`;
if (values.help === true) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const minutes = Number(values.minutes);
const first = Number(values.seed);
if (!(minutes > 0) || !Number.isInteger(first)) {
  process.stderr.write(`Usage: ${USAGE}`);
  process.exit(2);
}

const EVERY_BIG = 50;

const finds = readFinds();
const bigFinds = readBigFinds();
const inputs = [...finds.values()];
process.stdout.write(
  `seed ${first}, ${minutes} min, ${finds.size + bigFinds.length} finds\n`,
);
for (const [name, bytes] of finds) {
  const failure = await tryTargets(0, bytes, true);
  if (failure !== null) {
    process.stdout.write(`${name}: ${failure.target}: ${failure.message}\n`);
    process.exit(1);
  }
}

for (const big of bigFinds) {
  const message = await tryBig(big);
  if (message !== null) {
    process.stdout.write(`${JSON.stringify(big)}: ${message}\n`);
    process.exit(1);
  }
}

const until = performance.now() + minutes * MINUTE_MS;
let seed = first;
for (; performance.now() < until; seed++) {
  if (seed % EVERY_BIG === 0) {
    const big = bigMail(new Random(seed));
    const message = await tryBig(big);
    if (message !== null) {
      keepBigFind(big);
      process.stdout.write(
        `seed ${seed}: ${JSON.stringify(big)}: ${message}\n`,
      );
      process.exit(1);
    }
  }
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
