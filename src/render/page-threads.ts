/** Threads that look at pages, started when first needed and kept; they hold up nothing when the process wants to end. */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { Fault } from "../core/fault.ts";
import type { LosslessImage, Sheet } from "./lossless.ts";
import type { FromPageThread } from "./page-thread.ts";

const MAX_THREADS = 4;
/** Looking at the largest page that limits allow takes seconds. */
const DEADLINE_MS = 60_000;

export class PageThreads {
  readonly size = Math.min(MAX_THREADS, availableParallelism());
  readonly #idle: Worker[] = [];
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  /** Null where tones flow. */
  async look(page: Sheet): Promise<LosslessImage | null> {
    const { width, height, channels, pixels } = page;
    await this.#turn();
    const worker = this.#idle.pop() ?? start();
    try {
      const image = await ask(worker, { width, height, channels, pixels });
      this.#idle.push(worker);
      return image;
    } catch (error) {
      void worker.terminate();
      throw error;
    } finally {
      this.#busy--;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    while (this.#busy >= this.size) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
    this.#busy++;
  }
}

function start(): Worker {
  const worker = new Worker(new URL("./page-thread.ts", import.meta.url), {
    name: "sekisho-page",
  });
  worker.unref();
  return worker;
}

async function ask(
  worker: Worker,
  sheet: Sheet,
): Promise<LosslessImage | null> {
  const { promise, resolve, reject } =
    Promise.withResolvers<LosslessImage | null>();
  const fail = (why: string) =>
    reject(new Fault("UNEXPECTED", { thread: why.slice(0, 200) }));
  const hear = (said: FromPageThread) => {
    if (said.kind === "looked") resolve(said.image);
    else fail(said.message);
  };
  const onError = (error: Error) => fail(error.message);
  const onExit = () => fail("ended");
  const timer = setTimeout(fail, DEADLINE_MS, "deadline");
  worker.on("message", hear).on("error", onError).on("exit", onExit);
  worker.ref();
  try {
    worker.postMessage(sheet);
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off("message", hear).off("error", onError).off("exit", onExit);
    worker.unref();
  }
}
