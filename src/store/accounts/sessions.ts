import type { DatabaseSync } from "node:sqlite";
import type {
  NewSession,
  Session,
  SessionTimes,
  WayIn,
} from "../../core/account.ts";
import type { People } from "./people.ts";

/** More at a time than a person has browsers; the oldest ends. */
const MAX_SESSIONS_OF_ONE = 5;
/** Addresses that an account is known at. */
const MAX_ADDRESSES_OF_ONE = 8;

export interface Sessions {
  readonly open: (
    token: string,
    of: NewSession & { readonly name: string; readonly at: number },
  ) => void;
  readonly find: (token: string) => Session | null;
  readonly listOf: (
    name: string,
  ) => readonly (SessionTimes & { readonly token: string })[];
  readonly touch: (token: string, at: number) => void;
  readonly confirm: (token: string, at: number) => void;
  readonly end: (token: string) => void;
  readonly endAllOf: (name: string, except?: string) => number;
  readonly endOld: (beganBefore: number, seenBefore: number) => void;
}

export function prepareSessions(
  database: DatabaseSync,
  people: People,
): Sessions {
  const insert = database.prepare(
    `INSERT INTO sessions (token, account, created_at, seen_at, address, way, confirmed_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const surplus = database.prepare(
    `DELETE FROM sessions WHERE account = ?1 AND token NOT IN
       (SELECT token FROM sessions WHERE account = ?1 ORDER BY created_at DESC, token LIMIT ?2)`,
  );
  const seen = database.prepare(
    "UPDATE accounts SET signed_in_at = ? WHERE name = ?",
  );
  const known = database.prepare(
    "INSERT INTO addresses (account, address, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
  );
  const forget = database.prepare(
    `DELETE FROM addresses WHERE account = ?1 AND address NOT IN
       (SELECT address FROM addresses WHERE account = ?1 ORDER BY at DESC LIMIT ?2)`,
  );
  const find = database.prepare("SELECT * FROM sessions WHERE token = ?");
  const listOf = database.prepare(
    "SELECT * FROM sessions WHERE account = ? ORDER BY created_at DESC, token",
  );
  const confirm = database.prepare(
    "UPDATE sessions SET confirmed_at = max(confirmed_at, ?) WHERE token = ?",
  );
  const touch = database.prepare(
    "UPDATE sessions SET seen_at = max(seen_at, ?) WHERE token = ?",
  );
  const end = database.prepare("DELETE FROM sessions WHERE token = ?");
  const endAll = database.prepare(
    "DELETE FROM sessions WHERE account = ? AND token <> ?",
  );
  const endOld = database.prepare(
    "DELETE FROM sessions WHERE created_at < ? OR seen_at < ?",
  );
  return {
    open(token, { name, address, at, way, isConfirmed }) {
      insert.run(token, name, at, at, address, way, isConfirmed ? at : 0);
      surplus.run(name, MAX_SESSIONS_OF_ONE);
      seen.run(at, name);
      known.run(name, address, at);
      forget.run(name, MAX_ADDRESSES_OF_ONE);
    },
    find(token) {
      const row = find.get(token);
      const account =
        row === undefined ? null : people.find(String(row["account"]));
      if (row === undefined || account?.state !== "active") return null;
      return { account, ...timesOf(row) };
    },
    listOf: (name) =>
      listOf
        .all(name)
        .map((row) => ({ token: String(row["token"]), ...timesOf(row) })),
    confirm: (token, at) => void confirm.run(at, token),
    touch: (token, at) => void touch.run(at, token),
    end: (token) => void end.run(token),
    endAllOf: (name, except = "") => Number(endAll.run(name, except).changes),
    endOld: (beganBefore, seenBefore) =>
      void endOld.run(beganBefore, seenBefore),
  };
}

function timesOf(row: Readonly<Record<string, unknown>>): SessionTimes {
  return {
    createdAt: Number(row["created_at"]),
    seenAt: Number(row["seen_at"]),
    address: String(row["address"]),
    way: row["way"] as WayIn,
    confirmedAt: Number(row["confirmed_at"]),
  };
}
