import { Fault } from "../../core/fault.ts";
import type { AuditLine } from "../../core/quarantine.ts";
import { recordClassOf } from "../../policy/record-class.ts";
import type { RecordClass } from "../../policy/record-class.ts";
import type { RecordArchive } from "../../store/record-archive.ts";
import { ELSEWHERE, firstOf, isGap, REMOVED } from "../../wire/record-gap.ts";
import type { RecordGap } from "../../wire/record-gap.ts";
import { isOld, JANITOR, MAX_REMOVED_ENTRIES } from "./tools.ts";
import type { RecordTools } from "./tools.ts";

/** Neighbours that become one gap, and rows that leave in one transaction: mails wait for its end. */
const MAX_ROWS = 2_000;
const THINNED = "record-thinned";

/** What is to become one gap. */
interface Stretch {
  gap: RecordGap;
  rows: number;
  /** Without what was a gap before. */
  entries: number;
}

interface Found {
  readonly stretches: Stretch[];
  readonly counts: Partial<Record<RecordClass, number>>;
  entries: number;
  archive: RecordArchive | null;
  /** The last that was copied. */
  last: AuditLine | null;
}

/**
 * Removes from the middle of the chain what is past its time, and signs how the chain goes over it. A copy is whole first, then
 * the record says what goes, then it goes, handful by handful: after a crash the next round finds the rest.
 */
export async function thinRecord(
  tools: RecordTools,
  bounds: { readonly until: number; readonly staying: number | null },
): Promise<void> {
  const { ledger, log, sign, keep, clock } = tools;
  if (Object.values(keep.entriesMs).every((keepMs) => keepMs === null)) return;
  const found = await findOld(tools, bounds);
  if (found.last === null) return;
  const archived = (await found.archive?.finish(sign(found.last))) ?? null;
  const [first] = found.stretches;
  const facts = {
    ...{ first: first?.gap.first, last: found.last.seq },
    ...{ entries: found.counts, archived, before: limits(keep, clock()) },
  };
  await ledger.record({ act: THINNED, actor: JANITOR, facts });
  log.info("record.thinned", facts);
  for (const handful of inHandfuls(found.stretches))
    await ledger.dropEntries(handful.map(({ gap }) => tools.signGap(gap)));
}

/** Up to when each kind is gone now, epoch ms; kinds that stay for ever have none. */
function limits(
  keep: RecordTools["keep"],
  now: number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(keep.entriesMs).flatMap(([kind, keepMs]) =>
      keepMs === null ? [] : [[kind, now - keepMs]],
    ),
  );
}

async function findOld(
  tools: RecordTools,
  bounds: { readonly until: number; readonly staying: number | null },
): Promise<Found> {
  const found: Found = {
    ...{ stretches: [], counts: {}, entries: 0, archive: null, last: null },
  };
  // Most of the record is what mails write; where that stays it is not even looked at.
  const ofTheLine = tools.keep.entriesMs.line !== null;
  const youngest = Math.max(
    ...Object.values(limits(tools.keep, tools.clock())),
  );
  let after = (await tools.ledger.cutAt()).seq;
  try {
    while (found.entries < MAX_REMOVED_ENTRIES) {
      const lines = await tools.ledger.auditLines(after, ofTheLine);
      const old = lines.filter(
        (line) =>
          line.seq <= bounds.until &&
          line.seq !== bounds.staying &&
          isOld(line, tools),
      );
      for (const line of old) take(tools, found, line);
      await copy(
        tools,
        found,
        old.filter((line) => !isGap(line)),
      );
      const last = lines.at(-1);
      // The record is as old as its place in it.
      if (last === undefined || last.at >= youngest || last.seq >= bounds.until)
        break;
      after = last.seq;
    }
  } catch (error) {
    await found.archive?.abandon();
    throw error;
  }
  return found;
}

/** Proven again: nothing that was changed since the chain was looked at gets our signature. */
function take(tools: RecordTools, found: Found, line: AuditLine): void {
  const { seq: last, previous, hash, at } = line;
  if (!tools.isProven(line)) throw new Fault("STORE_DAMAGED", { entry: last });
  const first = firstOf(line);
  const entries = isGap(line) ? 0 : 1;
  if (entries === 1) {
    const kind = recordClassOf(line);
    found.counts[kind] = (found.counts[kind] ?? 0) + 1;
    found.entries += 1;
  }
  const before = found.stretches.at(-1);
  const isNext =
    before !== undefined &&
    before.gap.last === first - 1 &&
    before.rows < MAX_ROWS;
  if (!isNext) {
    const gap = { act: REMOVED, first, last, previous, hash, at } as const;
    found.stretches.push({ gap, rows: 1, entries });
    return;
  }
  if (before.gap.hash !== previous)
    throw new Fault("STORE_DAMAGED", { entry: first });
  before.gap = { ...before.gap, last, hash, at };
  before.rows += 1;
  before.entries += entries;
}

/** What lies between them stays in the record, or went before: a gap in the copy, so that it proves itself alone. */
async function copy(
  tools: RecordTools,
  found: Found,
  lines: readonly AuditLine[],
): Promise<void> {
  const [first] = lines;
  if (first === undefined) return;
  let { last } = found;
  found.last = lines.at(-1) ?? last;
  found.archive ??= (await tools.archive?.(first.seq, "removed")) ?? null;
  if (found.archive === null) return;
  const copied: AuditLine[] = [];
  for (const line of lines) {
    if (last !== null && last.seq !== line.seq - 1)
      copied.push(
        tools.signGap({
          ...{ act: ELSEWHERE, first: last.seq + 1, last: line.seq - 1 },
          ...{ previous: last.hash, hash: line.previous, at: line.at },
        }),
      );
    copied.push(line);
    last = line;
  }
  await found.archive.add(copied);
}

/** A gap of before that nothing joined stays as it is. */
function* inHandfuls(
  stretches: readonly Stretch[],
): Generator<readonly Stretch[]> {
  let handful: Stretch[] = [];
  let rows = 0;
  for (const stretch of stretches) {
    if (stretch.entries === 0) continue;
    if (rows + stretch.rows > MAX_ROWS && handful.length > 0) {
      yield handful;
      [handful, rows] = [[], 0];
    }
    handful.push(stretch);
    rows += stretch.rows;
  }
  if (handful.length > 0) yield handful;
}
