import type { DatabaseSync } from "node:sqlite";
import type { Accounts, Passkey } from "../../core/account.ts";

/** Devices of one person, and some that were lost. */
const MAX_PASSKEYS_OF_ONE = 10;

type Row = Readonly<Record<string, unknown>>;

/** Each call is one statement. */
export function withPasskeys(database: DatabaseSync, clock: () => number) {
  const insert = database.prepare(
    `INSERT OR IGNORE INTO passkeys (id, account, name, public_key, counter, transports, synced, created_at)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE (SELECT count(*) FROM passkeys WHERE account = ?2) < ?9`,
  );
  const listOf = database.prepare(
    "SELECT * FROM passkeys WHERE account = ? ORDER BY created_at, id",
  );
  const find = database.prepare("SELECT * FROM passkeys WHERE id = ?");
  // A counter of 0 says that the device does not count (WebAuthn §6.1.1).
  const use = database.prepare(
    `UPDATE passkeys SET counter = ?1, used_at = ?2
     WHERE id = ?3 AND (counter < ?1 OR (counter = 0 AND ?1 = 0))`,
  );
  const rename = database.prepare(
    "UPDATE passkeys SET name = ? WHERE id = ? AND account = ?",
  );
  const remove = database.prepare(
    "DELETE FROM passkeys WHERE id = ? AND account = ?",
  );
  return {
    addPasskey: async (passkey) =>
      insert.run(
        passkey.id,
        passkey.account,
        passkey.name,
        passkey.publicKey,
        passkey.counter,
        JSON.stringify(passkey.transports),
        passkey.isSynced ? 1 : 0,
        clock(),
        MAX_PASSKEYS_OF_ONE,
      ).changes === 1,
    passkeys: async (name) => listOf.all(name).map(passkeyOf),
    passkey: async (id) => {
      const row = find.get(id);
      return row === undefined ? null : passkeyOf(row);
    },
    usePasskey: async (id, counter) =>
      use.run(counter, clock(), id).changes === 1,
    renamePasskey: async (name, id, to) =>
      rename.run(to, id, name).changes === 1,
    removePasskey: async (name, id) => remove.run(id, name).changes === 1,
  } satisfies Partial<Accounts>;
}

function passkeyOf(row: Row): Passkey {
  return {
    id: String(row["id"]),
    account: String(row["account"]),
    name: String(row["name"]),
    publicKey: row["public_key"] as Uint8Array,
    counter: Number(row["counter"]),
    transports: JSON.parse(String(row["transports"])) as string[],
    isSynced: row["synced"] === 1,
    createdAt: Number(row["created_at"]),
    usedAt: row["used_at"] as number | null,
  };
}
