import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Fault } from "../../core/fault.ts";
import { MINUTE, SECOND } from "../../core/units.ts";
import { faultOf } from "./messages.ts";
import type { Call, FromThread, ToThread } from "./messages.ts";
import type { AllQuestions, QuestionName } from "./questions.ts";

/** Calls that wait for an answer; more means that the disk does not follow, and the asker should hear it. */
const MAX_WAITING_CALLS = 20_000;
/** Longer than any wait of the thread itself: past it the thread is taken to be stuck. */
const ANSWER_DEADLINE_MS = MINUTE;
const CLOSE_DEADLINE_MS = 10 * SECOND;

type ArgsOf<N extends QuestionName> =
  Parameters<AllQuestions[N]> extends [number, ...infer Rest] ? Rest : [];

export interface Asker {
  ask<N extends QuestionName>(
    name: N,
    ...args: ArgsOf<N>
  ): Promise<ReturnType<AllQuestions[N]>>;
  close(): Promise<void>;
}

interface Waiting {
  readonly since: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: Fault) => void;
}

/** The main side of the ledger's thread. Calls of one turn of the event loop go over in one message. */
export async function openAsker(
  file: string,
  clock: () => number,
): Promise<Asker> {
  const worker = new Worker(new URL("./thread.ts", import.meta.url), {
    workerData: { file },
    name: "ledger",
    // Flags of the main program, such as --input-type, are not meant for the thread.
    execArgv: [],
  });
  const [first] = (await once(worker, "message")) as [FromThread];
  if (first.kind === "failed") {
    await worker.terminate();
    throw faultOf(first.fault);
  }
  return new ThreadAsker(worker, clock);
}

class ThreadAsker implements Asker {
  readonly #worker: Worker;
  readonly #clock: () => number;
  readonly #waiting = new Map<number, Waiting>();
  #unsent: Call[] = [];
  #serial = 0;
  #ended: Fault | null = null;
  #watch: NodeJS.Timeout | null = null;

  constructor(worker: Worker, clock: () => number) {
    this.#worker = worker;
    this.#clock = clock;
    worker.on("message", (message: FromThread) => {
      this.#hear(message);
    });
    worker.on("error", (error) => {
      this.#end(new Fault("STORE_FAILED", { place: "ledger" }, error));
    });
    worker.on("exit", () => {
      this.#end(new Fault("STORE_FAILED", { place: "ledger", exit: true }));
    });
  }

  ask<N extends QuestionName>(
    name: N,
    ...args: ArgsOf<N>
  ): Promise<ReturnType<AllQuestions[N]>> {
    return new Promise<ReturnType<AllQuestions[N]>>((resolve, reject) => {
      if (this.#ended !== null) return reject(this.#ended);
      const waiting = this.#waiting.size;
      if (waiting >= MAX_WAITING_CALLS)
        return reject(new Fault("STORE_FAILED", { place: "ledger", waiting }));
      const serial = ++this.#serial;
      this.#waiting.set(serial, {
        since: performance.now(),
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      if (this.#unsent.length === 0) queueMicrotask(() => this.#send());
      this.#unsent.push({ serial, name, args: [this.#clock(), ...args] });
      this.#watchOldest();
    });
  }

  async close(): Promise<void> {
    if (this.#ended !== null) return;
    this.#send();
    const gone = once(this.#worker, "exit");
    this.#post("close");
    const late = setTimeout(() => {
      void this.#worker.terminate();
    }, CLOSE_DEADLINE_MS);
    await gone;
    clearTimeout(late);
  }

  #send(): void {
    if (this.#unsent.length === 0) return;
    this.#post(this.#unsent);
    this.#unsent = [];
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromThread): void {
    if (message.kind !== "answers") return;
    for (const answer of message.answers) {
      const waiting = this.#waiting.get(answer.serial);
      this.#waiting.delete(answer.serial);
      if ("fault" in answer) waiting?.reject(faultOf(answer.fault));
      else waiting?.resolve(answer.value);
    }
  }

  /** One timer for all: it looks at the oldest call, which stands first in the map. */
  #watchOldest(): void {
    if (this.#watch !== null) return;
    this.#watch = setTimeout(() => {
      this.#watch = null;
      const [oldest] = this.#waiting.values();
      if (oldest === undefined) return;
      if (performance.now() - oldest.since < ANSWER_DEADLINE_MS)
        return this.#watchOldest();
      this.#end(new Fault("STORE_FAILED", { place: "ledger", stuck: true }));
      void this.#worker.terminate();
    }, ANSWER_DEADLINE_MS).unref();
  }

  #end(fault: Fault): void {
    this.#ended ??= fault;
    if (this.#watch !== null) clearTimeout(this.#watch);
    for (const waiting of this.#waiting.values()) waiting.reject(fault);
    this.#waiting.clear();
  }
}
