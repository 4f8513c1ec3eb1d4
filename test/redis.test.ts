import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { TestGateway } from "./support/gateway.ts";
import { Person } from "./support/person.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { startRedisServer, type RedisServer } from "./support/redis-server.ts";
import { sendRaw, textMail } from "./support/send.ts";

describeWith(
  [...GATEWAY_PROGRAMS, "redis-server", "redis-cli"],
  "a gateway on Redis",
  () => {
    let redis: RedisServer;
    let gateway: TestGateway;

    beforeAll(async () => {
      redis = await startRedisServer();
      gateway = await TestGateway.start({
        settings: { queue: { redis: { url: redis.url, pages: true } } },
      });
    }, 60_000);
    afterAll(async () => {
      await gateway.remove();
      await redis.stop();
    });

    const sendAll = (ids: readonly string[]) =>
      Promise.all(ids.map((id) => sendRaw(gateway.ports.smtp, textMail(id))));
    const arrivedOnce = async (ids: readonly string[]) => {
      const mails = await gateway.mailbox();
      for (const id of ids)
        expect([
          id,
          mails.filter((one) => one.raw.includes(`<${id}@`)).length,
        ]).toEqual([id, 1]);
    };

    it("loses none of 200 mails when Redis is emptied three times while they are under way", async () => {
      const ids = Array.from({ length: 200 }, (_, n) => `flushed-${n}`);
      const flush = () =>
        execFileSync("redis-cli", ["-p", String(redis.port), "FLUSHALL"]);
      for (let at = 0; at < ids.length; at += 40) {
        await sendAll(ids.slice(at, at + 40));
        if (at >= 40 && at <= 120) flush();
      }
      await gateway.settled(60_000);
      await arrivedOnce(ids);
    }, 120_000);

    it("answers 250 while Redis is gone, and delivers when it is back", async () => {
      await redis.kill();
      const ids = Array.from({ length: 5 }, (_, n) => `without-redis-${n}`);
      for (const answer of await sendAll(ids))
        expect(answer).toMatch(/^250 2\.0\.0 /);
      await redis.restart();
      await gateway.settled(90_000);
      await arrivedOnce(ids);
    }, 120_000);

    // Last: once there is an account, nobody else is told how the gateway stands.
    it("has pages of Redis for who is signed in", async () => {
      const jun = new Person("jun", () => gateway);
      expect((await jun.ask("GET", "/queues")).status).toBe(303);
      await jun.setUp(gateway.log);
      const { body } = await jun.ask("GET", "/queues/api/queues");
      expect(body["queues"]).toMatchObject([
        { name: "inspect", readOnlyMode: true },
        { name: "sanitize", readOnlyMode: true },
        { name: "deliver", readOnlyMode: true },
      ]);
    });
  },
);
