import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { chromium, type Browser, type Page } from "playwright-core";
import { oneTimeCode, stepAt } from "../src/console/sign-in/one-time-code.ts";
import { fromBase32 } from "./support/console.ts";
import { TestGateway } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";

const PASSWORD = "ume-ga-saku-koro-ni";

describeWith(
  [...GATEWAY_PROGRAMS, "chromium"],
  "the console in Chromium",
  () => {
    let gateway: TestGateway;
    let browser: Browser;
    let page: Page;
    /** What the browser complained about: scripts that failed, rules of the policy that were broken. */
    const complaints: string[] = [];

    beforeAll(async () => {
      gateway = await TestGateway.start();
      browser = await chromium.launch({
        executablePath: "/usr/bin/chromium",
        args: ["--no-sandbox"],
      });
      page = await browser.newPage();
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => {
        if (/Content Security Policy/i.test(message.text()))
          complaints.push(message.text());
      });
    });
    afterAll(async () => {
      await browser.close();
      await gateway.remove();
    });

    const fill = async (fields: Readonly<Record<string, string>>) => {
      for (const [name, value] of Object.entries(fields))
        await page.fill(`form:not([hidden]) [name=${name}]`, value);
    };

    it("sets the first account up with the link, signs out and in again, by keyboard alone", async () => {
      const link = /http:\S+set-up#[\w-]{43}/.exec(gateway.log)?.[0] ?? "";
      await page.goto(link);
      await page.waitForSelector("#set-up:not([hidden])");
      expect(page.url()).not.toContain("#");
      const secret = fromBase32((await page.textContent("#secret")) ?? "");
      const code = (ahead: number) =>
        oneTimeCode(secret, stepAt(Date.now()) + ahead);
      await fill({
        name: "yamada",
        displayName: "山田 太郎",
        password: PASSWORD,
        code: code(0),
      });
      await page.keyboard.press("Enter");
      await page.waitForSelector("#done:not([hidden])");
      expect((await page.textContent("#codes"))?.split("\n")).toHaveLength(10);
      await page.goto(new URL("/", page.url()).href);
      expect(await page.textContent("nav")).toContain("山田 太郎");

      await page.goto(new URL("/sign-in", page.url()).href);
      await page.waitForSelector("#sign-out:not([hidden])");
      await page.focus("#sign-out button");
      await page.keyboard.press("Enter");
      await page.waitForSelector("#sign-in:not([hidden])");
      await fill({ name: "yamada", password: "wrong", code: "000000" });
      await page.keyboard.press("Enter");
      await page.waitForSelector("#told:has-text('違います')");
      await fill({ name: "yamada", password: PASSWORD, code: code(1) });
      await page.keyboard.press("Enter");
      await page.waitForURL("**/");
      expect(await page.title()).toContain("運用状況");
      expect(complaints).toEqual([]);
    });

    it("leaves no cookie to scripts", async () => {
      expect(await page.evaluate("document.cookie")).toBe("");
      const [cookie] = await page.context().cookies();
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    });
  },
);
