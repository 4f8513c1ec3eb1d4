import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { PASSWORD } from "./support/console.ts";
import { Desk } from "./support/desk.ts";
import type { DeskPerson } from "./support/desk.ts";
import { ambiguousMail, usualMails } from "./support/desk-mails.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";

describeWith(
  [...GATEWAY_PROGRAMS, "chromium"],
  "the console in Chromium",
  () => {
    let desk: Desk;
    let suzuki: DeskPerson;

    beforeAll(async () => {
      desk = await Desk.open();
      await desk.hold(...(await usualMails()));
      suzuki = await desk.person("suzuki");
    }, 60_000);
    afterAll(() => desk.close());

    it("is open to this machine until there is an account", async () => {
      const { page } = suzuki;
      await page.goto("/");
      expect(await page.textContent("h1")).toBe("運用状況");
      await page.goto("/quarantine");
      await page.getByRole("heading", { name: "サインイン" }).first().waitFor();
    });

    it("sets the first account up with its link, which leaves the address bar, and shows the recovery codes once", async () => {
      const { page } = suzuki;
      await suzuki.setUp(desk.firstLink, "鈴木 一郎");
      expect(page.url()).not.toContain("#");
      await page.getByRole("button", { name: "設定する" }).click();
      const codes = page.getByTestId("recovery-codes").getByRole("listitem");
      await codes.first().waitFor();
      expect(await codes.count()).toBe(10);
      const go = page.getByRole("button", { name: "管理画面へ進む" });
      expect(await go.isDisabled()).toBe(true);
      await page.getByLabel("回復コードを保管しました").check();
      await go.click();
      await page.getByRole("heading", { name: "隔離", exact: true }).waitFor();
    });

    it("leaves no cookie to scripts", async () => {
      expect(await suzuki.page.evaluate("document.cookie")).toBe("");
      const [cookie] = await suzuki.context.cookies();
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    });

    it("signs out, says what is wrong with a wrong code, and signs in where one was, by keyboard alone", async () => {
      const { page } = suzuki;
      await page.goto("/audit");
      await page.getByText("鈴木 一郎").click();
      await page.getByRole("button", { name: "サインアウト" }).click();
      const name = page.getByLabel("利用者名");
      await name.focus();
      const type = async (code: string) => {
        await page.keyboard.type(suzuki.name);
        await page.keyboard.press("Tab");
        await page.keyboard.type(PASSWORD);
        await page.keyboard.press("Tab");
        await page.keyboard.type(code);
        await page.keyboard.press("Enter");
      };
      await type("000000");
      await page.getByRole("alert").getByText("違います").waitFor();
      await name.fill("");
      await page.getByLabel("パスワード").fill("");
      await name.focus();
      await type(suzuki.code());
      await page
        .getByRole("heading", { name: "操作の記録", exact: true })
        .waitFor();
      expect(page.url()).toMatch(/\/audit$/);
    });

    it("lists what is held with its reason and what can be done, and releases one with a reason, by keyboard alone", async () => {
      const { page } = suzuki;
      const item = await desk.hold(ambiguousMail("鍵盤だけで解放する件"));
      await page.goto("/quarantine");
      const row = page.getByRole("row", { name: "鍵盤だけで解放する件" });
      await row.waitFor();
      expect(await row.innerText()).toContain("構造があいまい");
      await row.getByRole("link").focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "解放する" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await dialog.getByLabel("理由").focus();
      await page.keyboard.type("電話で確認しました");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("解放しました。").waitFor();
      await desk.gateway.arrived((mail) => mail.raw.includes(item));
    });

    it("has made the browser complain about nothing", () => {
      expect(desk.complaints).toEqual([]);
    });
  },
);
