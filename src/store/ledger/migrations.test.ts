import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import { createLedger } from "../ledger.ts";
import { prepareAppend } from "./audit.ts";
import type { Append } from "./audit.ts";
import { MIGRATIONS } from "./migrations.ts";

let folder: string;
const file = () => join(folder, "ledger.db");
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-migrations-"));
});
afterEach(() => rm(folder, { recursive: true }));

const NOW = 1_800_000_000_000;
const STATES = ["received", "planned", "cleared", "delivered", "held"] as const;
const idOf = (at: number) => String(at).padStart(26, "0") as ItemId;

/** A ledger as a gateway of that version left it: one mail in each state, a hold, a record. Columns of version 1 alone. */
function earlier(version: number): void {
  const database = new DatabaseSync(file());
  for (const sql of MIGRATIONS.slice(0, version)) database.exec(sql);
  database.exec(`PRAGMA user_version = ${String(version)}`);
  if (version > 0) {
    const append = prepareAppend(database);
    for (const [at, state] of STATES.entries()) {
      database
        .prepare(
          `INSERT INTO items (seq, id, tenant, state, received_at, updated_at, due_at, bytes, sha256, envelope)
           VALUES (?, ?, 'kawa', ?, ?, ?, ?, 10, 'ab', ?)`,
        )
        .run(
          ...[at + 1, idOf(at), state, NOW, NOW, NOW],
          JSON.stringify({
            ...{ reversePath: "a@example.com", recipients: ["b@kawa.lg.jp"] },
            client: { address: "192.0.2.1", helo: "x", tls: false },
            smtpUtf8: false,
          }),
        );
      const ending =
        state === "delivered" || state === "held" ? state : "pending";
      database
        .prepare(
          "INSERT INTO recipients (item, seq, address, state, due_at) VALUES (?, 0, 'b@kawa.lg.jp', ?, ?)",
        )
        .run(at + 1, ending, NOW);
      append(NOW, {
        act: "received",
        actor: "intake",
        facts: { item: idOf(at) },
      });
    }
    database
      .prepare(
        "INSERT INTO holds (item, code, detail, at) VALUES (5, 'ENCRYPTED', 'x', ?)",
      )
      .run(NOW);
    if (version >= 3) usedException(database, append);
  }
  database.close();
}

/** Of the time before uses were counted: one that applied to two mails, to one of them twice. */
function usedException(database: DatabaseSync, append: Append): void {
  database
    .prepare(
      `INSERT INTO exceptions (id, kind, sender, who, why, at, until) VALUES ('e1', 'block', 'example.com', 'sato', 'x', ?, ?)`,
    )
    .run(NOW, NOW + 1);
  for (const at of [1, 2, 2])
    append(NOW + at, {
      ...{ act: "exception-used", actor: "sanitizer" },
      facts: { item: idOf(at), exception: "e1" },
    });
}

const VERSIONS = MIGRATIONS.map((_, version) => version);

describe("a ledger of an earlier version", () => {
  it.each(VERSIONS)(
    "%i comes up to date with all it holds",
    async (version) => {
      earlier(version);
      const ledger = await createLedger(file(), () => NOW);
      try {
        if (version > 0) {
          const states = await ledger.states(STATES.map((_, at) => idOf(at)));
          expect(states.map(({ state }) => state)).toEqual(STATES);
          expect(await ledger.holds({ state: "held", limit: 9 })).toMatchObject(
            [{ item: idOf(4), code: "ENCRYPTED" }],
          );
          // A hold of version 1 names no tenant; since 2 the list goes by it.
          const found = await ledger.search({
            ...{ tenants: version < 2 ? ["kawa"] : null, state: "held" },
            ...{ after: null, limit: 9 },
          });
          expect(found.rows).toHaveLength(1);
          expect(await ledger.openAttempt(idOf(2), NOW, 1000)).toHaveLength(1);
          expect(await ledger.counts()).toMatchObject({ held: 1, cleared: 1 });
        }
        const { entries, brokenAt } = await ledger.verifyAudit();
        const written = version > 0 ? (version < 3 ? 5 : 8) : 0;
        expect([entries, brokenAt]).toEqual([written, null]);
        const used = await ledger.exceptions({
          ...{ tenants: null, inForceOnly: false, limit: 9 },
        });
        // Since version 7 each use counts when it happens; these here are only on record.
        const counted = version < 7 ? [2, NOW + 2] : [0, null];
        expect(used.map(({ uses, usedAt }) => [uses, usedAt])).toEqual(
          version < 3 ? [] : [counted],
        );
        expect((await ledger.crossing()).stops).toEqual([]);
      } finally {
        await ledger.close();
      }
      const database = new DatabaseSync(file());
      const now = database.prepare("PRAGMA user_version").get();
      const shape = database.prepare(SHAPE).all();
      database.close();
      expect(now?.["user_version"]).toBe(MIGRATIONS.length);
      expect(shape).toEqual(newShape());
    },
  );

  it("7 says of what was made of which original, and which parts a try was to open", async () => {
    earlier(7);
    const database = new DatabaseSync(file());
    const make = database.prepare(
      `INSERT INTO items (seq, id, tenant, state, received_at, updated_at, due_at, bytes, sha256, envelope, parent, password_from)
       SELECT ?, ?, tenant, 'planned', 0, 0, 0, 1, '', envelope, ?, ? FROM items WHERE seq = 1`,
    );
    // Of the mail that lies at 3: a release, its second release, and a try with the words of the mail at 0.
    make.run(11, idOf(11), idOf(3), null);
    make.run(12, idOf(12), idOf(11), null);
    make.run(13, idOf(13), idOf(3), idOf(0));
    const hold = database.prepare(
      "INSERT INTO holds (item, part, code, detail, at, state, decided_why) VALUES (4, ?, ?, '', 0, ?, ?)",
    );
    hold.run("1.2", "ENCRYPTED", "held", null);
    hold.run("1.3", "ENCRYPTED", "released", `password-mail ${idOf(0)}`);
    hold.run("1.4", "ENCRYPTED", "discarded", "no");
    hold.run("1.5", "PAGE_BLANK", "held", null);
    database
      .prepare(
        "INSERT INTO password_tries (locked, offer, item) VALUES (4, 1, ?)",
      )
      .run(idOf(13));
    database.close();
    await (await createLedger(file(), () => NOW)).close();
    const after = new DatabaseSync(file());
    const rows = after
      .prepare("SELECT source, opens FROM items WHERE seq > 10 ORDER BY seq")
      .all();
    const came = after
      .prepare(
        "SELECT count(*) AS n FROM items WHERE source IS NULL AND opens IS NULL",
      )
      .get();
    after.close();
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { source: idOf(3), opens: null },
      { source: idOf(3), opens: null },
      { source: idOf(3), opens: '["1.2","1.3"]' },
    ]);
    expect(came?.["n"]).toBe(STATES.length);
  });

  it("that is whole is refused by a program that is older, and left as it is", async () => {
    earlier(MIGRATIONS.length);
    const database = new DatabaseSync(file());
    database.exec(`PRAGMA user_version = ${String(MIGRATIONS.length + 1)}`);
    database.close();
    await expect(createLedger(file())).rejects.toMatchObject({
      ...{ code: "STORE_NEWER", facts: { known: MIGRATIONS.length } },
    });
  });
});

const SHAPE = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name";

/** Of a ledger that was made today. */
function newShape(): readonly unknown[] {
  const database = new DatabaseSync(":memory:");
  for (const sql of MIGRATIONS) database.exec(sql);
  const shape = database.prepare(SHAPE).all();
  database.close();
  return shape;
}
