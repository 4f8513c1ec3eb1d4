import type { Envelope } from "../../core/envelope.ts";
import type { ItemId } from "../../core/id.ts";
import type { ItemKind, ItemState, RecipientState } from "../../core/item.ts";
import type { FileKind } from "../../core/part.ts";
import type { Override, Plan } from "../../core/plan.ts";
import type { HoldRecord } from "../../core/hold.ts";
import type { ItemRecord, RecipientRecord } from "../../core/item-record.ts";
import type { HoldCode, VerdictKind } from "../../core/verdict.ts";

/** Rows as they stand in the tables and cross the thread: flat, so that crossing is cheap; JSON is read on the far side. */
export interface ItemRow {
  readonly seq: number;
  readonly id: ItemId;
  readonly tenant: string;
  readonly state: ItemState;
  readonly received_at: number;
  readonly updated_at: number;
  readonly due_at: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly envelope: string;
  readonly parent: ItemId | null;
  readonly override: string | null;
  readonly verdict: VerdictKind | null;
  readonly plan: string | null;
  readonly subject: string | null;
  readonly sender: string | null;
  readonly last_fault: string | null;
  readonly held_count: number;
  readonly kind: ItemKind | null;
  readonly thread: string | null;
  readonly password_from: ItemId | null;
  readonly source: ItemId | null;
  /** JSON of paths. */
  readonly opens: string | null;
}

export interface RecipientRow {
  readonly item: number;
  readonly seq: number;
  readonly address: string;
  readonly state: RecipientState;
  readonly attempts: number;
  readonly unknowns: number;
  readonly due_at: number;
  readonly opened_at: number | null;
  readonly lease_until: number | null;
  readonly reply: string | null;
}

export interface HoldRow {
  readonly item_id: ItemId;
  readonly part: string | null;
  readonly code: HoldCode;
  readonly detail: string;
  readonly name: string | null;
  readonly kind: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly at: number;
  readonly state: HoldRecord["state"];
  readonly decided_by: string | null;
  readonly decided_why: string | null;
  readonly decided_at: number | null;
}

/** Every column of an item and the number of its open holds. */
export const ITEM_COLUMNS = `*,
  (SELECT count(*) FROM holds WHERE holds.item = items.seq AND holds.state = 'held') AS held_count`;

export function itemRecord(row: ItemRow): ItemRecord {
  return {
    id: row.id,
    tenant: row.tenant,
    envelope: JSON.parse(row.envelope) as Envelope,
    bytes: row.bytes,
    sha256: row.sha256,
    parent: row.parent,
    override: parsed<Override>(row.override),
    state: row.state,
    receivedAt: row.received_at,
    updatedAt: row.updated_at,
    attempts: row.attempts,
    dueAt: row.due_at,
    verdict: row.verdict,
    plan: parsed<Plan>(row.plan),
    subject: row.subject,
    from: row.sender,
    lastFault: row.last_fault,
    heldCount: row.held_count,
    ...(row.kind === null ? {} : { kind: row.kind }),
    ...(row.thread === null ? {} : { thread: row.thread }),
    ...(row.source === null ? {} : { source: row.source }),
    ...(row.password_from === null ? {} : { passwordFrom: row.password_from }),
  };
}

export function recipientRecord(
  item: ItemId,
  row: RecipientRow,
): RecipientRecord {
  return {
    item,
    seq: row.seq,
    address: row.address,
    state: row.state,
    attempts: row.attempts,
    unknowns: row.unknowns,
    dueAt: row.due_at,
    reply: row.reply,
  };
}

export function holdRecord(row: HoldRow): HoldRecord {
  return {
    item: row.item_id,
    part: row.part,
    code: row.code,
    detail: row.detail,
    name: row.name,
    kind: parsed<FileKind>(row.kind),
    bytes: row.bytes,
    sha256: row.sha256,
    at: row.at,
    state: row.state,
    decidedBy: row.decided_by,
    decidedWhy: row.decided_why,
    decidedAt: row.decided_at,
  };
}

function parsed<T>(text: string | null): T | null {
  return text === null ? null : (JSON.parse(text) as T);
}
