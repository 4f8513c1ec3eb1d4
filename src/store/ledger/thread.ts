/*
NAME     ledger thread: SQLite beside the event loop, because an fsync must not stop it
TAKES    all calls that arrived while the last commit was under way, and runs them in one transaction
*/
import {
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { DatabaseSync } from "node:sqlite";
import { pause, prepareBatch } from "./batch.ts";
import type { RunBatch } from "./batch.ts";
import { openDatabase } from "./database.ts";
import { faultMessage } from "./messages.ts";
import type { Call, FromThread, ToThread } from "./messages.ts";
import { prepareQuestions } from "./questions.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/** Longest transaction, so that other processes get their turn. */
const MAX_BATCH_CALLS = 500;
/**
 * While calls come in company, a batch waits this long for more: one commit for several mails costs little more than for one.
 * A mail that goes alone never waits.
 */
const GATHER_MS = 2;
/** How long company is expected to go on. */
const COMPANY_MS = 10;

function serve(port: MessagePort, database: DatabaseSync): void {
  const run = prepareBatch(database, prepareQuestions(database));
  const say = (message: FromThread): void => {
    port.postMessage(message);
  };
  let companyUntil = 0;
  port.on("message", (first: ToThread) => {
    if (performance.now() < companyUntil) pause(GATHER_MS);
    const { calls, closing } = drain(port, first);
    answerAll(run, calls, say);
    if (calls.length > 1) companyUntil = performance.now() + COMPANY_MS;
    if (!closing) return;
    database.close();
    say({ kind: "closed" });
    port.close();
  });
  say({ kind: "open" });
}

function drain(
  port: MessagePort,
  first: ToThread,
): { readonly calls: readonly Call[]; readonly closing: boolean } {
  const calls: Call[] = [];
  let closing = false;
  let message: ToThread | undefined = first;
  while (message !== undefined) {
    if (message === "close") closing = true;
    else calls.push(...message);
    if (calls.length >= MAX_BATCH_CALLS) break;
    message = (receiveMessageOnPort(port) as { message: ToThread } | undefined)
      ?.message;
  }
  return { calls, closing };
}

function answerAll(
  run: RunBatch,
  calls: readonly Call[],
  say: (message: FromThread) => void,
): void {
  for (let at = 0; at < calls.length; at += MAX_BATCH_CALLS)
    say({
      kind: "answers",
      answers: run(calls.slice(at, at + MAX_BATCH_CALLS)),
    });
}

if (parentPort === null) throw new Error("runs in a worker thread only");
const { file } = workerData as { readonly file: string };
try {
  serve(parentPort, openDatabase(file));
} catch (error) {
  const fault = faultMessage(sqliteFault(error));
  parentPort.postMessage({ kind: "failed", fault } satisfies FromThread);
  parentPort.close();
}
