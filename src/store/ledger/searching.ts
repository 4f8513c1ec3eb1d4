import type { Envelope } from "../../core/envelope.ts";
import { parseItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { ItemState } from "../../core/item.ts";
import type {
  AuditRecord,
  Quarantine,
  QuarantineRow,
} from "../../core/quarantine.ts";
import { SECOND } from "../../core/units.ts";
import type { VerdictKind } from "../../core/verdict.ts";
import type { Asker } from "./ask.ts";
import type { AuditEntryRow } from "./history.ts";
import { holdRecord } from "./rows.ts";
import type { FoundRow } from "./search.ts";

/** A person waits. What was not looked at by then is told, to be asked for again. */
const SEARCH_MS = 2 * SECOND;

/** Window after window until the page is full, the end is reached or the time is up. */
export function searching(asker: Asker): Quarantine {
  return {
    async search(ask) {
      const { rows, ...end } = await pageOf(ask, (one) =>
        asker.ask("search", one),
      );
      return { rows: rows.map(quarantineRow), ...end };
    },
    version: (id) => asker.ask("version", id),
    history: async (id, limit, acts) =>
      (await asker.ask("history", id, limit, acts ?? null)).map(auditRecord),
    async entries(ask) {
      const { rows, ...end } = await pageOf(ask, (one) =>
        asker.ask("entries", one),
      );
      return { entries: rows.map(auditRecord), ...end };
    },
  };
}

async function pageOf<
  Ask extends { readonly after: number | null; readonly limit: number },
  Row,
>(
  ask: Ask,
  window: (ask: Ask) => Promise<{
    readonly rows: readonly Row[];
    readonly after: number | null;
  }>,
): Promise<{
  readonly rows: readonly Row[];
  readonly after: number | null;
  readonly complete: boolean;
}> {
  const began = performance.now();
  const rows: Row[] = [];
  let after = ask.after;
  do {
    const limit = ask.limit - rows.length;
    const found = await window({ ...ask, after, limit });
    rows.push(...found.rows);
    after = found.after;
    if (after === null || rows.length >= ask.limit)
      return { rows, after, complete: true };
  } while (performance.now() - began < SEARCH_MS);
  return { rows, after, complete: false };
}

function quarantineRow(row: FoundRow): QuarantineRow {
  const envelope = JSON.parse(row.envelope) as Envelope;
  return {
    id: row.id as ItemId,
    tenant: row.tenant,
    state: row.state as ItemState,
    verdict: row.verdict as VerdictKind | null,
    receivedAt: row.received_at,
    bytes: row.bytes,
    subject: row.subject,
    from: row.sender,
    reversePath: envelope.reversePath,
    recipients: envelope.recipients,
    holds: row.holds.map(holdRecord),
    holdCount: row.hold_count,
    version: row.version,
  };
}

function auditRecord(row: AuditEntryRow): AuditRecord {
  return {
    seq: row.seq,
    at: row.at,
    act: row.act,
    actor: row.actor,
    item: parseItemId(row.item),
    facts: JSON.parse(row.facts) as Readonly<Record<string, unknown>>,
    hash: row.hash,
  };
}
