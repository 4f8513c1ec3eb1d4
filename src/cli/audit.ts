import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { KeyObject } from "node:crypto";
import { placesIn } from "../assembly/places.ts";
import type { AuditPlace } from "../core/audit.ts";
import type { Ledger } from "../core/ledger.ts";
import { isSigned, parseCheckpoint, signing } from "../store/checkpoint.ts";
import { loadClearPublicKey, loadRecordKeys } from "../store/keys.ts";
import { createLedger } from "../store/ledger.ts";
import { firstOf } from "../wire/record-gap.ts";
import { createArchive, verifyArchive } from "../store/record-archive.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
} from "./command.ts";
import { progressLine, withProgress } from "./progress-line.ts";

const RECORD = { what: "record", unit: "entries" } as const;

export const audit: Command = {
  help: `Usage: sekisho audit verify [ARCHIVE…] [--checkpoint FILE] [--config FILE]
       sekisho audit checkpoint [--config FILE]
       sekisho audit export --out DIR [--config FILE]

verify recomputes the hash chain over every decision on record. Exit 0 when it holds; 1, with the first broken entry, when
not. What was past its time may have been cut off from the beginning (retention) or removed from between; then verify says from
where the chain goes on, how many are gone, and that each removal was signed. With files of retention.archiveFolder or of export it proves those too, and that they belong
together. checkpoint prints a signed line that says how far the record has come. Keep such lines on another machine or on
paper: with --checkpoint verify also tells whether the record still is the one of that time, and not a new one. export
writes the whole record into one signed file of JSON lines.`,
  async run(args) {
    const parsed = parse(args, {
      checkpoint: { type: "string" },
      out: { type: "string" },
    });
    const [act, ...files] = parsed.positionals;
    const out = text(parsed.values, "out");
    if (act !== "verify" && act !== "checkpoint" && act !== "export")
      throw new UsageError("say what to do: verify, checkpoint or export");
    if (act !== "verify" && files.length > 0)
      throw new UsageError(`${act} takes no files`);
    if ((act === "export") !== (out !== null))
      throw new UsageError("--out DIR belongs to export");
    const places = placesIn(parsed.config().gateway.varFolder);
    const ledger = await createLedger(places.ledger);
    const keys = await loadRecordKeys(places.keys);
    const desk: Desk = {
      ...{ ledger, ...signing(keys) },
      // Lines of before the record had a key of its own were signed with that of what crosses.
      believed: [
        keys.publicKey,
        ...(await loadClearPublicKey(places.keys).then(
          (key) => [key],
          () => [],
        )),
      ],
    };
    try {
      if (act === "checkpoint") return await makeCheckpoint(desk);
      if (act === "export") return await exportRecord(desk, resolve(out ?? ""));
      const held = await verifyChain(desk);
      if (held !== EXIT.done) return held;
      const archived = await verifyArchives(desk, files);
      const file = text(parsed.values, "checkpoint");
      return archived === EXIT.done && file !== null
        ? await verifyCheckpoint(desk, file)
        : archived;
    } finally {
      await ledger.close();
    }
  },
};

interface Desk extends ReturnType<typeof signing> {
  readonly ledger: Ledger;
  readonly believed: readonly KeyObject[];
}

async function verifyChain({
  ledger,
  isSigned,
  isProven,
}: Desk): Promise<number> {
  const { entries, from, removed, brokenAt } = await recompute({
    ledger,
    isProven,
  });
  if (brokenAt !== null) return broken(brokenAt);
  print(
    `the chain holds: ${entries} entries${from === 0 ? "" : `, from entry ${from + 1} on`}`,
  );
  if (removed > 0)
    print(
      `${removed} entries in between were past their time and removed, each signed`,
    );
  if (from === 0) return EXIT.done;
  const { entries: cuts } = await ledger.entries({
    ...{ actor: "janitor", act: "record-cut", peopleOnly: true },
    ...{ after: null, limit: 1 },
  });
  const [cut] = cuts;
  if (cut === undefined || !isSigned(cut.facts)) {
    complain(
      `entries up to ${from} are gone, and that was not signed by this gateway`,
    );
    return EXIT.fault;
  }
  print(
    `entries up to ${from} were past their time and cut off on ${new Date(cut.at).toISOString()}, which is signed`,
  );
  return EXIT.done;
}

async function recompute({
  ledger,
  isProven,
}: Pick<Desk, "ledger" | "isProven">) {
  const total = await entriesIn(ledger);
  return withProgress(RECORD, (at) =>
    ledger.verifyAudit(isProven, (done) => at(done, total)),
  );
}

async function entriesIn(ledger: Ledger): Promise<number> {
  const last = await entryAt(ledger, null);
  return (last?.seq ?? 0) - (await ledger.cutAt()).seq;
}

function broken(at: number): number {
  complain(
    `the chain is broken at entry ${at}; entries before it are as they were written`,
  );
  return EXIT.fault;
}

/** Each as a whole, and each the one after the one before; the last one is followed by the ledger, where it reaches so far. */
async function verifyArchives(
  { ledger, believed }: Desk,
  files: readonly string[],
): Promise<number> {
  let before: AuditPlace | null = null;
  for (const file of files) {
    const found = await verifyArchive(file, believed);
    if (found.brokenAtLine !== null) {
      complain(`${file} is not as it was written: line ${found.brokenAtLine}`);
      return EXIT.fault;
    }
    const { first, last, previous, hash } = found;
    if (before?.seq === first - 1 && before.hash !== previous) {
      complain(`${file} does not belong to the file before it`);
      return EXIT.fault;
    }
    print(`${file} holds: entries ${first} to ${last}`);
    before = { seq: last, hash };
  }
  const cut = await ledger.cutAt();
  if (before !== null && before.seq === cut.seq && before.hash !== cut.hash) {
    complain("the record does not go on from the last file");
    return EXIT.fault;
  }
  if (before !== null && before.seq === cut.seq)
    print("and the record goes on from there");
  return EXIT.done;
}

async function makeCheckpoint({
  ledger,
  sign,
  isProven,
}: Desk): Promise<number> {
  const { brokenAt } = await recompute({ ledger, isProven });
  if (brokenAt !== null) return broken(brokenAt);
  const last = await entryAt(ledger, null);
  if (last === null) return empty();
  print(JSON.stringify(sign(last)));
  return EXIT.done;
}

function empty(): number {
  complain("the record is empty");
  return EXIT.fault;
}

async function exportRecord(
  { ledger, sign }: Desk,
  folder: string,
): Promise<number> {
  const begin = await ledger.cutAt();
  const archive = await createArchive(folder, begin.seq + 1);
  const total = await entriesIn(ledger);
  const progress = progressLine(RECORD);
  let last: AuditPlace | null = null;
  try {
    for (;;) {
      const lines = await ledger.auditLines(last?.seq ?? begin.seq);
      if (lines.length === 0) break;
      await archive.add(lines);
      last = lines.at(-1) ?? last;
      progress.at((last?.seq ?? 0) - begin.seq, total);
    }
    progress.hide();
    if (last !== null) {
      print(await archive.finish(sign(last)));
      return EXIT.done;
    }
  } catch (error) {
    progress.hide();
    await archive.abandon();
    throw error;
  }
  await archive.abandon();
  return empty();
}

async function verifyCheckpoint(
  { ledger, believed }: Desk,
  file: string,
): Promise<number> {
  const checkpoint = parseCheckpoint(readFileSync(file, "utf8"));
  if (checkpoint === null) {
    complain(`${file} holds no checkpoint`);
    return EXIT.fault;
  }
  if (!believed.some((key) => isSigned(checkpoint, key))) {
    complain(`the checkpoint in ${file} was not signed by this gateway`);
    return EXIT.fault;
  }
  const { seq, hash, at } = checkpoint;
  const cut = await ledger.cutAt();
  const known = seq === cut.seq ? cut : await entryAt(ledger, seq);
  if (known === null && (seq < cut.seq || (await isRemoved(ledger, seq)))) {
    complain(`entry ${seq} was removed since; look into its archive file`);
    return EXIT.fault;
  }
  if (known?.hash !== hash) {
    complain(`the record is not the one of ${at}: entry ${seq} is another one`);
    return EXIT.fault;
  }
  print(`and is the one of ${at}: entry ${seq} is still the same`);
  return EXIT.done;
}

/** The chain was proven before. */
async function isRemoved(ledger: Ledger, seq: number): Promise<boolean> {
  const [line] = await ledger.auditLines(seq - 1);
  return line !== undefined && firstOf(line) <= seq;
}

/** The newest when `seq` is null. */
async function entryAt(
  ledger: Ledger,
  seq: number | null,
): Promise<AuditPlace | null> {
  if (seq !== null) {
    const [entry] = await ledger.auditLines(seq - 1);
    return entry?.seq === seq ? entry : null;
  }
  const { entries } = await ledger.entries({
    ...{ peopleOnly: false, limit: 1, after: null },
  });
  return entries[0] ?? null;
}
