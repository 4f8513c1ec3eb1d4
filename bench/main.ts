/**
 * npm run bench -- [NAME…] [--json | --markdown]
 * Exit 0 done, 1 a benchmark failed or our own side of it could not run, 2 wrong usage, 130 interrupted.
 */
import { parseArgs } from "node:util";
import { toRow } from "./bench.ts";
import type { Bench, Row } from "./bench.ts";
import { coreGrowth } from "./core-growth.ts";
import { coreLarge } from "./core-large.ts";
import { coreMemory } from "./core-memory.ts";
import { coreSmall } from "./core-small.ts";
import { lineAttachment } from "./line-attachment.ts";
import { lineText } from "./line-text.ts";
import { eta } from "./measure.ts";
import { office } from "./office.ts";
import { pdf } from "./pdf.ts";
import { pdfCores } from "./pdf-cores.ts";
import { pdfScale } from "./pdf-scale.ts";
import { Room } from "./room.ts";
import { humanTable, markdownTable } from "./table.ts";

const BENCHES: readonly Bench[] = [
  coreLarge,
  coreSmall,
  coreMemory,
  coreGrowth,
  lineText,
  lineAttachment,
  pdf,
  pdfCores,
  pdfScale,
  office,
];

const USAGE = `npm run bench -- [NAME…] [--json | --markdown]

  --json      one JSON line for each benchmark on standard output, nothing else
  --markdown  the table as it stands in the README
  --help      this text

${BENCHES.map((bench) => `  ${bench.name.padEnd(16)}${bench.about}`).join("\n")}
`;

let room: Room | null = null;
let interrupted = false;

async function main(): Promise<number> {
  const asked = readArguments();
  if (asked === null) return 2;
  if (asked.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const rows: Row[] = [];
  for (const [at, bench] of asked.benches.entries()) {
    const left = asked.benches
      .slice(at)
      .reduce((sum, { aboutSeconds }) => sum + aboutSeconds, 0);
    const place = `[${at + 1}/${asked.benches.length} ${bench.name}]`;
    say(`${place} begins; all done in about ${eta(left * 1000)}`);
    const row = await measure(bench, place);
    rows.push(row);
    if (asked.json) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
  if (!asked.json) {
    process.stdout.write((asked.markdown ? markdownTable : humanTable)(rows));
  }
  return rows.some((row) => row.ours === null) ? 1 : 0;
}

async function measure(bench: Bench, place: string): Promise<Row> {
  room = await Room.open((text) => say(`${place} ${text}`));
  try {
    return toRow(bench, await bench.run(room));
  } catch (error) {
    if (interrupted) return await untilTheSignalEndsUs();
    const why = error instanceof Error ? error.message : String(error);
    say(`${place} FAILED: ${why}`);
    return toRow(bench, { ours: null, rivals: {}, note: `failed: ${why}` });
  } finally {
    await room.close();
    room = null;
  }
}

/** What fails now fails because it was stopped. */
function untilTheSignalEndsUs(): Promise<never> {
  return new Promise(() => undefined);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const unknown = positionals.filter(
      (name) => !BENCHES.some((bench) => bench.name === name),
    );
    if (unknown.length > 0) {
      say(`no such benchmark: ${unknown.join(", ")}\n\n${USAGE}`);
      return null;
    }
    if (values.json && values.markdown) {
      say(`--json and --markdown exclude each other\n\n${USAGE}`);
      return null;
    }
    const benches =
      positionals.length === 0
        ? BENCHES
        : positionals.flatMap((name) =>
            BENCHES.filter((bench) => bench.name === name),
          );
    return { ...values, benches };
  } catch (error) {
    say(`${error instanceof Error ? error.message : ""}\n\n${USAGE}`);
    return null;
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    interrupted = true;
    say("interrupted: stopping what was started");
    const closing = room?.close() ?? Promise.resolve();
    void closing.finally(() => process.exit(130));
  });
}

process.exitCode = await main();
