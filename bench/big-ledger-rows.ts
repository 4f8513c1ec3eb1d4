import { DatabaseSync } from "node:sqlite";
import { newItemId } from "../src/core/id.ts";
import { DAY, MINUTE } from "../src/core/units.ts";
import { Random } from "./random.ts";

/** November 2026 in Japan. */
export const MONTH = {
  from: Date.parse("2026-11-01T00:00:00+09:00"),
  until: Date.parse("2026-12-01T00:00:00+09:00"),
  steps: "day",
} as const;

const TENANTS = ["kawa", "yama", "mori", "tani", "hara"];
const CODES = [
  "ENCRYPTED",
  "AMBIGUOUS_STRUCTURE",
  "VIRUS_FOUND",
  "UNKNOWN_KIND",
];
const HASH = "ab".repeat(32);
/** About as long as the plan of a mail with two attachments. */
const PLAN = JSON.stringify({ parts: Array.from({ length: 6 }, () => HASH) });
const ROWS_A_COMMIT = 20_000;

/** So many mails over one month, each with a recipient, a hold and three entries in the record, whose chain is not a real one. */
export function fillLedger(file: string, mails: number): void {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = OFF");
  const insert = insertsInto(database);
  const random = new Random(1);
  for (let begin = 0; begin < mails; begin += ROWS_A_COMMIT) {
    database.exec("BEGIN");
    for (let at = begin; at < Math.min(mails, begin + ROWS_A_COMMIT); at += 1)
      insert(at, MONTH.from + Math.floor((at * 30 * DAY) / mails), random);
    database.exec("COMMIT");
  }
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

function insertsInto(database: DatabaseSync) {
  const item = database.prepare(
    `INSERT INTO items (id, tenant, state, received_at, updated_at, due_at, bytes, sha256, envelope, verdict, plan, subject, sender)
     VALUES (?, ?, ?, ?, ?, ?, ?, '${HASH}', ?, ?, '${PLAN}', ?, ?)`,
  );
  const recipient = database.prepare(
    "INSERT INTO recipients (item, seq, address, state, due_at) VALUES (?, 0, ?, ?, ?)",
  );
  const hold = database.prepare(
    `INSERT INTO holds (item, tenant, part, code, detail, name, bytes, at, state, decided_by, decided_at)
     VALUES (?, ?, '1.2', ?, ?, '見積書.zip', 5000, ?, ?, ?, ?)`,
  );
  const entry = database.prepare(
    `INSERT INTO audit (at, act, actor, item, facts, previous, hash) VALUES (?, ?, ?, ?, ?, '${HASH}', '${HASH}')`,
  );
  return (at: number, time: number, random: Random): void => {
    const id = newItemId();
    const tenant = random.pick(TENANTS);
    const state = random.pick(["held", "held", "released", "discarded"]);
    const code = random.pick(CODES);
    const to = `clerk${random.below(500)}@${tenant}.lg.jp`;
    const sender = `sender${random.below(5000)}@example.com`;
    const envelope = JSON.stringify({
      ...{ reversePath: sender, recipients: [to], smtpUtf8: false },
      client: { address: "192.0.2.1", helo: "mx.example.com", tls: true },
    });
    const end = state === "discarded" ? "discarded" : "delivered";
    const verdict = code === "VIRUS_FOUND" ? "malicious" : "unexaminable";
    const { lastInsertRowid: seq } = item.run(
      ...([
        id,
        tenant,
        end,
        time,
        time,
        time,
        5000 + random.below(90_000),
      ] as const),
      ...([envelope, verdict, `見積書の件 工事${at % 1000}`, sender] as const),
    );
    recipient.run(seq, to, end, time);
    const isDecided = state !== "held";
    const decidedAt = isDecided ? time + 90 * MINUTE : null;
    hold.run(
      ...([
        seq,
        tenant,
        code,
        code === "VIRUS_FOUND" ? "Eicar" : "詳細",
      ] as const),
      ...([time, state, isDecided ? "sato" : null, decidedAt] as const),
    );
    entry.run(time, "received", "intake", id, "{}");
    entry.run(time, "cleared", "sanitizer", id, `{"holds":["${code}"]}`);
    if (isDecided)
      entry.run(time + 90 * MINUTE, state, "sato", id, '{"why":"確認済み"}');
    else entry.run(time, "delivered", "courier", id, "{}");
  };
}
