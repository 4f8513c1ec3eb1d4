import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import type { ItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { AuditAsk, QuarantineAsk } from "../../core/quarantine.ts";
import { createLedger } from "../ledger.ts";
import { openDatabase } from "./database.ts";
import { selectEntries } from "./history.ts";
import { branchesOf, selectFor } from "./search.ts";

const HELD = 100_000;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
let folder: string;
let ledger: Ledger;
let database: DatabaseSync;

function idOf(number: number): ItemId {
  let rest = number;
  let id = "";
  for (let at = 0; at < 26; at += 1) {
    id = ALPHABET[rest % 32]! + id;
    rest = Math.floor(rest / 32);
  }
  return id as ItemId;
}

/** Item n came at n seconds; every 5th is Yama's, every 1,000th hides a virus, every 4th is decided. Items have two holds. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-search-"));
  const file = join(folder, "ledger.db");
  database = openDatabase(file);
  database.exec("BEGIN");
  const item = database.prepare(
    `INSERT INTO items (seq, id, tenant, state, received_at, updated_at, due_at, bytes, sha256, envelope, verdict, subject, sender)
     VALUES (?, ?, ?, 'delivered', ?, 0, 0, 1, '', ?, ?, ?, ?)`,
  );
  const recipient = database.prepare(
    "INSERT INTO recipients (item, seq, address, state, due_at) VALUES (?, 0, ?, 'delivered', 0)",
  );
  const hold = database.prepare(
    `INSERT INTO holds (item, tenant, code, detail, name, at, state) VALUES (?, ?, ?, '', ?, ?, ?)`,
  );
  for (let n = 1; n <= HELD; n += 1) {
    const tenant = n % 5 === 0 ? "yama" : "kawa";
    const isVirus = n % 1000 === 0;
    const to = `person${n % 100}@${tenant}.lg.jp`;
    const reversePath = `sender${n}@example.com`;
    item.run(
      ...[n, idOf(n), tenant, n * 1000],
      JSON.stringify({ reversePath, recipients: [to] }),
      isVirus ? "malicious" : "unexaminable",
      `件名 ${n} 100%_済`,
      `差出人 ${n}`,
    );
    recipient.run(n, to);
    const state = n % 4 === 0 ? "released" : "held";
    const code = isVirus ? "VIRUS_FOUND" : "ENCRYPTED";
    hold.run(n, tenant, code, `a${n}.zip`, n * 1000, state);
    hold.run(n, tenant, "CONVERSION_FAILED", `b${n}.pdf`, n * 1000, state);
  }
  database.exec("COMMIT");
  ledger = await createLedger(file, () => 7);
});

afterAll(async () => {
  await ledger.close();
  database.close();
  await rm(folder, { recursive: true });
});

const ask = (over: Partial<QuarantineAsk> = {}): QuarantineAsk => ({
  ...{ tenants: null, state: "held", after: null, limit: 50 },
  ...over,
});

async function numbers(over: Partial<QuarantineAsk>): Promise<number[]> {
  const { rows } = await ledger.search(ask(over));
  return rows.map((row) => row.receivedAt / 1000);
}

describe("search of 100,000 held mails", () => {
  it("gives each mail once, newest first, with all its holds", async () => {
    const { rows } = await ledger.search(ask({ limit: 3 }));
    expect(rows.map((row) => row.receivedAt / 1000)).toEqual([
      ...[99_999, 99_998, 99_997],
    ]);
    expect(rows[0]).toMatchObject({
      tenant: "kawa",
      holdCount: 2,
      reversePath: "sender99999@example.com",
      recipients: ["person99@kawa.lg.jp"],
    });
    expect(rows[0]?.holds.map((hold) => hold.code)).toEqual([
      ...["CONVERSION_FAILED", "ENCRYPTED"],
    ]);
  });

  it("goes on where the page before ended, to the end, without a gap or a mail twice", async () => {
    const seen: number[] = [];
    let after: number | null = null;
    do {
      const page = await ledger.search(
        ask({
          tenants: ["yama"],
          code: "VIRUS_FOUND",
          state: null,
          after,
          limit: 30,
        }),
      );
      seen.push(...page.rows.map((row) => row.receivedAt / 1000));
      after = page.after;
    } while (after !== null);
    expect(seen).toEqual(
      Array.from({ length: 100 }, (_, at) => (100 - at) * 1000),
    );
  });

  it.each<[string, Partial<QuarantineAsk>, number[]]>([
    ["a tenant", { tenants: ["yama"], limit: 2 }, [99_995, 99_990]],
    ["no tenant at all", { tenants: [] }, []],
    ["two tenants", { tenants: ["yama", "kawa"], limit: 2 }, [99_999, 99_998]],
    ["a decided state", { state: "released", limit: 2 }, [100_000, 99_996]],
    ["any state", { state: null, limit: 2 }, [100_000, 99_999]],
    [
      "a reason",
      { code: "VIRUS_FOUND", state: null, limit: 2 },
      [100_000, 99_000],
    ],
    [
      "a verdict",
      { verdict: "malicious", state: null, limit: 2 },
      [100_000, 99_000],
    ],
    ["a sender", { sender: "SENDER4711@" }, [4711]],
    [
      "a sender's name",
      { sender: "差出人 4711" },
      [47_119, 47_118, 47_117, 47_115, 47_114, 47_113, 47_111, 47_110, 4711],
    ],
    ["a recipient", { recipient: "person7@yama", state: null }, []],
    [
      "words of a subject, signs as they stand",
      { text: "件名 4711 100%_" },
      [4711],
    ],
    ["a sign that stands nowhere", { text: "100_%" }, []],
    ["a file's name", { text: "b4711.pdf" }, [4711]],
    ["an item's number", { text: idOf(4711) }, [4711]],
    ["a time", { since: 4_711_000, until: 4_714_000 }, [4713, 4711]],
  ])("finds by %s", async (_, over, found) => {
    expect(await numbers(over)).toEqual(found);
  });

  it("answers every filter from an index in order: no query sorts, none reads the table from end to end", () => {
    const id = idOf(4711);
    const shapes: Partial<QuarantineAsk>[] = [
      ...([
        {},
        { state: null },
        { tenants: ["kawa"] },
        { code: "ENCRYPTED" },
      ] as const),
      ...([
        { tenants: ["kawa"], state: null, code: "ENCRYPTED" },
        { text: id },
      ] as const),
      ...([
        { text: "x", sender: "x", recipient: "x", since: 1, until: 2 },
      ] as const),
    ];
    for (const shape of shapes) {
      const asked = ask(shape);
      const [branch] = branchesOf(asked);
      const { sql, values } = selectFor(asked, branch!);
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values, 9, 0, 50)
        .map((row) => String(row["detail"]));
      expect(plan[0]).toMatch(
        /^SEARCH h USING ((COVERING )?INDEX holds_\w+|INTEGER PRIMARY KEY) \(.*rowid[<>]/,
      );
      expect(plan.filter((line) => /TEMP B-TREE|^SCAN/.test(line))).toEqual([]);
    }
  });

  it("has a version that changes with the mail and its open holds, and guards acts by it", async () => {
    const id = idOf(1);
    const seen = (await ledger.version(id))!;
    const by = { who: "yamada", why: "asked", at: "", until: "", waives: [] };
    expect(await ledger.version(idOf(HELD + 1))).toBeNull();
    expect(
      await ledger.release(id, by, { seen: "0", via: "console" }),
    ).toBeNull();
    expect(await ledger.discard(id, by, { seen: "0", via: "console" })).toBe(
      false,
    );
    expect(await ledger.version(id)).toBe(seen);
    expect(
      await ledger.release(id, by, { seen, via: "console" }),
    ).not.toBeNull();
    expect(await ledger.version(id)).not.toBe(seen);
    expect(await ledger.release(id, by, { seen, via: "console" })).toBeNull();
    expect(await ledger.history(id, 10)).toMatchObject([
      { act: "released", actor: "yamada", facts: { seen, via: "console" } },
    ]);
  });
});

describe("the history of a mail", () => {
  it("is its newest part, and all of what is asked for by act, however often it was looked at", async () => {
    const id = idOf(2);
    const by = { who: "yamada", why: "可", at: "", until: "", waives: [] };
    const look = () =>
      ledger.record({ act: "viewed", actor: "ito", facts: { item: id } });
    for (let times = 0; times < 9; times += 1) await look();
    await ledger.release(id, by);
    await look();
    const acts = async (limit: number, of?: readonly string[]) =>
      (await ledger.history(id, limit, of)).map(({ act }) => act);
    expect(await acts(3)).toEqual(["viewed", "released", "viewed"]);
    expect(await acts(1, ["released", "discarded"])).toEqual(["released"]);
  });
});

describe("an ordinary mail", () => {
  it("has no entry in any index that the console asks", async () => {
    const id = idOf(HELD + 9);
    const to = "a@kawa.lg.jp";
    const client = { address: "192.0.2.1", helo: "x", tls: false };
    await ledger.receive({
      ...{ id, tenant: "kawa", bytes: 1, sha256: "" },
      envelope: { reversePath: "", recipients: [to], client, smtpUtf8: false },
      ...{ parent: null, override: null },
    });
    for (const step of ["inspected", "planned", "sanitized"] as const)
      await ledger.advance(id, step);
    await ledger.clear(id, "clean", []);
    await ledger.openAttempt(id, 7, 1000);
    const receipt = { recipient: to, kind: "accepted" as const, reply: "250" };
    expect(await ledger.closeAttempt(id, [receipt], 7, false)).toBe(
      "delivered",
    );
    const entries = await ledger.entries({
      ...{ peopleOnly: false, after: null, limit: 10 },
    });
    expect(entries.entries.filter(({ item }) => item === id)).toHaveLength(4);
    expect(await ledger.history(id, 10)).toEqual([]);
  });
});

describe("the record", () => {
  it("gives back what people did, newest first, page by page, by actor, act and time", async () => {
    for (const actor of ["sato", "suzuki", "sato"])
      await ledger.record({ act: "viewed", actor, facts: { item: idOf(2) } });
    const of = (over: Partial<AuditAsk>) =>
      ledger.entries({ peopleOnly: true, after: null, limit: 2, ...over });
    const first = await of({});
    expect(first.entries.map((entry) => entry.actor)).toEqual([
      "sato",
      "suzuki",
    ]);
    const second = await of({ after: first.after });
    expect(second.entries[0]?.actor).toBe("sato");
    expect((await of({ actor: "suzuki" })).entries).toHaveLength(1);
    expect((await of({ act: "nothing" })).entries).toEqual([]);
    expect((await of({ item: idOf(2) })).entries).toHaveLength(2);
    expect((await of({ since: 8 })).entries).toEqual([]);
    expect((await of({ until: 8 })).entries).toHaveLength(2);
  });

  it("is asked by index for people, one person and one item", () => {
    const shapes: Partial<AuditAsk>[] = [
      {},
      { actor: "sato" },
      { item: idOf(2) },
      { peopleOnly: false, actor: "intake" },
    ];
    for (const shape of shapes) {
      const { sql, values } = selectEntries({
        ...{ peopleOnly: true, after: null, limit: 2 },
        ...shape,
      });
      const plan = database
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(...values, 9, 0, 50)
        .map((row) => String(row["detail"]));
      expect(plan).toEqual([expect.stringMatching(/^SEARCH audit USING /)]);
    }
  });
});
