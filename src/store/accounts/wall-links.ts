import type { DatabaseSync } from "node:sqlite";
import type { Accounts, WallLink } from "../../core/account.ts";

export const WALL_LINKS_SCHEMA = `
CREATE TABLE wall_links (
  id TEXT PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  tenant TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_by TEXT,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
`;

const MAX_LISTED = 200;

/** Each call is one statement. */
export function withWallLinks(database: DatabaseSync, clock: () => number) {
  const columns = `id, name, tenant, made_by AS madeBy, made_at AS madeAt, expires_at AS expiresAt,
    revoked_by AS revokedBy, revoked_at AS revokedAt`;
  const insert = database.prepare(
    "INSERT INTO wall_links (token, id, name, tenant, made_by, made_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const all = database.prepare(
    `SELECT ${columns} FROM wall_links ORDER BY made_at DESC, id LIMIT ${String(MAX_LISTED)}`,
  );
  const one = database.prepare(
    `SELECT ${columns} FROM wall_links WHERE token = ? AND revoked_at IS NULL AND expires_at > ?`,
  );
  const revoke = database.prepare(
    "UPDATE wall_links SET revoked_by = ?, revoked_at = ? WHERE id = ? AND revoked_at IS NULL AND expires_at > ?",
  );
  const told = (row: unknown) => ({ ...(row as WallLink) });
  return {
    addWallLink: async (token, { id, name, tenant, madeBy, expiresAt }) => {
      insert.run(token, id, name, tenant, madeBy, clock(), expiresAt);
    },
    wallLinks: async () => all.all().map(told),
    wallLink: async (token) => {
      const row = one.get(token, clock());
      return row === undefined ? null : told(row);
    },
    revokeWallLink: async (id, by) =>
      revoke.run(by, clock(), id, clock()).changes === 1,
  } satisfies Partial<Accounts>;
}
