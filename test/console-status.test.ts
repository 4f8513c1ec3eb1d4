import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { startClamd } from "../src/scan/clamd-process.ts";
import type { RunningClamd } from "../src/scan/clamd-process.ts";
import { barriersOn } from "./support/axe.ts";
import { Desk } from "./support/desk.ts";
import type { DeskPerson } from "./support/desk.ts";
import { usualMails } from "./support/desk-mails.ts";
import { until } from "./support/gateway.ts";
import { sendMixed } from "./support/mixed-load.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const LONG_MS = 180_000;
const WAIT_MS = 90_000;
const LOAD = 40;
const WIDTHS = [1440, 375];

/** What administrators see of a gateway that works, breaks and is stopped. */
describeWith(
  [...GATEWAY_PROGRAMS, "chromium"],
  "the console's status pages in Chromium",
  () => {
    jest.setTimeout(LONG_MS);
    let folder: string;
    let clamd: RunningClamd;
    let desk: Desk;
    let suzuki: DeskPerson;
    let sato: DeskPerson;

    const clamdUp = async () => {
      clamd = await startClamd({ folder, databaseFolder: null, log: silent });
    };

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "sekisho-status-"));
      await clamdUp();
      desk = await Desk.open({
        settings: {
          scanner: { socketPath: join(folder, "clamd.sock") },
          disaster: { maxHours: 8 },
        },
      });
      suzuki = await desk.person("suzuki");
      sato = await desk.person("sato");
      await suzuki.setUp(desk.firstLink, "鈴木 一郎");
      await suzuki.finishSetUp();
      await sato.join(desk, "佐藤 花子", "chief");
    });
    afterAll(async () => {
      await desk.close();
      await clamd.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** The numbers of a row, by its first cell. */
    const numbersIn = async (row: Locator) =>
      (await row.locator("td").allInnerTexts()).map((text) =>
        Number(/\d+$/.exec(text.trim().replace(/,/g, ""))?.[0] ?? NaN),
      );

    it("shows the counts of 40 mixed mails and who is held why, without anybody loading it anew", async () => {
      const { page } = suzuki;
      await page.goto("/");
      await page.getByRole("heading", { name: "待ち行列" }).waitFor();
      await page.evaluate("window.isSamePage = true");
      const domains = ["kawa.lg.jp", "yama.lg.jp"];
      const load = await sendMixed(desk.gateway.ports.smtp, LOAD, domains);
      const table = page.getByRole("table", { name: "団体ごとの件数" });
      const countsOf = async (name: string) =>
        (await numbersIn(table.getByRole("row", { name }))).slice(0, 5);
      let seen: readonly number[] = [];
      await until(
        async () => (seen = await countsOf("全体"))[1] === LOAD,
        WAIT_MS,
        () => JSON.stringify(seen),
      );
      const holds = load.viruses + load.unknown;
      expect(seen).toEqual([LOAD, LOAD, 0, holds, load.viruses]);
      expect(await countsOf("川町")).toEqual([
        LOAD / 2,
        LOAD / 2,
        0,
        load.viruses,
        load.viruses,
      ]);
      const reasons = page.getByRole("table", { name: "隔離中の理由" });
      await until(
        async () =>
          (
            await numbersIn(
              reasons.getByRole("row", { name: "ウイルスを検出" }),
            ).catch(() => [])
          )[0] === load.viruses,
        WAIT_MS,
        () => desk.gateway.log,
      );
      expect(await page.evaluate("window.isSamePage")).toBe(true);
    });

    it("says the same in the table of a chart as the API", async () => {
      const { page } = suzuki;
      await page.goto("/");
      await page
        .getByRole("button", { name: /表で見る.*受付・完了・隔離/ })
        .press("Enter");
      const region = page.getByRole("region", { name: "受付・完了・隔離" });
      const path =
        "/api/v1/measures/history?range=hour&series=arrivals,completions,held";
      let shown: unknown;
      let told: unknown;
      await until(
        async () => {
          const past = (await (await page.request.get(path)).json()) as {
            times: number[];
            series: { values: number[] }[];
          };
          told = past.times
            .map((at, index) => [
              ...[at, past.series.map(({ values }) => values[index])],
            ])
            .reverse();
          const rows = await region.locator("tbody tr").all();
          shown = await Promise.all(
            rows.map(async (row) => [
              Number(await row.getAttribute("data-at")),
              await numbersIn(row),
            ]),
          );
          const sum = past.series[1]?.values.reduce((all, one) => all + one, 0);
          return sum === LOAD && JSON.stringify(shown) === JSON.stringify(told);
        },
        WAIT_MS,
        () => JSON.stringify({ shown, told }),
      );
      expect(shown).toEqual(told);
    });

    it("tells of a scanner that is silent, with what to do, and says that all is well when it is back", async () => {
      const { page } = suzuki;
      await page.goto("/");
      await page.getByRole("heading", { name: "待ち行列" }).waitFor();
      const trouble = page
        .getByRole("listitem")
        .filter({ hasText: "ウイルス検査が応答しません" });
      await clamd.stop();
      await trouble.waitFor({ timeout: WAIT_MS });
      const text = await trouble.innerText();
      expect(text).toContain("至急");
      expect(text).toContain("していただくこと");
      expect(text).toContain("npx sekisho doctor");
      await clamdUp();
      await trouble.waitFor({ state: "detached", timeout: WAIT_MS });
    });

    it("stops the crossing by keyboard, says so on every page, and resumes it by keyboard", async () => {
      const { page } = suzuki;
      await page.goto("/");
      await page.getByRole("button", { name: "緊急停止" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("理由").focus();
      await page.keyboard.type("不審な添付が庁内に届いたため");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await dialog.getByText("緊急停止しました").waitFor();
      expect(await dialog.innerText()).toContain("開始済みの配送");
      await page.keyboard.press("Enter");
      await dialog.waitFor({ state: "detached" });

      const bar = sato.page.getByRole("region", { name: "緊急停止" });
      const [mail] = await usualMails();
      await desk.hold(...(mail === undefined ? [] : [mail]));
      for (const address of ["/quarantine", "/accounts", "/emergency"]) {
        await sato.page.goto(address);
        await bar.getByText("庁内側への配送を緊急停止しています").waitFor();
        expect(await bar.innerText()).toMatch(
          /全団体[^]*停止した人：鈴木 一郎（suzuki）[^]*不審な添付が庁内に届いたため/,
        );
      }
      await bar.getByText("配送を待っているメール 1 件").waitFor();

      await bar.getByRole("button", { name: "再開" }).focus();
      await sato.page.keyboard.press("Enter");
      const ending = sato.page.getByRole("dialog");
      await ending.getByLabel("理由").focus();
      await sato.page.keyboard.type("該当のメールを廃棄した");
      await sato.page.keyboard.press("Tab");
      await sato.page.keyboard.press("Enter");
      await bar.waitFor({ state: "detached" });
      await desk.gateway.arrived(({ mail }) =>
        String(mail.subject).includes("庁舎空調設備"),
      );
      await page
        .getByRole("region", { name: "緊急停止" })
        .waitFor({ state: "detached" });
    });

    it("lets a contractor stop and not resume", async () => {
      const itaku = await desk.person("itaku");
      await itaku.join(desk, "株式会社川端システム", "operator");
      const { page } = itaku;
      await page.goto("/emergency");
      await page.getByRole("button", { name: "緊急停止" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("理由").fill("保守作業中に異常を見つけた");
      await dialog.getByRole("button", { name: "緊急停止する" }).click();
      await dialog.getByRole("button", { name: "閉じる" }).last().click();
      const bar = page.getByRole("region", { name: "緊急停止" });
      await bar.waitFor();
      expect(await bar.getByRole("button", { name: "再開" }).count()).toBe(0);
      await page.getByText("再開は、情報管理者以上").waitFor();
      expect(
        await page
          .getByRole("button", { name: "災害モードを申請する" })
          .count(),
      ).toBe(0);
      await desk.gateway.command("crossing", "resume", "--reason", "確認済み");
      await bar.waitFor({ state: "detached" });
    });

    it("opens the emergency mode with two persons, counts down, and ends it", async () => {
      const { page } = suzuki;
      await page.goto("/emergency");
      await page.getByRole("button", { name: "災害モードを申請する" }).click();
      const dialog = page.getByRole("dialog");
      expect(
        (await dialog.getByLabel("実施する時間").innerText()).split("\n"),
      ).toEqual(["1 時間", "2 時間", "4 時間", "8 時間"]);
      await dialog.getByLabel("実施する時間").selectOption("2");
      await dialog.getByLabel("理由").fill("地震のため避難所の写真を受け取る");
      await dialog.getByRole("button", { name: "申請する" }).click();
      await page.getByText("ほかの方に承認を依頼してください").waitFor();
      expect(
        await page.getByRole("button", { name: "承認して始める" }).count(),
      ).toBe(0);

      await sato.page.goto("/emergency");
      await sato.page.getByText("地震のため避難所の写真を受け取る").waitFor();
      await sato.page.getByRole("button", { name: "承認して始める" }).click();
      await sato.page
        .getByRole("dialog")
        .getByRole("button", { name: "承認する" })
        .click();
      await sato.page.getByText("災害モードを実施しています").waitFor();
      expect(await sato.page.getByRole("timer").innerText()).toMatch(
        /^(2:00:00|1:5\d:\d\d)$/,
      );
      await page.getByRole("button", { name: "災害モードを終了する" }).click();
      await dialog.getByLabel("理由").fill("写真がそろった");
      await dialog.getByRole("button", { name: "終了する" }).click();
      await page.getByText("災害モードは実施していません").waitFor();
    });

    it("has these acts in the record in words", async () => {
      const { page } = suzuki;
      await page.goto("/audit");
      const list = page.getByRole("table", { name: "記録の一覧" });
      await list.waitFor();
      const text = await list.innerText();
      for (const act of [
        ...["庁内側への配送を緊急停止", "庁内側への配送を再開"],
        ...["災害モードを申請", "災害モードを承認", "災害モードを終了"],
      ])
        expect(text).toContain(act);
    });

    it("fills a wall: large numbers, no menu", async () => {
      const { page } = suzuki;
      await page.goto("/wall");
      await page.getByText("待ち：検査と本文").waitFor();
      expect(await page.getByRole("navigation").count()).toBe(0);
      const size = await page.evaluate(
        "Math.min(...[...document.querySelectorAll('.wall-number b:not(.wall-word)')].map((one) => parseFloat(getComputedStyle(one).fontSize)))",
      );
      expect(size).toBeGreaterThan(60);
      await page.setViewportSize({ width: 1920, height: 1080 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(
        1920,
      );
      await page.setViewportSize({ width: 1440, height: 1000 });
    });

    it("opens on a wall by a link without a sign-in, shows nothing else, and ends when the link is revoked", async () => {
      const { page } = suzuki;
      await page.goto("/accounts");
      await page.getByRole("button", { name: "リンクを発行する" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("画面の場所").fill("執務室");
      await dialog.getByRole("button", { name: "リンクを発行する" }).click();
      const link = await page.getByTestId("wall-link").innerText();
      await page.getByRole("button", { name: "控えました" }).click();
      expect(await barriersOn(page)).toEqual([]);

      const wall = (await desk.person("wall")).page;
      await wall.goto(link);
      const waiting = wall.getByText("待ち：検査と本文");
      await waiting.waitFor();
      expect(wall.url()).toMatch(/\/wall$/);
      // As after a night and a power cut: the link is not in the address any more.
      await wall.reload();
      await waiting.waitFor();
      const statusOf = (path: string) =>
        wall.evaluate(async (one) => (await fetch(one)).status, path);
      expect(await statusOf("/api/v1/measures")).toBe(200);
      for (const path of ["mails", "audit", "session", "accounts", "checks"])
        expect([path, await statusOf(`/api/v1/${path}`)]).toEqual([path, 401]);
      const { cookies } = await wall.context().storageState();
      expect(cookies).toMatchObject([{ httpOnly: true, sameSite: "Strict" }]);

      await page.getByRole("button", { name: "取り消す（執務室）" }).click();
      await dialog.getByRole("button", { name: "取り消す" }).click();
      await page.getByText("リンクを取り消しました。").waitFor();
      expect(await statusOf("/api/v1/measures")).toBe(401);
      await wall.goto(link);
      await wall.getByText("取り消されたか、期限が切れています").waitFor();
      await wall.goto("/wall");
      await wall.getByLabel("利用者名").waitFor();
      await wall.context().close();
      await page.goto("/audit?act=wall-opened");
      await page.getByRole("row", { name: "執務室" }).waitFor();
    });

    it.each(["/", "/emergency", "/wall"])(
      "%s has no barrier that axe-core knows, fits 375 pixels, and breaks no rule of the policy",
      async (address) => {
        const { page } = suzuki;
        await page.goto(address);
        await page.getByRole("heading", { level: 1 }).waitFor();
        if (address === "/") {
          await page.locator("canvas").first().waitFor();
          await page.getByRole("table", { name: "最近のメール" }).waitFor();
        }
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 900 });
          expect(await barriersOn(page)).toEqual([]);
          const reach = await page.evaluate(
            "document.documentElement.scrollWidth",
          );
          expect([width, reach]).toEqual([width, width]);
        }
        await page.setViewportSize({ width: 1440, height: 1000 });
        expect(desk.complaints).toEqual([]);
      },
    );
  },
);
