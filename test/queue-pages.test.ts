import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { newItemId } from "../src/core/id.ts";
import type { Lanes } from "../src/core/lanes.ts";
import { createRedisLanes } from "../src/queue/redis.ts";
import { openRedisPages } from "../src/queue/redis-pages.ts";
import type { RedisPages } from "../src/queue/redis-pages.ts";
import { ConsoleBrowser } from "./support/console-browser.ts";
import { Browser } from "./support/console.ts";
import { busyMeasures } from "./support/measures.ts";
import { until } from "./support/gateway.ts";
import { describeWith } from "./support/programs.ts";
import { startRedisServer } from "./support/redis-server.ts";
import type { RedisServer } from "./support/redis-server.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };

describeWith(
  ["redis-server", "chromium"],
  "the pages of the queues in Redis",
  () => {
    let redis: RedisServer;
    let lanes: Lanes;
    let pages: RedisPages;
    let at: ConsoleBrowser;
    let operator: Browser;
    const waiting = [newItemId(), newItemId(), newItemId()];

    beforeAll(async () => {
      redis = await startRedisServer();
      const options = { url: redis.url, log: silent };
      lanes = createRedisLanes(options);
      for (const item of waiting) await lanes.ring("sanitize", { item });
      pages = openRedisPages(options);
      at = await ConsoleBrowser.open(pages.plugin);
      at.desk.measures = busyMeasures(at.desk.now);
      operator = await at.desk.person("jun", { role: "operator", tenant: "*" });
    }, 60_000);
    afterAll(async () => {
      await at.close();
      await pages.close();
      await lanes.close(0);
      await redis.stop();
    });

    it("show in Chromium which mails wait, lead to each, and fetch nothing from elsewhere", async () => {
      const page = await at.pageOf(operator);
      const hosts = new Set<string>();
      page.on("response", (answer) => hosts.add(new URL(answer.url()).origin));
      await page.goto("/");
      await page.getByRole("link", { name: "Redis の中を見る" }).click();
      await page.getByRole("link", { name: "sanitize" }).first().click();
      const links = page.getByRole("link", { name: "このメールのページ" });
      await links.nth(2).waitFor();
      const places: (string | null)[] = [];
      for (const link of await links.all())
        places.push(await link.getAttribute("href"));
      expect(places).toEqual(
        waiting.map((item) => `/quarantine/${item}`).reverse(),
      );
      expect([...hosts]).toEqual([at.origin]);
      // Fonts of another host and looks inside the page; no script.
      expect(at.complaints.filter((one) => !/style/.test(one))).toEqual([]);
    });

    it("are not there for who answers for one body, or for nobody", async () => {
      const { desk } = at;
      const own = await desk.person("kei", { role: "chief", tenant: "kawa" });
      expect((await own.get("/queues/api/queues")).status).toBe(403);
      const { queuePages } = (await own.get("/api/v1/session")).body;
      expect(queuePages).toBe(false);
      const nobody = new Browser(desk);
      expect((await nobody.get("/queues/api/queues")).status).toBe(401);
      expect((await nobody.get("/queues")).headers["location"]).toBe(
        "/sign-in",
      );
    });

    it("change nothing, whoever asks and however", async () => {
      const id = waiting[0];
      const place = "/queues/api/queues";
      for (const [method, path] of [
        ["PUT", `${place}/pause`],
        ["PUT", `${place}/sanitize/empty`],
        ["PUT", `${place}/sanitize/obliterate`],
        ["POST", `${place}/sanitize/add`],
        ["PUT", `${place}/sanitize/1/clean`],
        ["POST", `${place}`],
        ["DELETE", `${place}/sanitize/${id}`],
      ] as const)
        expect([path, (await operator.ask(method, path)).status]).toEqual([
          path,
          404,
        ]);
      expect((await lanes.depths()).sanitize.waiting).toBe(3);
    });

    it("say that Redis is away, and show it again when it is back", async () => {
      await redis.kill();
      const away = await operator.get("/queues/api/queues");
      expect([away.status, away.body["error"]]).toEqual([
        500,
        "Redis が応答しません。",
      ]);
      await redis.restart();
      await until(
        async () => (await operator.get("/queues/api/queues")).status === 200,
        20_000,
        () => "still away",
      );
    });
  },
);
