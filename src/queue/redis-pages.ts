import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import { FastifyAdapter } from "@bull-board/fastify";
import type { FastifyPluginCallback } from "fastify";
import { LANE_NAMES, parseJob } from "../wire/job.ts";
import {
  closeQueue,
  COMMAND_DEADLINE_MS,
  connect,
  openQueue,
} from "./redis.ts";
import type { RedisLanesOptions } from "./redis.ts";

/** Pages of bull-board over the lanes on Redis, without any route that changes something. */
export interface RedisPages {
  /** Routes below whatever prefix it is registered with; who may ask them is not known here. */
  readonly plugin: FastifyPluginCallback;
  close(): Promise<void>;
}

/** What is hidden on a page can still be asked for: of the routes, too, only those that read are made. */
class ReadingAdapter extends FastifyAdapter {
  override setApiRoutes(
    routes: Parameters<FastifyAdapter["setApiRoutes"]>[0],
  ): this {
    super.setApiRoutes(routes.filter(({ method }) => method === "get"));
    return this;
  }

  /** What Redis answered is for the log of its own connection. */
  override setErrorHandler(): this {
    super.setErrorHandler(() => ({ status: 500, body: UNREACHABLE }));
    return this;
  }
}

const UNREACHABLE = { error: "Redis が応答しません。" };
const POLL_SECONDS = 5;

/** Asks Redis, and tells it nothing. */
export function openRedisPages(options: RedisLanesOptions): RedisPages {
  const connection = connect(options, {
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_DEADLINE_MS,
  });
  const queues = LANE_NAMES.map((lane) =>
    openQueue(lane, { ...options, connection, reads: true }),
  );
  const adapter = new ReadingAdapter();
  createBullBoard({
    queues: queues.map(
      (queue) =>
        new BullMQAdapter(queue, {
          readOnlyMode: true,
          externalJobUrl: ({ data }) => mailOf(data),
        }),
    ),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: "関所 — BullMQ",
        locale: { lng: "ja-JP" },
        pollingInterval: { showSetting: false, forceInterval: POLL_SECONDS },
        // It leads to another site.
        hideDocsLink: true,
        miscLinks: [{ text: "運用状況", url: "/" }],
      },
    },
  });
  return {
    plugin: adapter.registerPlugin(),
    close: async () => {
      await Promise.all(queues.map(closeQueue));
      connection.disconnect();
    },
  };
}

/** From a bell to the mail that it rings for. */
function mailOf(untrusted: unknown): { displayText: string; href: string } {
  try {
    const { item } = parseJob(untrusted);
    return { displayText: "このメールのページ", href: `/quarantine/${item}` };
  } catch {
    return { displayText: "関所が置いたものではありません", href: "/" };
  }
}
