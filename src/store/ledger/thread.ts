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
import { prepareBatch } from "./batch.ts";
import type { RunBatch } from "./batch.ts";
import { openDatabase } from "./database.ts";
import { faultMessage } from "./messages.ts";
import type { Call, FromThread, ToThread } from "./messages.ts";
import { prepareQuestions } from "./questions.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/** Longest transaction, so that other processes get their turn. */
const MAX_BATCH_CALLS = 500;

function serve(port: MessagePort, database: DatabaseSync): void {
  const run = prepareBatch(database, prepareQuestions(database));
  const say = (message: FromThread): void => {
    port.postMessage(message);
  };
  port.on("message", (first: ToThread) => {
    const { calls, closing } = drain(port, first);
    answerAll(run, calls, say);
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
