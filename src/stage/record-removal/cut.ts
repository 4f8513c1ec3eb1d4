import type { AuditPlace } from "../../core/audit.ts";
import type { RecordArchive } from "../../store/record-archive.ts";
import { CUT, isOld, JANITOR, MAX_REMOVED_ENTRIES } from "./tools.ts";
import type { RecordTools } from "./tools.ts";

/** Removes the beginning of the chain, up to the first entry that must stay and no further than `until`. */
export async function cutRecord(
  tools: RecordTools,
  until: number,
): Promise<void> {
  const { ledger, log, sign } = tools;
  const { seq: begin } = await ledger.cutAt();
  const found = await copyOld(tools, begin, until);
  if (found !== null) {
    const checkpoint = sign(found.last);
    const archived = (await found.archive?.finish(checkpoint)) ?? null;
    const facts = { ...checkpoint, first: begin + 1, archived };
    await ledger.record({ act: CUT, actor: JANITOR, facts });
    log.info("record.cut", facts);
  }
  // Also what a crash left over the last time.
  while ((await ledger.dropCut()) > 0);
}

/** What is past its time, in a file where one is wanted; null when nothing is. */
async function copyOld(
  tools: RecordTools,
  after: number,
  until: number,
): Promise<{
  readonly last: AuditPlace;
  readonly archive: RecordArchive | null;
} | null> {
  let last: AuditPlace | null = null;
  let archive: RecordArchive | null = null;
  try {
    for (;;) {
      const from: number = last?.seq ?? after;
      const lines = await tools.ledger.auditLines(from);
      const end = lines.findIndex(
        (line) => line.seq > until || !isOld(line, tools),
      );
      const old = end === -1 ? lines : lines.slice(0, end);
      if (old.length > 0)
        archive ??= (await tools.archive?.(after + 1)) ?? null;
      await archive?.add(old);
      last = old.at(-1) ?? last;
      if (end !== -1 || old.length === 0) break;
      if (from - after >= MAX_REMOVED_ENTRIES) break;
    }
  } catch (error) {
    await archive?.abandon();
    throw error;
  }
  return last === null ? null : { last, archive };
}
