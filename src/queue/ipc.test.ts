import { afterEach, describe, expect, it } from "@jest/globals";
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { Job, LaneName } from "../core/lanes.ts";
import { hearLog, lanesConformance, until } from "./conformance.ts";
import { createIpcLanes, createIpcRouter } from "./ipc.ts";
import { createPortPair } from "./ipc-port.ts";

const WORKER = fileURLToPath(
  new URL("../../test/support/lane-worker.ts", import.meta.url),
);

interface Worker {
  readonly child: ChildProcess;
  readonly begun: ItemId[];
  ring(lane: LaneName, job: Job): Promise<void>;
  serve(lane: LaneName, concurrency: number, forever: boolean): Promise<void>;
  end(signal: NodeJS.Signals): Promise<void>;
}

interface Told {
  readonly test?: string;
  readonly call?: number;
  readonly item?: ItemId;
}

async function forkWorker(): Promise<Worker> {
  const child = fork(WORKER, { execArgv: [] });
  const begun: ItemId[] = [];
  let calls = 0;
  const told = (fits: (message: Told) => boolean) =>
    new Promise<void>((resolve) => {
      const listen = (message: Told) => {
        if (!fits(message)) return;
        child.off("message", listen);
        resolve();
      };
      child.on("message", listen);
    });
  child.on("message", ({ test, item }: Told) => {
    if (test === "begun" && item !== undefined) begun.push(item);
  });
  await told(({ test }) => test === "ready");
  return {
    child,
    begun,
    async ring(lane, { item }) {
      const call = (calls += 1);
      const rung = told((message) => message.call === call);
      child.send({ test: "ring", lane, item, call });
      await rung;
    },
    async serve(lane, concurrency, forever) {
      const serving = told(({ test }) => test === "serving");
      child.send({ test: "serve", lane, concurrency, forever });
      await serving;
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    },
  };
}

lanesConformance("rung in a forked process, served in its parent", async () => {
  const log = hearLog();
  const router = createIpcRouter(log);
  const worker = await forkWorker();
  router.connect(worker.child);
  const [mine, routers] = createPortPair();
  router.connect(routers);
  return {
    ringing: worker,
    serving: createIpcLanes(mine, log),
    log,
    dispose: () => worker.end("SIGTERM"),
  };
});

describe("lanes over several processes", () => {
  const workers: Worker[] = [];
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.end("SIGKILL");
  });

  async function cast() {
    const log = hearLog();
    const router = createIpcRouter(log);
    const [mine, routers] = createPortPair();
    router.connect(routers);
    const joined = async () => {
      const worker = await forkWorker();
      workers.push(worker);
      router.connect(worker.child);
      return worker;
    };
    return {
      log,
      router,
      lanes: createIpcLanes(mine, log),
      one: await joined(),
      two: await joined(),
    };
  }

  it("share 8 long jobs 6 to 2 between a worker that takes 6 and one that takes 2", async () => {
    const { lanes, one, two } = await cast();
    await one.serve("sanitize", 6, true);
    await two.serve("sanitize", 2, true);
    for (let count = 0; count < 9; count += 1)
      await lanes.ring("sanitize", { item: newItemId() });
    await until(() => one.begun.length + two.begun.length === 8);
    expect([one.begun.length, two.begun.length]).toEqual([6, 2]);
    expect((await lanes.depths()).sanitize).toEqual({ waiting: 1, active: 8 });
  });

  it("go on with the others when a worker is killed: its jobs are lost, told, and can be rung again", async () => {
    const { lanes, log, one, two } = await cast();
    const item = newItemId();
    await one.serve("sanitize", 1, true);
    await lanes.ring("sanitize", { item });
    await until(() => one.begun.length === 1);
    await two.serve("sanitize", 1, false);
    await one.end("SIGKILL");
    await until(() => log.events.includes("jobs-lost-with-worker"));
    expect(two.begun).toEqual([]);
    await lanes.ring("sanitize", { item });
    await until(() => two.begun.length === 1);
    expect(two.begun).toEqual([item]);
  });

  it("refuse a forged job and other nonsense without stopping", async () => {
    const { lanes, log, router } = await cast();
    const [mine, routers] = createPortPair();
    router.connect(routers);
    for (const forged of [
      { lanes: "ring", lane: "inspect", item: "../../x" },
      { lanes: "ring", lane: "release", item: newItemId() },
      { lanes: "serve", lane: "inspect", concurrency: 1e9 },
      { lanes: "job", lane: "inspect", item: newItemId() },
      { lanes: "deliver-now" },
    ])
      await mine.send(forged);
    await mine.send({ about: "something else" });
    expect(log.events).toEqual(Array(5).fill("lane-message-refused"));
    expect((await lanes.depths()).inspect).toEqual({ waiting: 0, active: 0 });
  });

  it("reject a ring with QUEUE_UNREACHABLE when the other process is gone", async () => {
    const { one, log } = await cast();
    const lanes = createIpcLanes(one.child, log);
    await one.end("SIGKILL");
    await expect(lanes.ring("inspect", { item: newItemId() })).rejects.toThrow(
      "QUEUE_UNREACHABLE",
    );
    await lanes.close(1000);
  });
});
