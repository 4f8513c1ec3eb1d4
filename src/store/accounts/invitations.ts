import type { DatabaseSync } from "node:sqlite";
import type { Invitation, Link } from "../../core/account.ts";
import type { People } from "./people.ts";

/** Links for the first account that may be open at a time: each start of the console makes one. */
const MAX_FIRST_LINKS = 5;

export interface Invitations {
  /** An account has one link; a new one voids the old. */
  readonly give: (account: string, link: Link) => void;
  readonly giveFirst: (link: Link) => void;
  readonly find: (token: string, at: number) => Invitation | null;
  readonly prepare: (token: string, totp: Uint8Array, at: number) => boolean;
  /** Removes the link; all links for the first account go together. */
  readonly useUp: (token: string, account: string | null) => void;
  readonly removeOld: (at: number) => void;
}

export function prepareInvitations(
  database: DatabaseSync,
  people: People,
): Invitations {
  const insert = database.prepare(
    "INSERT INTO invitations (token, account, expires_at) VALUES (?, ?, ?)",
  );
  const surplus = database.prepare(
    `DELETE FROM invitations WHERE account IS NULL AND token NOT IN
       (SELECT token FROM invitations WHERE account IS NULL ORDER BY expires_at DESC, token LIMIT ?)`,
  );
  const find = database.prepare(
    "SELECT account, totp FROM invitations WHERE token = ? AND expires_at > ?",
  );
  const keep = database.prepare(
    "UPDATE invitations SET totp = ? WHERE token = ? AND expires_at > ?",
  );
  const removeOf = database.prepare(
    "DELETE FROM invitations WHERE account = ?",
  );
  const removeFirst = database.prepare(
    "DELETE FROM invitations WHERE account IS NULL",
  );
  const removeOld = database.prepare(
    "DELETE FROM invitations WHERE expires_at <= ?",
  );
  return {
    give(account, link) {
      removeOf.run(account);
      insert.run(link.token, account, link.expiresAt);
      people.putIssuer(account, link.from);
    },
    giveFirst(link) {
      insert.run(link.token, null, link.expiresAt);
      surplus.run(MAX_FIRST_LINKS);
    },
    find(token, at) {
      const row = find.get(token, at);
      if (row === undefined) return null;
      const totp = row["totp"] as Uint8Array | null;
      if (row["account"] === null)
        return people.any() ? null : { account: null, totp };
      const account = people.find(String(row["account"]));
      return account?.state === "invited" ? { account, totp } : null;
    },
    prepare: (token, totp, at) => keep.run(totp, token, at).changes === 1,
    useUp(_token, account) {
      if (account === null) removeFirst.run();
      else removeOf.run(account);
    },
    removeOld: (at) => void removeOld.run(at),
  };
}
