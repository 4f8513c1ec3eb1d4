import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import { mayMove, TRANSITIONS, UNFINISHED } from "../../core/item.ts";
import type { ItemState, RecipientState } from "../../core/item.ts";
import type { Receipt } from "../../core/message.ts";
import type { Plan } from "../../core/plan.ts";
import type { Hold } from "../../core/hold.ts";
import { openDatabase } from "./database.ts";
import { prepareQuestions } from "./questions.ts";
import type { Questions } from "./questions.ts";

/** The questions themselves, without the thread: thousands of calls in a row, and SQLite noting every move. */
let folder: string;
let database: DatabaseSync;
let questions: Questions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-moves-"));
  database = openDatabase(join(folder, "ledger.db"));
  database.exec(`
    PRAGMA synchronous = OFF;
    CREATE TABLE moves (item, old, new);
    CREATE TRIGGER note AFTER UPDATE OF state ON items WHEN OLD.state <> NEW.state
      BEGIN INSERT INTO moves VALUES (OLD.seq, OLD.state, NEW.state); END;
    CREATE TABLE endings (item, recipient, old, new);
    CREATE TRIGGER note_ending AFTER UPDATE OF state ON recipients WHEN OLD.state <> NEW.state
      BEGIN INSERT INTO endings VALUES (OLD.item, OLD.seq, OLD.state, NEW.state); END;
  `);
  questions = prepareQuestions(database);
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

const ADDRESSES = ["a@city.example", "b@city.example"] as const;
const LEASE_MS = 10;

const receipts = fc
  .subarray([...ADDRESSES])
  .chain((addresses) =>
    fc.tuple(
      ...addresses.map((recipient) =>
        fc
          .constantFrom("accepted", "refused", "deferred", "unknown")
          .map((kind): Receipt => ({ recipient, kind, reply: "words" })),
      ),
    ),
  );
const code = fc.constantFrom("VIRUS_FOUND", "ENCRYPTED", "PAGE_BLANK");
const call = fc.oneof(
  fc.record({ name: fc.constant("begin") }),
  fc.record({
    name: fc.constant("advance"),
    to: fc.constantFrom("inspected", "planned", "sanitized"),
  }),
  fc.record({
    name: fc.constant("clear"),
    codes: fc.array(code, { maxLength: 2 }),
    planned: fc.boolean(),
  }),
  fc.record({
    name: fc.constant("hold"),
    codes: fc.array(code, { maxLength: 2 }),
  }),
  fc.record({ name: fc.constant("defer") }),
  fc.record({ name: fc.constant("open") }),
  fc.record({ name: fc.constant("close"), receipts, giveUp: fc.boolean() }),
  fc.record({ name: fc.constant("release") }),
  fc.record({ name: fc.constant("discard") }),
  fc.record({ name: fc.constant("wait") }),
);
type AnyCall = typeof call extends fc.Arbitrary<infer T> ? T : never;

describe("moves of an item", () => {
  it("follow the table of transitions whatever is called in whatever order, and every recipient ends once", () => {
    // Half of the runs begin at sanitized, or random calls would seldom get to a delivery.
    const run = fc.property(
      fc.boolean(),
      fc.array(call, { minLength: 5, maxLength: 40 }),
      (ready, calls) => {
        const id = receive();
        if (ready)
          for (const to of ["inspected", "planned", "sanitized"] as const)
            questions.writes.advance(1, id, to, {});
        let at = 1;
        for (const one of calls) {
          at += one.name === "wait" ? 2 * LEASE_MS : 1;
          make(one, id, at);
        }
        judge(id);
      },
    );
    fc.assert(run, { numRuns: 300 });
    const seen = database.prepare("SELECT DISTINCT new FROM moves").all();
    expect(new Set(seen.map((row) => row["new"]))).toEqual(
      new Set([
        "inspected",
        "planned",
        "sanitized",
        "cleared",
        "delivered",
        "held",
        "discarded",
      ]),
    );
    const start = { seq: 0, hash: "0".repeat(64) };
    let page = questions.reads.verifyAudit(0, start);
    while (!page.done) page = questions.reads.verifyAudit(0, page);
    expect(page.brokenAt).toBeNull();
    expect(counted()).toEqual(questions.reads.counts());
  });
});

function receive(): ItemId {
  const id = newItemId();
  questions.writes.receive(1, {
    id,
    tenant: "city",
    envelope: {
      reversePath: "",
      recipients: ADDRESSES,
      client: { address: "192.0.2.1", helo: "x", tls: false },
      smtpUtf8: false,
    },
    bytes: 1,
    sha256: "00".repeat(32),
    parent: null,
    override: null,
  });
  return id;
}

const plan = JSON.stringify({
  policyVersion: "1",
  parts: [],
  findings: [],
  whole: { kind: "clean", engine: "test" },
  override: null,
} satisfies Plan);

function make(one: AnyCall, id: ItemId, at: number): void {
  const { writes } = questions;
  const person = { who: "sato", why: "because" };
  switch (one.name) {
    case "begin":
      writes.begin(at, id);
      return;
    case "advance":
      if ("to" in one) writes.advance(at, id, one.to, {});
      return;
    case "clear":
      if ("planned" in one) {
        const holds = one.codes.map((c) => holdOf(id, c));
        writes.clear(at, id, "cleaned", holds, one.planned ? { plan } : {});
      }
      return;
    case "hold":
      if ("codes" in one) {
        const holds = one.codes.map((c) => holdOf(id, c));
        writes.hold(at, id, "cleaned", holds);
      }
      return;
    case "defer":
      writes.defer(at, id, { dueAt: at, fault: "PIT_CRASHED", counts: true });
      return;
    case "open":
      writes.openAttempt(at, id, { now: at, leaseMs: LEASE_MS });
      return;
    case "close":
      if ("receipts" in one)
        writes.closeAttempt(at, id, { ...one, retryAt: at });
      return;
    case "release":
      writes.release(at, id, {
        ...person,
        at: "",
        until: "",
        waives: ["ENCRYPTED"],
      });
      return;
    case "discard":
      writes.discard(at, id, person);
      return;
    case "wait":
  }
}

function holdOf(item: ItemId, held: Hold["code"]): Hold {
  const none = { name: null, kind: null, bytes: null, sha256: null };
  return { item, part: "1.1", code: held, detail: "", ...none };
}

/** One change may stand for several moves along the line, never for a way out of `held`. */
function mayWalk(from: ItemState, to: ItemState): boolean {
  if (mayMove(from, to)) return true;
  const next = TRANSITIONS[from][0];
  return UNFINISHED.includes(from) && next !== undefined && mayWalk(next, to);
}

function judge(id: ItemId): void {
  const moves = database
    .prepare(
      "SELECT old, new FROM moves JOIN items ON items.seq = moves.item WHERE items.id = ?",
    )
    .all(id);
  for (const move of moves)
    expect([
      move,
      mayWalk(move["old"] as ItemState, move["new"] as ItemState),
    ]).toEqual([move, true]);

  const left = database
    .prepare(
      `SELECT endings.old FROM endings JOIN items ON items.seq = endings.item
       WHERE items.id = ? AND endings.old IN ('delivered', 'discarded')`,
    )
    .all(id);
  expect(left).toEqual([]);
  const released = questions.reads
    .holds(0, { item: id, state: "released", limit: 100 })
    .map((hold) => hold.code);
  expect(released).not.toContain("VIRUS_FOUND");
  expectOneStory(id);
}

/** The states of an item, of its recipients and of its holds tell the same story. */
function expectOneStory(id: ItemId): void {
  const item = questions.reads.item(0, id);
  const recipients = questions.reads
    .recipients(0, id)
    .map((one): RecipientState => one.state);
  if (item?.state === "delivered") {
    expect(recipients).toContain("delivered");
    expect(recipients).not.toContain("pending");
  }
  if (item?.state === "held" || item?.state === "discarded")
    expect(recipients).not.toContain("pending");
  if (item?.state === "discarded") expect(item.held_count).toBe(0);
}

function counted(): Record<string, number> {
  const zero = Object.keys(questions.reads.counts()).map((state) => [state, 0]);
  const rows = database
    .prepare("SELECT state, count(*) AS items FROM items GROUP BY state")
    .all()
    .map((row) => [row["state"], row["items"]]);
  return Object.fromEntries([...zero, ...rows]) as Record<string, number>;
}
