import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import type { Page } from "playwright-core";
import type { ItemId } from "../src/core/id.ts";
import type { HoldCode } from "../src/core/verdict.ts";
import { DAY, MINUTE } from "../src/core/units.ts";
import { barriersOn } from "./support/axe.ts";
import { ConsoleBrowser } from "./support/console-browser.ts";
import type { Browser } from "./support/console.ts";
import { describeWith } from "./support/programs.ts";
import { mailWith } from "./support/recipients.ts";

const LONG_MS = 120_000;
const SCRIPT = '<img src=x onerror="alert(1)">';

describeWith(
  ["chromium"],
  "requests, substitutes and exceptions in Chromium",
  () => {
    jest.setTimeout(LONG_MS);
    let world: ConsoleBrowser;
    let sato: Browser;
    let page: Page;
    let substitutePage: Page;

    beforeAll(async () => {
      world = await ConsoleBrowser.open();
      const { desk } = world;
      sato = await desk.person("sato", { role: "manager", tenant: "kawa" });
      page = await world.pageOf(sato);
    });
    afterAll(() => world.close());

    async function request(
      subject: string,
      over: {
        readonly kind?: "release" | "report";
        readonly recipient?: number | null;
        readonly requester?: string;
        readonly reason?: string;
      } = {},
      code: HoldCode = "AMBIGUOUS_STRUCTURE",
    ): Promise<ItemId> {
      const item = await mailWith(world.desk, {
        ...{ subject, files: { "見積.pdf": code } },
      });
      await world.desk.ledger.putRequest({
        ...{ item, kind: "release", recipient: 0, reason: "入札に必要です" },
        ...{ requester: "clerk@kawa.lg.jp", ...over },
      });
      return item;
    }

    const row = (subject: string) => page.getByRole("row", { name: subject });

    it("lists what waits, says how many in the menu, and marks who is no recipient", async () => {
      await request("空調の見積");
      await request(`${SCRIPT}怪しい件`, {
        ...{ kind: "report", recipient: null, reason: SCRIPT },
        requester: "stranger@kawa.lg.jp",
      });
      await page.goto("/requests");
      await row("空調の見積").waitFor();
      await page.getByRole("link", { name: "回答待ち 2 件" }).waitFor();
      const told = await row("空調の見積").innerText();
      expect(told).toContain("解放の申請");
      expect(told).toContain("clerk@kawa.lg.jp");
      expect(told).toContain("入札に必要です");
      expect(told).not.toContain("宛先に含まれない");
      const report = await row("怪しい件").innerText();
      expect(report).toContain("不審メールの報告");
      expect(report).toContain("宛先に含まれないアドレスです");
      expect(report).toContain(SCRIPT);
    });

    it("says before that approving would bring nothing, and offers only to deny", async () => {
      await request("古い一太郎", {}, "TYPE_NOT_CONVERTED");
      await page.goto("/requests");
      await row("古い一太郎").getByText("承認しても届きません").waitFor();
      const offered = row("古い一太郎").getByRole("button");
      expect(await offered.allInnerTexts()).toEqual(["却下する"]);
      await offered.click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox").fill("PDF で再送を");
      await dialog.getByRole("button", { name: "却下する" }).click();
      await page.getByText("却下しました。").waitFor();
      await page.goto("/requests?state=denied");
      await row("古い一太郎").getByText("satoさん（sato）").waitFor();
      await page.goto("/requests");
    });

    it("is denied with a reason that the asker reads, by keyboard alone", async () => {
      await row("空調の見積").getByRole("button", { name: "却下する" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.getByText("この理由は申請者に表示されます。").waitFor();
      await dialog.getByLabel("理由", { exact: false }).focus();
      await page.keyboard.type("PDF で再送を依頼してください");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByText("却下しました。").waitFor();
      await page.getByRole("link", { name: "回答待ち 1 件" }).waitFor();
      await row("空調の見積").waitFor({ state: "detached" });
      await page.getByLabel("状態").selectOption("却下");
      await page.getByRole("button", { name: "この条件で絞り込む" }).click();
      await page.waitForURL(/state=denied/);
      await row("空調の見積").getByText("PDF で再送を依頼").waitFor();
    });

    it("is approved, and a report is closed", async () => {
      const item = await request("水道の内訳");
      await page.goto("/requests");
      await row("水道の内訳").getByRole("button", { name: "承認する" }).click();
      const dialog = page.getByRole("dialog");
      const act = dialog.getByRole("button", { name: "承認する" });
      expect(await act.isDisabled()).toBe(true);
      await dialog.getByRole("textbox").fill("業務に必要と確認しました");
      await act.click();
      await page.getByText("2 通目のメールで届きます。").waitFor();
      const [answered] = await world.desk.ledger.requestsOf(item);
      expect(answered).toMatchObject({
        ...{ state: "approved", decidedBy: "sato" },
        answer: "業務に必要と確認しました",
      });
      await row("怪しい件")
        .getByRole("button", { name: "確認済みにする" })
        .click();
      await dialog.getByRole("textbox").fill("訓練のメールでした");
      await dialog.getByRole("button", { name: "確認済みにする" }).click();
      await page.getByText("報告を確認済みにしました。").waitFor();
    });

    it("tells who was first, and that a request was withdrawn", async () => {
      const item = await request("先に決まる件");
      await page.goto("/requests");
      await row("先に決まる件")
        .getByRole("button", { name: "承認する" })
        .click();
      const [{ id } = { id: 0 }] = await world.desk.ledger.requestsOf(item);
      await world.desk.ledger.answerRequest(
        id,
        { who: "ueda", answer: "不要です", standsInFor: null },
        null,
      );
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox").fill("必要です");
      await dialog.getByRole("button", { name: "承認する" }).click();
      await dialog
        .getByText(
          /に ueda さんが却下しました。あなたの操作は行われていません。/,
        )
        .waitFor();
      await dialog
        .getByRole("button", { name: "最新の状態を表示する" })
        .click();
      await row("先に決まる件").waitFor({ state: "detached" });

      const other = await request("取り下げる件");
      await page.reload();
      await row("取り下げる件")
        .getByRole("button", { name: "却下する" })
        .click();
      const [open] = await world.desk.ledger.requestsOf(other);
      await world.desk.ledger.withdrawRequest(open?.id ?? 0, other, 0);
      await dialog.getByRole("textbox").fill("不要です");
      await dialog.getByRole("button", { name: "却下する" }).click();
      await dialog.getByText("申請者が取り下げました").waitFor();
      await dialog
        .getByRole("button", { name: "最新の状態を表示する" })
        .click();
    });

    it("names a substitute on one's own page, whose decision waits for 後閲 by somebody else", async () => {
      const { desk } = world;
      const kato = await desk.person("kato");
      await page.goto("/account");
      const section = page.locator("section").filter({
        has: page.getByRole("heading", { name: "代決者の指定" }),
      });
      await section.getByRole("button", { name: "代決者を追加" }).click();
      await section.getByLabel("代決者※必須", { exact: true }).fill("nobody");
      await section.getByRole("button", { name: "代決者を保存する" }).click();
      await section.getByText("本人以外の利用者を指定してください").waitFor();
      await section.getByLabel("代決者※必須", { exact: true }).fill("kato");
      desk.wait(11 * MINUTE);
      await section.getByRole("button", { name: "代決者を保存する" }).click();
      const again = page.getByRole("dialog", { name: "確認コードの再入力" });
      await again.getByLabel("確認コード").fill(sato.code());
      await again.getByRole("button", { name: "確認して続ける" }).click();
      await section.getByText("代決者を保存しました。").waitFor();
      const [named] = await desk.accounts.substitutes();
      expect(named).toMatchObject({ substitute: "kato", tenant: "kawa" });
      expect((named?.until ?? 0) - desk.now).toBeLessThan(16 * DAY);

      await request("代わりに決める件");
      await kato.know();
      substitutePage = await world.pageOf(kato);
      await substitutePage.goto("/account");
      await substitutePage.getByText("satoさん（川町）の代わり").waitFor();
      await substitutePage.goto("/requests");
      const his = substitutePage.getByRole("row", { name: "代わりに決める件" });
      await his.getByRole("button", { name: "却下する" }).click();
      const dialog = substitutePage.getByRole("dialog");
      await dialog.getByRole("textbox").fill("不要と判断しました");
      await dialog.getByRole("button", { name: "却下する" }).click();
      await substitutePage.getByText("却下しました。").waitFor();
      await substitutePage.getByRole("tab", { name: "後閲（1）" }).click();
      await his.getByText("自分の代決は、ほかの人が後閲します").waitFor();

      await page.goto("/requests");
      await page.getByRole("tab", { name: "後閲（1）" }).click();
      await page.waitForURL(/tab=confirm/);
      const mine = row("代わりに決める件");
      await mine.getByText("代決：satoさん（sato） の代わり").waitFor();
      await mine.getByRole("button", { name: "後閲する" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: "後閲する" })
        .click();
      await page.getByText("後閲を記録しました。").waitFor();
      await page.getByText("後閲を待っている決定はありません。").waitFor();
    });

    it("adds an exception with the sender of a mail filled in, and revokes it", async () => {
      await page.goto("/exceptions?sender=spam%40bad.example");
      const dialog = page.getByRole("dialog");
      expect(
        await dialog.getByLabel("差出人", { exact: false }).inputValue(),
      ).toBe("spam@bad.example");
      await dialog.getByText("届いたときに隔離します").waitFor();
      await dialog.getByLabel("どうしますか").selectOption("trust");
      await dialog.getByText("ウイルスのあるもの").waitFor();
      await dialog.getByLabel("どうしますか").selectOption("block");
      await dialog.getByLabel("差出人", { exact: false }).fill("*@bad.example");
      await dialog
        .getByRole("textbox", { name: "理由" })
        .fill("なりすましが続くため");
      await dialog.getByRole("button", { name: "追加する" }).click();
      await dialog.getByText("下位も含めるなら").last().waitFor();
      await dialog
        .getByLabel("差出人", { exact: false })
        .fill("Spam@Bad.example");
      await dialog.getByRole("button", { name: "追加する" }).click();
      await page.getByText("例外措置を追加しました。").waitFor();
      expect(page.url()).not.toContain("sender=");
      const one = page.getByRole("row", { name: "spam@bad.example" });
      expect(await one.innerText()).toContain("止める");
      await one.getByRole("button", { name: "取り消す" }).click();
      await dialog.getByRole("textbox").fill("収まったため");
      await dialog.getByRole("button", { name: "取り消す" }).click();
      await page.getByText("例外措置を取り消しました。").waitFor();
      await page.getByText("有効な例外措置はありません。").waitFor();
      await page.getByLabel("終わったものも表示する").check();
      await one.getByText("収まったため").waitFor();
    });

    it("lets an administrator name the substitutes of somebody else", async () => {
      const { desk } = world;
      const chief = await desk.person("ueda", { role: "chief", tenant: "*" });
      const his = await world.pageOf(chief);
      await his.goto("/accounts");
      await his
        .getByRole("row", { name: "sato" })
        .getByLabel("satoさん さんの操作")
        .click();
      await his.getByRole("button", { name: "代決者を指定" }).click();
      const dialog = his.getByRole("dialog");
      await dialog.getByRole("button", { name: "この人を外す" }).click();
      await dialog.getByRole("button", { name: "代決者を追加" }).click();
      await dialog
        .getByLabel("代決者※必須", { exact: true })
        .selectOption("ueda");
      await dialog.getByRole("button", { name: "代決者を保存する" }).click();
      await his.getByText("satoさん さんの変更を終えました").waitFor();
      const named = await desk.accounts.substitutes();
      expect(named.map(({ substitute }) => substitute)).toEqual(["ueda"]);
    });

    it.each([
      ...["/requests?state=any", "/requests?tab=confirm", "/account"],
      ...["/exceptions?past=true", "/exceptions?sender=a%40b.example"],
    ])(
      "%s has no barrier that axe-core knows, and fits 375 pixels",
      async (address) => {
        await page.goto(address);
        await page.waitForLoadState("networkidle");
        for (const width of [1440, 375]) {
          await page.setViewportSize({ width, height: 900 });
          expect(await barriersOn(page)).toEqual([]);
          const reach = await page.evaluate(
            "document.documentElement.scrollWidth",
          );
          expect([width, reach]).toEqual([width, width]);
        }
        await page.setViewportSize({ width: 1440, height: 1000 });
      },
    );

    it("broke no rule of its policy, and speaks English when asked to", async () => {
      await page.goto("/requests?state=any");
      await page.getByRole("button", { name: "English" }).click();
      await page
        .getByRole("heading", { name: "Requests and reports" })
        .waitFor();
      const controls = await page
        .locator("button, thead th, label, header a")
        .allInnerTexts();
      expect(controls.filter((words) => /[ぁ-ん]/.test(words))).toEqual([]);
      expect(world.complaints).toEqual([]);
    });
  },
);
