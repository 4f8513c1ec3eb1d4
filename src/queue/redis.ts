import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { Fault, toFault } from "../core/fault.ts";
import type { Job, LaneName, Lanes } from "../core/lanes.ts";
import type { Log } from "../core/log.ts";
import { LANE_NAMES, parseJob } from "../wire/job.ts";
import { endsWithin, handle } from "./handle.ts";
import type { Handler } from "./handle.ts";

export interface RedisLanesOptions {
  /** `redis://` or `rediss://`, without a password. */
  readonly url: string;
  readonly password?: string | null;
  /** Begins every key, so that several gateways may share one Redis. */
  readonly prefix?: string;
  readonly log: Log;
}

/** Longest wait of a ring: whoever rings has its work on record already and must not stand still for a bell. */
export const COMMAND_DEADLINE_MS = 2000;
const LONGEST_RETRY_WAIT_MS = 2000;
/** How long a job of a dead worker lies before another one takes it up. */
const LOCK_MS = 30_000;
/** Who crashed how often is counted by the ledger; BullMQ must never park a job where nobody looks. */
const MAX_STALLED_COUNT = 1_000_000;
const PREFIX = "sekisho";
/** Nobody reads BullMQ's event streams here. */
const MAX_EVENTS = 100;

/** Lanes on Redis, for several machines. Redis may be emptied or lost at any time; the janitor rings again. */
export function createRedisLanes(options: RedisLanesOptions): Lanes {
  const { log, prefix = PREFIX } = options;
  const producer = connect(options, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_DEADLINE_MS,
  });
  const queues = new Map<LaneName, Queue>();
  const servers = new Map<LaneName, { worker: Worker; connection: Redis }>();
  let closed = false;

  const ask = async <T>(
    lane: LaneName,
    command: (queue: Queue) => Promise<T>,
  ): Promise<T> => {
    if (closed) throw new Fault("QUEUE_UNREACHABLE", { reason: "closed" });
    if (!(await isReady(producer)))
      throw new Fault("QUEUE_UNREACHABLE", { reason: producer.status });
    const queue =
      queues.get(lane) ?? openQueue(lane, { prefix, connection: producer });
    queues.set(lane, queue);
    try {
      return await command(queue);
    } catch (error) {
      // A queue whose first words to Redis failed never recovers; the next ring begins with a new one.
      if (queues.get(lane) === queue) queues.delete(lane);
      await closeQueue(queue);
      throw new Fault("QUEUE_UNREACHABLE", { reason: "command failed" }, error);
    }
  };

  return {
    async ring(lane, { item, first }) {
      await ask(lane, (queue) =>
        queue.add(
          lane,
          { item },
          {
            attempts: 1,
            ...(first === true ? { lifo: true } : {}),
            removeOnComplete: true,
            removeOnFail: true,
            // One waiting and one active at most: what is rung while it is worked on comes once more afterwards.
            deduplication: { id: `${lane}-${item}`, keepLastIfActive: true },
          },
        ),
      );
    },
    async serve(lane, concurrency, handler) {
      if (servers.has(lane))
        throw new Fault("UNEXPECTED", { lane, reason: "served twice" });
      const connection = connect(options, { maxRetriesPerRequest: null });
      const worker = new Worker(
        lane,
        ({ data }: { data: unknown }) => runChecked(log, lane, data, handler),
        {
          connection,
          prefix,
          concurrency,
          lockDuration: LOCK_MS,
          stalledInterval: LOCK_MS,
          maxStalledCount: MAX_STALLED_COUNT,
        },
      );
      tellOutages(worker, log, lane);
      servers.set(lane, { worker, connection });
    },
    async depths() {
      const counts = await Promise.all(
        LANE_NAMES.map((lane) =>
          ask(lane, async (queue) => {
            const { wait, active } = await queue.getJobCounts("wait", "active");
            return [lane, { waiting: wait ?? 0, active: active ?? 0 }] as const;
          }),
        ),
      );
      return Object.fromEntries(counts) as Awaited<ReturnType<Lanes["depths"]>>;
    },
    async close(graceMs) {
      if (closed) return;
      closed = true;
      const workers = [...servers.values()];
      const gentle = Promise.all(workers.map(({ worker }) => worker.close()));
      if (
        !(await endsWithin(
          graceMs,
          gentle.catch(() => undefined),
        ))
      ) {
        log.warn("lanes-closed-with-work", { graceMs });
      }
      for (const { worker, connection } of workers) {
        await endsWithin(
          COMMAND_DEADLINE_MS,
          worker.close(true).catch(() => undefined),
        );
        connection.disconnect();
      }
      for (const queue of queues.values()) await closeQueue(queue);
      producer.disconnect();
    },
  };
}

export function connect(
  { url, password, log }: RedisLanesOptions,
  options: {
    readonly enableOfflineQueue?: boolean;
    readonly maxRetriesPerRequest: number | null;
    readonly commandTimeout?: number;
  },
): Redis {
  const redis = new Redis(url, {
    ...options,
    ...(password == null ? {} : { password }),
    connectTimeout: COMMAND_DEADLINE_MS,
    retryStrategy: (times) => Math.min(50 * 2 ** times, LONGEST_RETRY_WAIT_MS),
  });
  tellOutages(redis, log, "redis");
  return redis;
}

/** Says once that Redis is away and once that it is back, however often it is tried in between. */
function tellOutages(
  source: {
    on(event: "error", listener: (error: Error) => void): unknown;
    on(event: "ready", listener: () => void): unknown;
  },
  log: Log,
  part: string,
) {
  let away = false;
  source.on("error", (error) => {
    if (!away) log.warn("redis-away", { part, fault: toFault(error) });
    away = true;
  });
  source.on("ready", () => {
    if (away) log.info("redis-back", { part });
    away = false;
  });
}

export function openQueue(
  lane: LaneName,
  {
    connection,
    prefix = PREFIX,
    reads = false,
  }: {
    readonly connection: Redis;
    readonly prefix?: string;
    /** Leaves no word of its own in Redis. */
    readonly reads?: boolean;
  },
): Queue {
  const queue = new Queue(lane, {
    ...{ connection, prefix, skipMetasUpdate: reads },
    streams: { events: { maxLen: MAX_EVENTS } },
  });
  // The connection tells its outages itself.
  queue.on("error", () => undefined);
  return queue;
}

export async function closeQueue(queue: Queue): Promise<void> {
  await endsWithin(
    COMMAND_DEADLINE_MS,
    queue.close().catch(() => undefined),
  );
}

/** Only the very first connection is waited for; later an absent Redis is told at once. */
async function isReady(redis: Redis): Promise<boolean> {
  if (redis.status === "ready") return true;
  if (redis.status !== "connecting" && redis.status !== "connect") return false;
  let ready = () => {};
  const settled = new Promise<void>((resolve) => {
    ready = resolve;
    redis.once("ready", resolve);
    redis.once("close", resolve);
  });
  try {
    await endsWithin(COMMAND_DEADLINE_MS, settled);
    return (redis.status as string) === "ready";
  } finally {
    redis.off("ready", ready);
    redis.off("close", ready);
  }
}

async function runChecked(
  log: Log,
  lane: LaneName,
  untrusted: unknown,
  handler: Handler,
): Promise<void> {
  let job: Job;
  try {
    job = parseJob(untrusted);
  } catch (error) {
    log.error("job-refused", { lane, fault: toFault(error) });
    return;
  }
  await handle(log, lane, job, handler);
}
