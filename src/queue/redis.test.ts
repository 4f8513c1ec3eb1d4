import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from "@jest/globals";
import { Redis } from "ioredis";
import { startRedisServer } from "../../test/support/redis-server.ts";
import type { RedisServer } from "../../test/support/redis-server.ts";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { Lanes } from "../core/lanes.ts";
import {
  hearLog,
  heldHandler,
  lanesConformance,
  until,
} from "./conformance.ts";
import { createRedisLanes } from "./redis.ts";
import { describeWith } from "../../test/support/programs.ts";

describeWith(["redis-server"], "Redis", () => {
  let server: RedisServer;
  let runs = 0;
  beforeAll(async () => {
    server = await startRedisServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  lanesConformance("on Redis, two clients", async () => {
    const log = hearLog();
    const prefix = `t${(runs += 1)}`;
    const ringing = createRedisLanes({ url: server.url, prefix, log });
    const serving = createRedisLanes({ url: server.url, prefix, log });
    return { ringing, serving, log, dispose: () => ringing.close(1000) };
  });

  describe("in trouble", () => {
    const log = hearLog();
    let lanes: Lanes;
    let admin: Redis;
    let prefix: string;
    beforeEach(async () => {
      await server.restart();
      prefix = `t${(runs += 1)}`;
      lanes = createRedisLanes({ url: server.url, prefix, log });
      admin = new Redis(server.url);
      admin.on("error", () => undefined);
    });
    afterEach(async () => {
      admin.disconnect();
      await lanes.close(1000);
    });

    it("loses waiting jobs to FLUSHALL, hangs nowhere, and takes later rings", async () => {
      const held = heldHandler();
      const [first, lost] = [newItemId(), newItemId()];
      await lanes.serve("inspect", 1, held.handler);
      await lanes.ring("inspect", { item: first });
      await until(() => held.begun.length === 1);
      await lanes.ring("inspect", { item: lost });
      await admin.flushall();
      expect((await lanes.depths()).inspect.waiting).toBe(0);
      held.endAll();
      // As the janitor does: ring again for what the ledger still has.
      await lanes.ring("inspect", { item: lost });
      await until(() => held.begun.includes(lost));
      held.endAll();
      await lanes.ring("inspect", { item: first });
      await until(() => held.begun.length === 3);
      held.endAll();
    });

    it("rejects rings with QUEUE_UNREACHABLE while Redis is away, and serves again when it is back, empty", async () => {
      const seen: ItemId[] = [];
      await lanes.serve("deliver", 2, async ({ item }) => {
        seen.push(item);
      });
      const before = newItemId();
      await lanes.ring("deliver", { item: before });
      await until(() => seen.length === 1);
      await server.kill();
      await until(async () => {
        try {
          await lanes.ring("deliver", { item: newItemId() });
          return false;
        } catch (error) {
          expect(String(error)).toContain("QUEUE_UNREACHABLE");
          return true;
        }
      });
      await expect(lanes.depths()).rejects.toThrow("QUEUE_UNREACHABLE");
      await server.restart();
      const after = newItemId();
      await until(async () =>
        lanes.ring("deliver", { item: after }).then(
          () => true,
          () => false,
        ),
      );
      await until(() => seen.includes(after));
    });

    it("rejects a ring when Redis accepts and never answers", async () => {
      await lanes.ring("deliver", { item: newItemId() });
      server.freeze();
      await expect(
        lanes.ring("deliver", { item: newItemId() }),
      ).rejects.toThrow("QUEUE_UNREACHABLE");
      server.resume();
      await until(async () =>
        lanes.ring("deliver", { item: newItemId() }).then(
          () => true,
          () => false,
        ),
      );
    });

    it("rejects a ring when there was never a Redis, and when the password is wrong", async () => {
      await server.kill();
      const nowhere = createRedisLanes({ url: server.url, log });
      await expect(
        nowhere.ring("inspect", { item: newItemId() }),
      ).rejects.toThrow("QUEUE_UNREACHABLE");
      await nowhere.close(1000);
      await server.restart();
      await until(async () => admin.status === "ready");
      await admin.config("SET", "requirepass", "right");
      const url = server.url;
      const wrong = createRedisLanes({ url, password: "wrong", log });
      await expect(
        wrong.ring("inspect", { item: newItemId() }),
      ).rejects.toThrow("QUEUE_UNREACHABLE");
      await wrong.close(1000);
      const right = createRedisLanes({ url, password: "right", log });
      await right.ring("inspect", { item: newItemId() });
      await right.close(1000);
    });

    it("refuses a forged job, says so, and goes on", async () => {
      const seen: ItemId[] = [];
      await lanes.serve("inspect", 1, async ({ item }) => {
        seen.push(item);
      });
      const { Queue } = await import("bullmq");
      const forger = new Queue("inspect", { connection: admin, prefix });
      await forger.add("inspect", { item: "../../x" });
      await forger.add("inspect", { item: newItemId(), clean: true });
      const good = newItemId();
      await lanes.ring("inspect", { item: good });
      await until(() => seen.length === 1);
      expect(seen).toEqual([good]);
      expect(
        log.events.filter((event) => event === "job-refused"),
      ).toHaveLength(2);
      await forger.close();
    });

    it("leaves nothing behind in Redis but BullMQ's own few keys, none of them naming an item", async () => {
      const seen: ItemId[] = [];
      await lanes.serve("inspect", 4, async ({ item }) => {
        seen.push(item);
      });
      for (let count = 0; count < 50; count += 1)
        await lanes.ring("inspect", { item: newItemId() });
      await until(async () => {
        const { waiting, active } = (await lanes.depths()).inspect;
        return seen.length === 50 && waiting + active === 0;
      });
      const keys = await admin.keys("*");
      expect(
        keys.filter((key) => seen.some((item) => key.includes(item))),
      ).toEqual([]);
      expect(keys.length).toBeLessThan(12);
    });
  });
});
