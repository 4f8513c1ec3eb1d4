import type { DatabaseSync } from "node:sqlite";
import { Fault } from "../../core/fault.ts";
import { SECOND } from "../../core/units.ts";
import { faultMessage } from "./messages.ts";
import type { Answer, Call } from "./messages.ts";
import type { Questions } from "./questions.ts";
import { isBusy, sqliteFault } from "./sqlite-fault.ts";

/** How long a batch waits for other processes to let go of the ledger. */
const BUSY_DEADLINE_MS = 20 * SECOND;
/**
 * SQLite's own waiting grows to 100 ms a turn, so that whoever waits longest is the least likely to get in. Ours shrinks:
 * the longer the wait, the more often we knock.
 */
const BUSY_TURNS = [
  { afterMs: 50, turnMs: 0.05 },
  { afterMs: 5, turnMs: 0.2 },
  { afterMs: 0, turnMs: 0.5 },
] as const;

/** Steps that a later run would take again: lost with the power, they cost work, not mail. A killed process loses none. */
const REPEATABLE: ReadonlySet<string> = new Set(["begin", "advance", "defer"]);

type Question = (...args: readonly unknown[]) => unknown;

export type RunBatch = (calls: readonly Call[]) => readonly Answer[];

/** All writes of a batch in one transaction, each in a savepoint of its own; then the reads. */
export function prepareBatch(
  database: DatabaseSync,
  questions: Questions,
): RunBatch {
  const begin = database.prepare("BEGIN IMMEDIATE");
  const statements = {
    commit: database.prepare("COMMIT"),
    savepoint: database.prepare("SAVEPOINT one"),
    release: database.prepare("RELEASE one"),
    back: database.prepare("ROLLBACK TO one"),
  };
  const writes = questions.writes as unknown as Record<string, Question>;
  const reads = patient(questions.reads as unknown as Record<string, Question>);

  let synchronous: "FULL" | "NORMAL" = "FULL";
  /** With FULL a commit waits for the disk, with NORMAL only for the kernel. */
  const sync = (wanted: typeof synchronous) => {
    if (wanted === synchronous) return;
    database.exec(`PRAGMA synchronous = ${wanted}`);
    synchronous = wanted;
  };

  const runWrites = (calls: readonly Call[]): readonly Answer[] => {
    try {
      sync(
        calls.every((call) => REPEATABLE.has(call.name)) ? "NORMAL" : "FULL",
      );
      whenFree(() => begin.run());
      const answers = calls.map((call) => {
        statements.savepoint.run();
        const answer = answerTo(call, writes);
        // Some errors (disk full, i/o) end the whole transaction, and with it the batch.
        if (!database.isTransaction) throw new BatchLost(answer);
        if ("fault" in answer) statements.back.run();
        statements.release.run();
        return answer;
      });
      statements.commit.run();
      return answers;
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      const fault =
        error instanceof BatchLost
          ? error.fault
          : faultMessage(sqliteFault(error));
      return calls.map(({ serial }) => ({ serial, fault }));
    }
  };

  return (calls) => {
    const writing = calls.filter((call) => Object.hasOwn(writes, call.name));
    const reading = calls.filter((call) => Object.hasOwn(reads, call.name));
    const wrote = writing.length === 0 ? [] : runWrites(writing);
    return [...wrote, ...reading.map((call) => answerTo(call, reads))];
  };
}

function answerTo(
  call: Call,
  questions: Readonly<Record<string, Question>>,
): Answer {
  try {
    return { serial: call.serial, value: questions[call.name]?.(...call.args) };
  } catch (error) {
    return { serial: call.serial, fault: faultMessage(sqliteFault(error)) };
  }
}

/** A read, too, may find the file busy for a moment, while another process opens or leaves it. */
function patient(
  questions: Readonly<Record<string, Question>>,
): Readonly<Record<string, Question>> {
  const waiting = Object.entries(questions).map(
    ([name, question]): readonly [string, Question] => [
      name,
      (...args) => whenFree(() => question(...args)),
    ],
  );
  return Object.fromEntries(waiting);
}

class BatchLost extends Error {
  readonly fault;
  constructor(answer: Answer) {
    super("the transaction ended under the batch");
    this.fault =
      "fault" in answer
        ? answer.fault
        : faultMessage(new Fault("STORE_FAILED", { place: "ledger" }));
  }
}

/** For acts of which nothing has happened when SQLite says busy: the start of a transaction, a read. */
function whenFree<T>(act: () => T): T {
  const start = performance.now();
  for (;;) {
    try {
      return act();
    } catch (error) {
      const waitedMs = performance.now() - start;
      if (!isBusy(error) || waitedMs > BUSY_DEADLINE_MS) throw error;
      const turn = BUSY_TURNS.find(({ afterMs }) => waitedMs >= afterMs);
      // Uneven, so that two who wait do not knock in step.
      pause((turn?.turnMs ?? 1) * (0.5 + Math.random()));
    }
  }
}

const clock = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread, which has nothing else to do. */
export function pause(ms: number): void {
  Atomics.wait(clock, 0, 0, ms);
}
