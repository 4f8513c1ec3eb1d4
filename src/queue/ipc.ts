import { Fault, toFault } from "../core/fault.ts";
import type { Job, LaneName, Lanes } from "../core/lanes.ts";
import type { Log } from "../core/log.ts";
import { parseLaneMessage } from "../wire/lane-message.ts";
import type { LaneCounts, LaneMessage } from "../wire/lane-message.ts";
import { endsWithin, handle } from "./handle.ts";
import type { Handler } from "./handle.ts";
import { portTo } from "./ipc-port.ts";
import type { IpcEnd } from "./ipc-port.ts";

export { createIpcRouter } from "./ipc-router.ts";
export type { IpcRouter } from "./ipc-router.ts";

const DEPTHS_DEADLINE_MS = 2000;

/** A forked worker's lanes: rings go up to the supervisor (`createIpcRouter`), jobs come down. */
export function createIpcLanes(supervisor: IpcEnd, log: Log): Lanes {
  const port = portTo(supervisor);
  const handlers = new Map<LaneName, Handler>();
  const running = new Set<Promise<void>>();
  const asked = new Map<number, (depths: LaneCounts) => void>();
  const stopped = Promise.withResolvers<void>();
  let calls = 0;
  let closed = false;

  const send = async (message: LaneMessage) => {
    try {
      await port.send(message);
    } catch (error) {
      throw new Fault("QUEUE_UNREACHABLE", { reason: "no supervisor" }, error);
    }
  };

  /** For words nobody waits on: without a supervisor they have no meaning either. */
  const tell = (message: LaneMessage) => {
    send(message).catch((error: unknown) =>
      log.warn("supervisor-gone", { fault: toFault(error) }),
    );
  };

  const work = async (lane: LaneName, job: Job, handler: Handler) => {
    await handle(log, lane, job, handler);
    tell({ lanes: "done", lane, item: job.item });
  };

  const hear = (untrusted: unknown) => {
    const message = parseLaneMessage(untrusted);
    if (message === null) return;
    if (message.lanes === "stopped") {
      stopped.resolve();
    } else if (message.lanes === "depths") {
      asked.get(message.call)?.(message.depths);
    } else if (message.lanes === "job") {
      const { lane, item } = message;
      const handler = handlers.get(lane);
      if (closed || handler === undefined)
        return tell({ lanes: "back", lane, item });
      const run = work(lane, { item }, handler).finally(() =>
        running.delete(run),
      );
      running.add(run);
    }
  };

  // Without a supervisor no job comes either.
  const stopWatching = port.onGone(() => stopped.resolve());
  const stopHearing = port.on((untrusted) => {
    try {
      hear(untrusted);
    } catch (error) {
      log.error("lane-message-refused", { fault: toFault(error) });
    }
  });

  return {
    async ring(lane, { item, first }) {
      if (closed) throw new Fault("QUEUE_UNREACHABLE", { reason: "closed" });
      await send(
        first === true
          ? { lanes: "ring", lane, item, first }
          : { lanes: "ring", lane, item },
      );
    },
    async serve(lane, concurrency, handler) {
      if (handlers.has(lane))
        throw new Fault("UNEXPECTED", { lane, reason: "served twice" });
      handlers.set(lane, handler);
      await send({ lanes: "serve", lane, concurrency });
    },
    async depths() {
      const call = (calls += 1);
      let told: LaneCounts | null = null;
      const answer = new Promise<void>((resolve) =>
        asked.set(call, (depths) => {
          told = depths;
          resolve();
        }),
      );
      try {
        await send({ lanes: "ask-depths", call });
        if ((await endsWithin(DEPTHS_DEADLINE_MS, answer)) && told !== null)
          return told;
        throw new Fault("QUEUE_UNREACHABLE", { reason: "no answer" });
      } finally {
        asked.delete(call);
      }
    },
    async close(graceMs) {
      if (closed) return;
      closed = true;
      tell({ lanes: "stop" });
      const quiet = stopped.promise.then(() => Promise.all(running));
      if (!(await endsWithin(graceMs, quiet)))
        log.warn("lanes-closed-with-work", { graceMs });
      stopHearing();
      stopWatching();
    },
  };
}
