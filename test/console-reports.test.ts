import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { barriersOn } from "./support/axe.ts";
import { Desk } from "./support/desk.ts";
import type { DeskPerson } from "./support/desk.ts";
import { usualMails } from "./support/desk-mails.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";

const LONG_MS = 120_000;

describeWith([...GATEWAY_PROGRAMS, "chromium"], "reports in Chromium", () => {
  let desk: Desk;
  let suzuki: DeskPerson;
  let held: number;

  beforeAll(async () => {
    desk = await Desk.open();
    const mails = await usualMails();
    await desk.hold(...mails);
    held = mails.length;
    suzuki = await desk.person("suzuki");
    await suzuki.setUp(desk.firstLink, "鈴木 一郎");
    await suzuki.finishSetUp();
  }, LONG_MS);
  afterAll(() => desk.close());

  it(
    "show the month's counts, by tenant too, wide and narrow, without barriers",
    async () => {
      const { page } = suzuki;
      await page.getByRole("link", { name: "報告", exact: true }).click();
      await page.getByRole("heading", { name: "まとめ" }).waitFor();
      const row = page.getByRole("row", { name: "隔離が生じたメール" });
      expect(await row.getByRole("cell").last().innerText()).toBe(String(held));
      expect(await barriersOn(page)).toEqual([]);
      await page.setViewportSize({ width: 375, height: 812 });
      expect(await barriersOn(page)).toEqual([]);
      await page.setViewportSize({ width: 1440, height: 1000 });
      await page
        .getByRole("combobox", { name: "団体" })
        .selectOption({ label: "山村" });
      await page.waitForURL("**/reports?*tenant=yama");
      await page.getByRole("heading", { name: "まとめ" }).waitFor();
      expect(
        Number(await row.getByRole("cell").last().innerText()),
      ).toBeLessThan(held);
    },
    LONG_MS,
  );

  it(
    "open for printing and save as a file, from the keyboard",
    async () => {
      const { page, context } = suzuki;
      const opened = context.waitForEvent("page");
      await page.getByRole("link", { name: "印刷用のページを開く" }).focus();
      await page.keyboard.press("Enter");
      const printed = await opened;
      await printed.getByRole("heading", { name: /^\d{4}年\d+月$/ }).waitFor();
      // The style sheet is let in by the page's policy, and the bars are drawn.
      expect(await printed.locator("svg rect").count()).toBeGreaterThan(28);
      const font = await printed.evaluate(
        'getComputedStyle(document.querySelector("h1")).fontSize',
      );
      expect(Number.parseFloat(String(font))).toBeGreaterThan(25);
      await printed.close();
      const saved = page.waitForEvent("download");
      await page.getByRole("button", { name: "CSV を保存する" }).focus();
      await page.keyboard.press("Enter");
      expect((await saved).suggestedFilename()).toMatch(
        /^sekisho-report-\d{4}-\d\d\.csv$/,
      );
      expect(desk.complaints).toEqual([]);
    },
    LONG_MS,
  );
});
