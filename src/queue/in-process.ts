import { Fault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { LaneName, Lanes } from "../core/lanes.ts";
import type { Log } from "../core/log.ts";
import { createBoard } from "./board.ts";
import type { Board } from "./board.ts";
import { endsWithin, handle } from "./handle.ts";
import type { Handler } from "./handle.ts";

interface Lane {
  readonly board: Board;
  readonly running: Set<Promise<void>>;
  serving: { readonly concurrency: number; readonly handler: Handler } | null;
}

/** Lanes inside one process: no persistence, because the ledger is the truth and the janitor rings again. */
export function createInProcessLanes(log: Log): Lanes {
  const lane = (): Lane => ({
    board: createBoard(),
    running: new Set(),
    serving: null,
  });
  const lanes: Readonly<Record<LaneName, Lane>> = {
    inspect: lane(),
    sanitize: lane(),
    deliver: lane(),
  };
  let closed = false;

  const pump = (name: LaneName) => {
    const { board, serving, running } = lanes[name];
    if (serving === null) return;
    while (!closed && board.active < serving.concurrency) {
      const item = board.take();
      if (item === null) return;
      const work = run(name, item, serving.handler).finally(() => {
        running.delete(work);
        pump(name);
      });
      running.add(work);
    }
  };

  const run = async (name: LaneName, item: ItemId, handler: Handler) => {
    // The one who rings goes on before the work begins, as with every other kind of lane.
    await Promise.resolve();
    await handle(log, name, { item }, handler);
    lanes[name].board.done(item);
  };

  const count = ({ board: { waiting, active } }: Lane) => ({ waiting, active });

  return {
    async ring(name, { item, first }) {
      if (closed) throw new Fault("QUEUE_UNREACHABLE", { reason: "closed" });
      lanes[name].board.ring(item, first);
      pump(name);
    },
    async serve(name, concurrency, handler) {
      if (lanes[name].serving !== null)
        throw new Fault("UNEXPECTED", { lane: name, reason: "served twice" });
      lanes[name].serving = { concurrency, handler };
      pump(name);
    },
    async depths() {
      return {
        inspect: count(lanes.inspect),
        sanitize: count(lanes.sanitize),
        deliver: count(lanes.deliver),
      };
    },
    async close(graceMs) {
      closed = true;
      const works = Object.values(lanes).flatMap(({ running }) => [...running]);
      if (!(await endsWithin(graceMs, Promise.all(works))))
        log.warn("lanes-closed-with-work", { graceMs });
    },
  };
}
