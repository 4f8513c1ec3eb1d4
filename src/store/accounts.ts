import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Accounts, NewAccount } from "../core/account.ts";
import { prepareInvitations } from "./accounts/invitations.ts";
import type { Invitations } from "./accounts/invitations.ts";
import { openAccountsFile } from "./accounts/open.ts";
import { preparePeople } from "./accounts/people.ts";
import type { People } from "./accounts/people.ts";
import { withPasskeys } from "./accounts/passkeys.ts";
import { withSavedFilters } from "./accounts/saved-filters.ts";
import { prepareSessions } from "./accounts/sessions.ts";
import type { Sessions } from "./accounts/sessions.ts";
import { prepareSubstitutes } from "./accounts/substitutes.ts";
import type { Substitutes } from "./accounts/substitutes.ts";
import { withWallLinks } from "./accounts/wall-links.ts";
import { sqliteFault } from "./ledger/sqlite-fault.ts";

/**
 * A file of its own beside the ledger: no worker that meets mail opens it, and a copy of the ledger for an auditor holds no
 * hash of a password. Asked on the caller's thread: a handful of small rows, of which only a sign-in writes.
 * Faults: STORE_FULL, STORE_FAILED, STORE_DAMAGED, STORE_NEWER. `clock` gives epoch ms.
 */
export async function createAccounts(
  file: string,
  clock: () => number = Date.now,
): Promise<Accounts> {
  const database = asFault(() => openAccountsFile(file));
  const people = preparePeople(database);
  const rooms: Rooms = {
    database,
    clock,
    people,
    sessions: prepareSessions(database, people),
    invitations: prepareInvitations(database, people),
    substitutes: prepareSubstitutes(database),
    secrets: prepareSecrets(database),
  };
  return faultsTold({
    ...looking(rooms),
    ...settingUp(rooms),
    ...signingIn(rooms),
    ...changing(rooms),
    ...ofSessions(rooms),
    ...withPasskeys(database, clock),
    ...withSavedFilters(database),
    ...ofSubstitutes(rooms),
    ...withWallLinks(database, clock),
    close: async () => database.close(),
  });
}

interface Rooms {
  readonly database: DatabaseSync;
  readonly clock: () => number;
  readonly people: People;
  readonly sessions: Sessions;
  readonly invitations: Invitations;
  readonly substitutes: Substitutes;
  readonly secrets: Secrets;
}

interface Secrets {
  readonly void: StatementSync;
  readonly forgetCodes: StatementSync;
  readonly forgetAddresses: StatementSync;
  readonly forgetPasskeys: StatementSync;
  readonly put: StatementSync;
  readonly putCode: StatementSync;
}

function prepareSecrets(database: DatabaseSync): Secrets {
  return {
    void: database.prepare(
      `UPDATE accounts SET password = NULL, totp = NULL, subject = NULL,
         state = CASE state WHEN 'disabled' THEN 'disabled' ELSE 'invited' END WHERE name = ?`,
    ),
    forgetCodes: database.prepare("DELETE FROM recovery WHERE account = ?"),
    forgetAddresses: database.prepare(
      "DELETE FROM addresses WHERE account = ?",
    ),
    forgetPasskeys: database.prepare("DELETE FROM passkeys WHERE account = ?"),
    put: database.prepare(
      "UPDATE accounts SET password = ?, totp = ?, totp_step = ?, set_up_at = ?, state = 'active' WHERE name = ?",
    ),
    putCode: database.prepare(
      "INSERT OR IGNORE INTO recovery (account, hash) VALUES (?, ?)",
    ),
  };
}

function looking({ people }: Rooms) {
  return {
    list: async () => people.list(),
    find: async (name) => people.find(name),
    hands: async (name) => people.hands(name),
    any: async () => people.any(),
  } satisfies Partial<Accounts>;
}

function settingUp(rooms: Rooms) {
  const { database, clock, people, invitations, secrets } = rooms;
  return {
    invite: async (account, link) =>
      together(database, () => {
        if (!people.add(account, clock())) return false;
        invitations.give(account.name, link);
        return true;
      }),
    inviteFirst: async (link) =>
      together(database, () => {
        if (!people.any()) invitations.giveFirst(link);
      }),
    invitation: async (token) => invitations.find(token, clock()),
    prepare: async (token, totp) =>
      together(
        database,
        () =>
          invitations.find(token, clock()) !== null &&
          invitations.prepare(token, totp, clock()),
      ),
    accept: async (token, made, first) =>
      together(database, () => {
        const found = invitations.find(token, clock());
        if (found === null) return null;
        const name = found.account?.name ?? begun(people, first, clock());
        if (name === null) return null;
        invitations.useUp(token, found.account?.name ?? null);
        secrets.put.run(made.password, made.totp, made.step, clock(), name);
        putCodes(secrets, name, made.recovery);
        return people.find(name);
      }),
  } satisfies Partial<Accounts>;
}

function begun(
  people: People,
  first: NewAccount | null,
  at: number,
): string | null {
  return first !== null && people.add(first, at) ? first.name : null;
}

function putCodes(
  secrets: Secrets,
  name: string,
  hashes: readonly string[],
): void {
  secrets.forgetCodes.run(name);
  for (const hash of hashes) secrets.putCode.run(name, hash);
}

function signingIn({ database, secrets }: Rooms) {
  const find = database.prepare(
    "SELECT password, totp FROM accounts WHERE name = ? AND state = 'active'",
  );
  const addresses = database.prepare(
    "SELECT address FROM addresses WHERE account = ?",
  );
  const step = database.prepare(
    "UPDATE accounts SET totp_step = ?1 WHERE name = ?2 AND totp_step < ?1",
  );
  const use = database.prepare(
    "DELETE FROM recovery WHERE account = ? AND hash = ?",
  );
  const left = database.prepare(
    "SELECT count(*) AS codes FROM recovery WHERE account = ?",
  );
  const password = database.prepare(
    "UPDATE accounts SET password = ? WHERE name = ? AND state = 'active'",
  );
  return {
    async credentials(name) {
      const row = find.get(name);
      if (row === undefined || row["password"] === null) return null;
      return {
        password: String(row["password"]),
        totp: row["totp"] as Uint8Array,
        addresses: addresses.all(name).map((one) => String(one["address"])),
      };
    },
    useStep: async (name, at) => step.run(at, name).changes === 1,
    useRecovery: async (name, hash) => use.run(name, hash).changes === 1,
    recoveryLeft: async (name) => Number(left.get(name)?.["codes"] ?? 0),
    setPassword: async (name, hash) => void password.run(hash, name),
    setRecovery: async (name, hashes) =>
      together(database, () => putCodes(secrets, name, hashes)),
  } satisfies Partial<Accounts>;
}

function changing(rooms: Rooms) {
  const { database, people, sessions, invitations, secrets } = rooms;
  const state = database.prepare(
    "UPDATE accounts SET state = ? WHERE name = ?",
  );
  const ready = database.prepare(
    "SELECT 1 FROM accounts WHERE name = ? AND password IS NOT NULL",
  );
  /** Whoever changes an account ends its sessions, in one transaction. */
  const change = (name: string, act: () => void): boolean =>
    together(database, () => {
      if (people.find(name) === null) return false;
      act();
      sessions.endAllOf(name);
      return true;
    });
  const bind = database.prepare(
    `UPDATE accounts SET subject = ?1 WHERE name = ?2 AND coalesce(subject, ?1) = ?1
       AND NOT EXISTS (SELECT 1 FROM accounts WHERE subject = ?1 AND name <> ?2)`,
  );
  return {
    bindSubject: async (name, subject) => bind.run(subject, name).changes === 1,
    setGrants: async (name, grants) =>
      change(name, () => people.putGrants(name, grants)),
    setDisabled: async (name, disabled) =>
      change(name, () => {
        const enabled = ready.get(name) === undefined ? "invited" : "active";
        state.run(disabled ? "disabled" : enabled, name);
      }),
    reset: async (name, link) =>
      change(name, () => {
        secrets.void.run(name);
        secrets.forgetCodes.run(name);
        secrets.forgetAddresses.run(name);
        secrets.forgetPasskeys.run(name);
        invitations.give(name, link);
      }),
  } satisfies Partial<Accounts>;
}

function ofSubstitutes({ database, clock, people, substitutes }: Rooms) {
  return {
    substitutes: async () => substitutes.list(),
    setSubstitutes: async (manager, named, setBy) =>
      together(database, () => {
        const names = [manager, ...named.map(({ substitute }) => substitute)];
        if (names.some((name) => people.find(name) === null)) return false;
        substitutes.put(manager, named, { setBy, setAt: clock() });
        return true;
      }),
  } satisfies Partial<Accounts>;
}

function ofSessions(rooms: Rooms) {
  const { database, clock, sessions, invitations, substitutes } = rooms;
  return {
    openSession: async (token, name, how) =>
      together(database, () => {
        sessions.open(token, { name, ...how, at: clock() });
      }),
    async session(token) {
      const found = sessions.find(token);
      if (found === null) return null;
      const standsIn = substitutes.standsIn(found.account.name, clock());
      if (standsIn.length === 0) return found;
      return { ...found, account: { ...found.account, standsIn } };
    },
    sessions: async (name) => sessions.listOf(name),
    confirmSession: async (token) => sessions.confirm(token, clock()),
    touchSession: async (token) => sessions.touch(token, clock()),
    endSession: async (token) => sessions.end(token),
    endSessions: async (name, except) => sessions.endAllOf(name, except),
    sweep: async (beganBefore, seenBefore) => {
      sessions.endOld(beganBefore, seenBefore);
      invitations.removeOld(clock());
    },
  } satisfies Partial<Accounts>;
}

function together<T>(database: DatabaseSync, act: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const value = act();
    database.exec("COMMIT");
    return value;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function asFault<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw sqliteFault(error, "accounts");
  }
}

/** Every call tells SQLite's errors as faults. */
function faultsTold(accounts: Accounts): Accounts {
  const told = Object.entries(accounts).map(([name, call]) => [
    name,
    async (...args: readonly unknown[]) => {
      try {
        return await (call as (...all: readonly unknown[]) => Promise<unknown>)(
          ...args,
        );
      } catch (error) {
        throw sqliteFault(error, "accounts");
      }
    },
  ]);
  return Object.fromEntries(told) as Accounts;
}
