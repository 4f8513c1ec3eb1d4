import type { DatabaseSync, StatementSync } from "node:sqlite";
import type {
  Account,
  AccountState,
  Grant,
  Hands,
  NewAccount,
  Role,
} from "../../core/account.ts";

/** Accounts and what they may be. Each call is a statement, or runs inside the caller's transaction. */
export interface People {
  readonly list: () => readonly Account[];
  readonly find: (name: string) => Account | null;
  readonly any: () => boolean;
  /** False when the name is taken. */
  readonly add: (account: NewAccount, at: number) => boolean;
  readonly putGrants: (name: string, grants: readonly Grant[]) => void;
  readonly hands: (name: string) => Hands;
  /** Who issued the link that the account now has; what was set up before is void. */
  readonly putIssuer: (name: string, issuer: string | null) => void;
}

interface Row {
  readonly name: string;
  readonly display_name: string;
  readonly state: AccountState;
  readonly created_at: number;
  readonly signed_in_at: number | null;
}

const COLUMNS = "name, display_name, state, created_at, signed_in_at";

export function preparePeople(database: DatabaseSync): People {
  const all = database.prepare(`SELECT ${COLUMNS} FROM accounts ORDER BY name`);
  const one = database.prepare(
    `SELECT ${COLUMNS} FROM accounts WHERE name = ?`,
  );
  const grants = database.prepare(
    "SELECT tenant, role FROM grants WHERE account = ? ORDER BY tenant, role",
  );
  const some = database.prepare("SELECT 1 FROM accounts LIMIT 1");
  const insert = database.prepare(
    "INSERT OR IGNORE INTO accounts (name, display_name, state, created_at) VALUES (?, ?, 'invited', ?)",
  );
  const clear = database.prepare("DELETE FROM grants WHERE account = ?");
  const grant = database.prepare(
    "INSERT OR IGNORE INTO grants (account, tenant, role) VALUES (?, ?, ?)",
  );
  const putGrants = (name: string, wanted: readonly Grant[]) => {
    clear.run(name);
    for (const { tenant, role } of wanted) grant.run(name, tenant, role);
  };
  const hands = database.prepare(
    "SELECT issuers, set_up_at FROM accounts WHERE name = ?",
  );
  const issued = database.prepare(
    "UPDATE accounts SET issuers = ?, set_up_at = 0 WHERE name = ?",
  );
  const handsOf = (name: string): Hands => {
    const row = hands.get(name);
    return {
      issuers: JSON.parse(String(row?.["issuers"] ?? "[]")) as string[],
      setUpAt: Number(row?.["set_up_at"] ?? 0),
    };
  };
  return {
    list: () =>
      (all.all() as unknown as Row[]).map((row) => accountOf(row, grants)),
    find(name) {
      const row = one.get(name) as unknown as Row | undefined;
      return row === undefined ? null : accountOf(row, grants);
    },
    any: () => some.get() !== undefined,
    add(account, at) {
      const { changes } = insert.run(account.name, account.displayName, at);
      if (changes === 0) return false;
      putGrants(account.name, account.grants);
      return true;
    },
    putGrants,
    hands: handsOf,
    putIssuer(name, issuer) {
      // As it is today: what the issuer's own account becomes later changes nothing about this link.
      const issuers =
        issuer === null ? [] : [issuer, ...handsOf(issuer).issuers];
      issued.run(JSON.stringify([...new Set(issuers)]), name);
    },
  };
}

function accountOf(row: Row, grants: StatementSync): Account {
  return {
    name: row.name,
    displayName: row.display_name,
    state: row.state,
    createdAt: row.created_at,
    signedInAt: row.signed_in_at,
    grants: grants.all(row.name).map(({ tenant, role }) => ({
      tenant: String(tenant),
      role: role as Role,
    })),
  };
}
