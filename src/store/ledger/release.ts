import type { DatabaseSync } from "node:sqlite";
import type { Envelope } from "../../core/envelope.ts";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Override } from "../../core/plan.ts";
import type { HoldCode } from "../../core/verdict.ts";
import type { Books } from "./books.ts";
import type { ActGuard } from "../../core/quarantine.ts";
import type { InsertItem } from "./receive.ts";
import type { ItemRow } from "./rows.ts";
import type { VersionOf } from "./version.ts";

interface OpenHold {
  readonly seq: number;
  readonly part: string | null;
  readonly code: HoldCode;
  /** Set where it is not the mail that waits but its delivery to this one. */
  readonly recipient: number | null;
}

/** A person lets go what is held. A virus stays, whoever asks: in a part it holds that part, else the mail. */
export function prepareRelease(
  database: DatabaseSync,
  books: Books,
  {
    insertItem,
    versionOf,
  }: { readonly insertItem: InsertItem; readonly versionOf: VersionOf },
): (
  at: number,
  id: ItemId,
  override: Override,
  guard?: ActGuard | null,
) => ItemId | null {
  const find = database.prepare("SELECT * FROM items WHERE id = ?");
  const openHolds = database.prepare(
    "SELECT seq, part, code, recipient FROM holds WHERE item = ? AND state = 'held'",
  );
  const decide = database.prepare(
    `UPDATE holds SET state = 'released', decided_by = ?, decided_why = ?, decided_at = ? WHERE seq = ?`,
  );
  const revive = database.prepare(
    `UPDATE recipients SET state = 'pending', due_at = ?, attempts = 0, unknowns = 0, opened_at = NULL, lease_until = NULL
     WHERE item = ? AND state = 'held'`,
  );

  const onRecord = (
    at: number,
    override: Override,
    released: {
      readonly item: ItemId;
      readonly into: ItemId;
      readonly holds: readonly OpenHold[];
      readonly guard: ActGuard | null;
    },
  ): ItemId => {
    for (const hold of released.holds)
      decide.run(override.who, override.why, at, hold.seq);
    books.append(at, {
      act: "released",
      actor: override.who,
      facts: {
        item: released.item,
        into: released.into,
        why: override.why,
        until: override.until,
        waives: override.waives,
        holds: released.holds.map((hold) => hold.code),
        ...released.guard,
      },
    });
    return released.into;
  };

  return (at, id, override, guard = null) => {
    if (guard !== null && versionOf(id) !== guard.seen) return null;
    const item = find.get(id) as unknown as ItemRow | undefined;
    if (item === undefined) return null;
    const holds = openHolds.all(item.seq) as unknown as OpenHold[];
    const harmless = holds.filter((hold) => hold.code !== "VIRUS_FOUND");
    if (item.state === "held") {
      if (harmless.length === 0 || isMalicious(item, holds)) return null;
      if (books.move(id, "planned", { at, dueAt: at, override }) === null)
        return null;
      revive.run(at, item.seq);
      return onRecord(at, override, {
        ...{ item: id, into: id },
        ...{ holds: harmless, guard },
      });
    }
    if (item.state !== "delivered" || harmless.length === 0) return null;
    const into = newItemId();
    insertItem(at, {
      id: into,
      tenant: item.tenant,
      envelope: envelopeFor(item, harmless, books),
      bytes: item.bytes,
      sha256: item.sha256,
      parent: id,
      override,
      ...(item.kind === null ? {} : { kind: item.kind }),
      ...(item.thread === null ? {} : { thread: item.thread }),
    });
    return onRecord(at, override, {
      ...{ item: id, into },
      ...{ holds: harmless, guard },
    });
  };
}

/** A virus in the mail as a whole, or one of which nobody knows the part. */
function isMalicious(item: ItemRow, holds: readonly OpenHold[]): boolean {
  const viruses = holds.filter((hold) => hold.code === "VIRUS_FOUND");
  return viruses.length === 0
    ? item.verdict === "malicious"
    : viruses.some((hold) => hold.part === null);
}

/** Parts go to everybody again; when only some recipients' deliveries are held, only they get the mail. */
function envelopeFor(
  item: ItemRow,
  holds: readonly OpenHold[],
  books: Books,
): Envelope {
  const envelope = JSON.parse(item.envelope) as Envelope;
  if (holds.some((hold) => hold.recipient === null)) return envelope;
  const recipients = books
    .recipients(item.seq)
    .filter((one) => holds.some((hold) => hold.recipient === one.seq))
    .map((one) => one.address);
  return { ...envelope, recipients };
}
