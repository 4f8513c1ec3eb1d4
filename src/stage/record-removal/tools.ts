import type { AuditPlace, IsProven } from "../../core/audit.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { Log } from "../../core/log.ts";
import type { AuditLine } from "../../core/quarantine.ts";
import { recordClassOf } from "../../policy/record-class.ts";
import type { RecordClass } from "../../policy/record-class.ts";
import type { Checkpoint } from "../../store/checkpoint.ts";
import type { ArchiveName, RecordArchive } from "../../store/record-archive.ts";
import type { RecordGap } from "../../wire/record-gap.ts";
import { isGap } from "../../wire/record-gap.ts";

type Chain = Pick<
  Ledger,
  | ("entries" | "record" | "verifySome" | "cutAt" | "auditLines")
  | ("dropCut" | "dropEntries")
>;

export interface RecordTools {
  readonly ledger: Chain & Pick<Ledger, "forgetItems">;
  readonly log: Log;
  readonly clock: () => number;
  readonly sign: (place: AuditPlace) => Checkpoint;
  /** Whether facts of an entry are a checkpoint that was signed here. */
  readonly isSigned: (facts: object) => boolean;
  readonly signGap: (gap: RecordGap) => AuditLine;
  readonly isProven: IsProven;
  /** Null: what is past its time goes without a copy. */
  readonly archive:
    ((first: number, named?: ArchiveName) => Promise<RecordArchive>) | null;
  /** The last entry that every collector of the record has; null where there is none. */
  readonly sentUpTo: () => number | null;
  readonly keep: {
    /** ms; null: for ever. */
    readonly entriesMs: Readonly<Record<RecordClass, number | null>>;
    readonly itemsMs: number | null;
  };
}

export const JANITOR = "janitor";
export const CUT = "record-cut";
/** Entries that leave in one go; what is left goes in the next one. */
export const MAX_REMOVED_ENTRIES = 200_000;

/** What a gap stands for is gone already, and nothing of it has to stay. */
export function isOld(
  line: AuditLine,
  { keep, clock }: Pick<RecordTools, "keep" | "clock">,
): boolean {
  if (isGap(line)) return true;
  const keepMs = keep.entriesMs[recordClassOf(line)];
  return keepMs !== null && line.at < clock() - keepMs;
}
