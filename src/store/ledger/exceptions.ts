import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type {
  ActBy,
  ExceptionKind,
  ExceptionUse,
  NewException,
  SenderException,
} from "../../core/acts.ts";
import type { Books } from "./books.ts";
import { NOT_THE_LINE_ITSELF } from "./history.ts";

interface ExceptionRow {
  readonly id: string;
  readonly kind: ExceptionKind;
  readonly sender: string;
  readonly recipient: string | null;
  readonly tenant: string | null;
  readonly who: string;
  readonly why: string;
  readonly at: number;
  readonly until: number;
  readonly revoked_by: string | null;
  readonly revoked_why: string | null;
  readonly revoked_at: number | null;
  readonly uses: number;
  readonly used_at: number | null;
}

const ID_BYTES = 8;
const USED = "exception-used";

export interface ExceptionsAsk {
  readonly tenants: readonly string[] | null;
  readonly inForceOnly: boolean;
  readonly limit: number;
}

export function prepareExceptions(database: DatabaseSync, books: Books) {
  const same = database.prepare(
    `SELECT * FROM exceptions WHERE kind = ? AND sender = ? AND recipient IS ? AND tenant IS ?
       AND revoked_at IS NULL AND until > ?`,
  );
  const insert = database.prepare(
    `INSERT INTO exceptions (id, kind, sender, recipient, tenant, who, why, at, until)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
  );
  const end = database.prepare(
    `UPDATE exceptions SET revoked_by = ?, revoked_why = ?, revoked_at = ?
     WHERE id = ? AND revoked_at IS NULL AND until > ? RETURNING *`,
  );
  const changed = database.prepare(
    "UPDATE exceptions_revision SET revision = revision + 1",
  );
  const revision = database.prepare("SELECT revision FROM exceptions_revision");
  const list = database.prepare(
    `SELECT * FROM exceptions
     WHERE (?1 = 0 OR (revoked_at IS NULL AND until > ?2))
       AND (?3 IS NULL OR tenant IS NULL OR tenant IN (SELECT value FROM json_each(?3)))
     ORDER BY seq DESC LIMIT ?4`,
  );
  const usedFor = database.prepare(
    `SELECT 1 FROM audit INDEXED BY audit_item WHERE item = ? AND ${NOT_THE_LINE_ITSELF}
       AND act = '${USED}' AND json_extract(facts, '$.exception') = ?`,
  );
  const use = database.prepare(
    "UPDATE exceptions SET uses = uses + 1, used_at = ? WHERE id = ?",
  );
  return {
    /** A mail that is looked at twice counts once. */
    useException(at: number, id: string, { item, kind }: ExceptionUse): void {
      if (usedFor.get(item, id) !== undefined) return;
      use.run(at, id);
      books.append(at, {
        ...{ act: USED, actor: "sanitizer" },
        facts: { item, exception: id, kind },
      });
    },
    addException(at: number, wanted: NewException, by: ActBy) {
      const { kind, sender, recipient, tenant, until } = wanted;
      const known = same.get(kind, sender, recipient, tenant, at);
      if (known !== undefined)
        return { exception: told(known as never), isNew: false };
      const id = randomBytes(ID_BYTES).toString("hex");
      const row = insert.get(
        ...[id, kind, sender, recipient, tenant],
        ...[by.who, by.why, at, until],
      );
      changed.run();
      books.append(at, {
        act: "exception-added",
        actor: by.who,
        facts: { exception: id, ...wanted, why: by.why, via: by.via },
      });
      return { exception: told(row as never), isNew: true };
    },
    revokeException(at: number, id: string, by: ActBy): boolean {
      const row = end.get(by.who, by.why, at, id, at);
      if (row === undefined) return false;
      changed.run();
      const { kind, sender, recipient, tenant } = told(row as never);
      books.append(at, {
        act: "exception-revoked",
        actor: by.who,
        facts: {
          ...{ exception: id, kind, sender, recipient, tenant },
          ...{ why: by.why, via: by.via },
        },
      });
      return true;
    },
    exceptions: (
      at: number,
      ask: ExceptionsAsk,
    ): readonly SenderException[] => {
      const tenants = ask.tenants === null ? null : JSON.stringify(ask.tenants);
      return list
        .all(ask.inForceOnly ? 1 : 0, at, tenants, ask.limit)
        .map((row) => told(row as never));
    },
    exceptionsRevision: (): number => Number(revision.get()?.["revision"] ?? 0),
  };
}

function told(row: ExceptionRow): SenderException {
  return {
    ...{ id: row.id, kind: row.kind, sender: row.sender },
    ...{ recipient: row.recipient, tenant: row.tenant, until: row.until },
    ...{ who: row.who, why: row.why, at: row.at },
    revokedBy: row.revoked_by,
    revokedWhy: row.revoked_why,
    revokedAt: row.revoked_at,
    uses: row.uses,
    usedAt: row.used_at,
  };
}
