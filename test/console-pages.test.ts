import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { barriersOn } from "./support/axe.ts";
import { PASSWORD } from "./support/console.ts";
import { Desk } from "./support/desk.ts";
import type { DeskPerson } from "./support/desk.ts";
import {
  ambiguousMail,
  forgedMail,
  FRONT,
  hostileMails,
  SCRIPTS,
  usualMails,
} from "./support/desk-mails.ts";
import { tabTo } from "./support/keyboard.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";

/** Whose tables become cards where it is narrow. */
const CARDS = /^\/quarantine/;
/** For what asks many pages, on a machine that has other work. */
const LONG_MS = 120_000;

describeWith(
  [...GATEWAY_PROGRAMS, "chromium"],
  "the console in Chromium",
  () => {
    jest.setTimeout(LONG_MS);
    let desk: Desk;
    let suzuki: DeskPerson;
    let tanaka: DeskPerson;

    beforeAll(async () => {
      desk = await Desk.open({
        settings: {
          authentication: { trustedServer: FRONT },
          policy: { authentication: { onFail: "hold" } },
        },
      });
      await desk.hold(...(await usualMails()));
      suzuki = await desk.person("suzuki");
    });
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
      suzuki.recoveryCodes = await codes.allInnerTexts();
      expect(suzuki.recoveryCodes).toHaveLength(10);
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
      await page.getByLabel("鈴木 一郎 利用者メニュー").click();
      await page.getByRole("button", { name: "サインアウト" }).click();
      const name = page.getByLabel("利用者名");
      await tabTo(page, name);
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
      await tabTo(page, row.getByRole("link"));
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "解放する" }).waitFor();
      await tabTo(page, page.getByRole("button", { name: "解放する" }));
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await tabTo(page, dialog.getByLabel("理由"));
      await page.keyboard.type("電話で確認しました");
      await tabTo(page, dialog.getByRole("button", { name: "解放する" }));
      await page.keyboard.press("Enter");
      await page.getByText("解放しました。").waitFor();
      await desk.gateway.arrived((mail) => mail.raw.includes(item));
    });

    it("finds by reason, words and day, keeps the filter in the address, and goes back", async () => {
      const { page } = suzuki;
      await page.goto("/quarantine");
      await page.getByText("絞り込み").click();
      await page.getByLabel("隔離の理由").selectOption("暗号化されている");
      await page.getByLabel("件名・ファイル名・受付番号").fill("内訳書");
      await page.getByRole("button", { name: "この条件で絞り込む" }).click();
      await page.waitForURL(/code=ENCRYPTED/);
      const rows = page.locator("tbody tr");
      await page.getByRole("link", { name: "庁舎空調設備" }).waitFor();
      expect(await rows.count()).toBe(1);
      await page.getByRole("link", { name: "庁舎空調設備" }).click();
      await page.getByRole("heading", { level: 1, name: "庁舎空調" }).waitFor();
      await page.getByRole("link", { name: "隔離" }).last().click();
      await page.waitForURL(/quarantine\?.*code=ENCRYPTED/);
      await page.reload();
      await page.getByRole("link", { name: "庁舎空調設備" }).waitFor();
      expect(await page.getByLabel("隔離の理由").inputValue()).toBe(
        "ENCRYPTED",
      );
      await page.getByLabel("名前を付けて保存").fill("暗号の内訳書");
      await page.getByRole("button", { name: "保存する" }).click();
      const saved = page.getByRole("group", { name: "保存した条件" });
      await saved.getByRole("link", { name: "暗号の内訳書" }).waitFor();
      await page.getByRole("button", { name: "条件を消す" }).click();
      await page.getByRole("link", { name: "転入の手続き" }).waitFor();
      await saved.getByRole("link", { name: "暗号の内訳書" }).click();
      await page.waitForURL(/code=ENCRYPTED/);
      await page
        .getByRole("button", { name: "保存した条件「暗号の内訳書」を削除" })
        .click();
      await saved.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "条件を消す" }).click();
      await page.getByRole("link", { name: "転入の手続き" }).waitFor();
      await page.getByLabel("団体").selectOption("川町");
      await page.waitForURL(/tenant=kawa/);
      await page.getByRole("link", { name: "庁舎空調設備" }).waitFor();
      expect(
        await page.getByRole("link", { name: "転入の手続き" }).count(),
      ).toBe(0);
    });

    it("invites a second person, whose link is shown once and works in another browser", async () => {
      const { page } = suzuki;
      await page.goto("/accounts");
      await page.getByRole("button", { name: "利用者を追加" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("利用者名").fill("tanaka");
      await dialog.getByLabel("氏名").fill("田中 花子");
      await dialog.getByLabel("団体", { exact: true }).selectOption("川町");
      await dialog.getByRole("button", { name: "設定用リンクを作る" }).click();
      const link = await page.getByTestId("link").innerText();
      await page.getByRole("button", { name: "リンクを控えました" }).click();
      await page
        .getByRole("row", { name: "tanaka" })
        .getByText("設定待ち")
        .waitFor();
      expect(await page.content()).not.toContain(link);

      tanaka = await desk.person("tanaka");
      await tanaka.setUp(link, "田中 花子");
      await tanaka.finishSetUp();
      await tanaka.page.getByRole("link", { name: "庁舎空調設備" }).waitFor();
      const menu = tanaka.page.getByRole("navigation", {
        name: "主なメニュー",
      });
      expect(await menu.innerText()).not.toContain("操作の記録");
      expect(await tanaka.page.getByLabel("団体").count()).toBe(0);
      await page.goto(link);
      await page.getByRole("alert").getByText("使用済みか期限切れ").waitFor();
    });

    it("releases once when two people press at once, and tells the other who it was", async () => {
      const item = await desk.hold(ambiguousMail("二人が同時に解放する件"));
      const people = [suzuki, tanaka];
      const dialogs = await Promise.all(
        people.map(async ({ page }) => {
          await page.goto(`/quarantine/${item}`);
          await page.getByRole("button", { name: "解放する" }).click();
          const dialog = page.getByRole("dialog");
          await dialog.getByLabel("理由").fill("確認済み");
          return dialog;
        }),
      );
      await Promise.all(
        dialogs.map((dialog) =>
          dialog.getByRole("button", { name: "解放する" }).click(),
        ),
      );
      const told = await Promise.all(
        people.map(({ page }) =>
          page
            .getByText(/解放しました。/)
            .first()
            .innerText(),
        ),
      );
      const late = told.findIndex((words) => words.includes("さんが解放"));
      expect(told[1 - late]).toContain("作り直してから届きます");
      expect(told[late]).toMatch(
        /に (鈴木 一郎（suzuki）|田中 花子（tanaka）) さんが解放しました。あなたの操作は行われていません。/,
      );
      const { page } = people[late]!;
      await page.getByRole("button", { name: "最新の状態を表示する" }).click();
      await page.getByText("いま行える決定の操作はありません").waitFor();
      const mail = await desk.gateway.arrived((one) => one.raw.includes(item));
      expect(mail.raw.includes("two ways")).toBe(false);
    });

    it("discards with a reason, and shows who did it in the history", async () => {
      const { page } = tanaka;
      const item = await desk.hold(ambiguousMail("廃棄する件"));
      await page.goto(`/quarantine/${item}`);
      await page.getByRole("button", { name: "廃棄する" }).click();
      const dialog = page.getByRole("dialog");
      const act = dialog.getByRole("button", { name: "廃棄する" });
      expect(await act.isDisabled()).toBe(true);
      await dialog.getByLabel("理由").fill("心当たりがない");
      await act.click();
      await page.getByText("廃棄しました。").waitFor();
      const history = page.locator(".history li").filter({ hasText: "廃棄" });
      await history.getByText("心当たりがない").waitFor();
      expect(await history.innerText()).toContain("tanaka");
      expect(await page.getByRole("button", { name: "解放する" }).count()).toBe(
        0,
      );
    });

    it("shows of a forged mail what was found out about its sender", async () => {
      const { page } = suzuki;
      const item = await desk.hold(forgedMail("口座の変更について"));
      await page.goto(`/quarantine/${item}`);
      await page.getByText("差出人の確認に失敗").first().waitFor();
      const table = page.getByRole("table", { name: "差出人の認証" });
      const rows = await table.locator("tbody tr").allInnerTexts();
      expect(rows.map((row) => row.replace(/\s+/g, " ").trim())).toEqual([
        "SPF 不合格 fail bank.example 送信元のサーバーは、このドメインが認めていないものです。",
        "DKIM 合格 pass mail.example 電子署名が合います（署名の後に書き換えられていません）。",
        "DKIM 不合格 fail — 電子署名が合いません（途中で書き換えられたか、偽物です）。",
        "DMARC 不合格 fail bank.example 表示されている差出人のドメインから送られたことを確認できません。 不合格のメールへの対応：拒否を求める p=reject",
        "ARC なし none — 転送したサーバーの署名はありません。",
      ]);
    });

    it("writes a note", async () => {
      const { page } = tanaka;
      await page.getByRole("button", { name: "メモを残す" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("メモ").fill("内線 123 に連絡");
      await dialog.getByRole("button", { name: "メモを残す" }).click();
      await page.getByText("メモを残しました。").waitFor();
      await page.getByRole("listitem").getByText("内線 123").waitFor();
    });

    it("releases several with one reason and says of each what became of it", async () => {
      const { page } = suzuki;
      const subjects = ["まとめて一", "まとめて二", "まとめて三"];
      const mails = subjects.map((subject) => ambiguousMail(subject));
      const taken = await desk.hold(...mails);
      await page.goto("/quarantine");
      for (const subject of subjects)
        await page.getByLabel(`「${subject}」を選ぶ`).check();
      const { page: other } = tanaka;
      await other.goto(`/quarantine/${taken}`);
      await other.getByRole("button", { name: "廃棄する" }).click();
      await other.getByLabel("理由").fill("先に廃棄");
      await other
        .getByRole("dialog")
        .getByRole("button", { name: "廃棄する" })
        .click();
      await other.getByText("廃棄しました。").waitFor();
      await page.getByRole("button", { name: "まとめて解放" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("理由").fill("三件とも確認済み");
      await dialog.getByRole("button", { name: "解放する" }).click();
      await dialog
        .getByText("2 件が完了し、1 件は行われませんでした")
        .waitFor();
      const row = dialog.getByRole("row", { name: "まとめて三" });
      expect(await row.innerText()).toContain("さんが廃棄しました");
      await dialog
        .getByRole("button", { name: "閉じる", exact: true })
        .last()
        .click();
      await page.getByRole("link", { name: "庁舎空調設備" }).waitFor();
      for (const subject of subjects)
        await page
          .getByRole("link", { name: subject })
          .waitFor({ state: "detached" });
    });

    it("exports the list as it is filtered", async () => {
      const { page } = suzuki;
      await page.goto("/quarantine?code=VIRUS_FOUND");
      await page.getByRole("link", { name: "お荷物" }).waitFor();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "CSV で書き出す" }).click(),
      ]);
      expect(download.suggestedFilename()).toMatch(
        /^sekisho-quarantine-\d{4}-\d\d-\d\d\.csv$/,
      );
      const csv = await readFile(await download.path(), "utf8");
      expect(csv).toMatch(/^\ufeff"受付番号"/);
      expect(csv).toContain("再配達伝票.exe");
      expect(csv).not.toContain("内訳書");
    });

    it.each([
      ["TYPE_NOT_CONVERTED", "令和８年度", "解放しても届きません"],
      ["ENCRYPTED", "庁舎空調設備", "パスワードが分かれば、入力すると"],
    ])(
      "offers no release of what would not arrive (%s), and says what helps",
      async (code, subject, words) => {
        const { page } = suzuki;
        await page.goto(`/quarantine?code=${code}`);
        await page.getByRole("link", { name: subject }).click();
        await page.getByText(words).waitFor();
        const release = page.getByRole("button", { name: "解放する" });
        expect(await release.count()).toBe(0);
      },
    );

    it("never releases what holds a virus", async () => {
      const { page } = suzuki;
      await page.goto("/quarantine?code=VIRUS_FOUND");
      await page.getByRole("link", { name: "お荷物" }).click();
      await page.getByText("だれも解放できません").waitFor();
      expect(await page.getByRole("button", { name: "解放する" }).count()).toBe(
        0,
      );
    });

    it("shows on record who did what, and finds it by person and act", async () => {
      const { page } = suzuki;
      await page.goto("/audit");
      await page.getByText("絞り込み").click();
      await page.getByLabel("利用者名").fill("tanaka");
      await page.getByLabel("できごと").selectOption("廃棄");
      await page.getByRole("button", { name: "この条件で絞り込む" }).click();
      await page.getByRole("row", { name: "心当たりがない" }).waitFor();
      const rows = await page.locator("tbody tr").allInnerTexts();
      expect(rows).toHaveLength(2);
      for (const row of rows) expect(row).toContain("tanaka");
    });

    it("gives an operator the reasons, and no word of any mail", async () => {
      const made = await desk.gateway.command(
        ...["account", "add", "itaku", "--role", "operator@kawa"],
        ...["--display-name", "委託 次郎"],
      );
      const itaku = await desk.person("itaku");
      await itaku.setUp(/http:\S+/.exec(made.stdout)?.[0] ?? "", "委託 次郎");
      await itaku.finishSetUp();
      const { page } = itaku;
      await page.locator(".badge", { hasText: "暗号化されている" }).waitFor();
      const list = await page.locator("main").innerText();
      for (const word of ["庁舎空調", "sakura", "内訳書", "soumu@"])
        expect(list).not.toContain(word);
      await page.locator("tbody a").first().click();
      await page.getByText("隔離の理由と、できること").waitFor();
      const mail = await page.locator("main").innerText();
      for (const word of ["eigyo@", "soumu@"]) expect(mail).not.toContain(word);
      await itaku.context.close();
    });

    it("changes the password, makes new recovery codes and ends other sessions on one's own page", async () => {
      const { page } = tanaka;
      await page.goto("/account");
      const part = (title: string) =>
        page.locator("section").filter({
          has: page.getByRole("heading", { name: title }),
        });
      const change = part("パスワードの変更");
      await change
        .getByLabel("新しいパスワード※必須", { exact: true })
        .fill("short");
      await change.getByLabel("新しいパスワード（確認）").fill("other");
      await change.getByText("上と同じパスワード").waitFor();
      const next = "matsu-no-ki-ni-tsuru";
      await change
        .getByLabel("新しいパスワード※必須", { exact: true })
        .fill(next);
      await change.getByLabel("新しいパスワード（確認）").fill(next);
      await change.getByLabel("いまのパスワード").fill(PASSWORD);
      await change.getByLabel("確認コード").fill(tanaka.code());
      await change.getByRole("button").click();
      await page.getByText("パスワードを変更しました").waitFor();
      const sessions = part("サインインしている端末");
      await sessions.getByText("この端末").waitFor();
      const all = sessions.getByRole("button", { name: "ほかの端末" });
      expect(await all.isDisabled()).toBe(true);
      const elsewhere = await desk.person("tanaka");
      elsewhere.takeAppOf(tanaka);
      await elsewhere.page.goto("/account");
      await elsewhere.signIn(next);
      await elsewhere.page
        .getByRole("heading", { name: "自分の設定" })
        .waitFor();
      await page.reload();
      await sessions
        .getByRole("button", { name: "終わらせる" })
        .first()
        .click();
      await page.getByText("1 件を終わらせました").waitFor();
      await elsewhere.page.reload();
      await elsewhere.page.getByLabel("利用者名").waitFor();
      await elsewhere.context.close();
    });

    it("disables an account, which ends its session where it is", async () => {
      const { page } = suzuki;
      await page.goto("/accounts");
      // As after ten minutes, in which nobody waits here: the first try is answered as the server would.
      await page.route(
        "**/api/v1/accounts/tanaka/state",
        (route) =>
          route.fulfill({
            status: 403,
            json: { code: "CONFIRM_NEEDED", message: "確認コードをもう一度" },
          }),
        { times: 1 },
      );
      const row = page.getByRole("row", { name: "tanaka" });
      await row.getByLabel("田中 花子 さんの操作").click();
      await row.getByRole("button", { name: "停止する" }).click();
      await page
        .getByRole("dialog")
        .getByRole("button", { name: "停止する" })
        .click();
      const again = page.getByRole("dialog", { name: "確認コードの再入力" });
      await again.getByLabel("確認コード").fill(suzuki.code());
      await again.getByRole("button", { name: "確認して続ける" }).click();
      await row.getByText("停止中").waitFor();
      await tanaka.page.getByRole("link", { name: "隔離" }).click();
      await tanaka.page
        .getByRole("heading", { name: "サインイン", exact: true })
        .waitFor();
    });

    it("speaks English when asked to, and stays so", async () => {
      const { page } = suzuki;
      await page.getByRole("button", { name: "English" }).click();
      await page.getByRole("heading", { name: "Accounts" }).waitFor();
      await page.goto("/quarantine?state=any");
      await page.getByText("Ask the sender").first().waitFor();
      expect(await page.locator("html").getAttribute("lang")).toBe("en");
      const controls = await page
        .locator("button, thead th, label:not(.checkbox), header a")
        .allInnerTexts();
      const japanese = controls.filter((words) => /[ぁ-ん]/.test(words));
      expect(japanese).toEqual([]);
      await page.getByRole("button", { name: "日本語" }).click();
    });

    it("shows whatever a sender writes as text: no script runs, no rule of the policy is broken", async () => {
      const { page } = suzuki;
      await desk.hold(...hostileMails());
      await page.goto("/quarantine?text=敵");
      await page.getByRole("link", { name: "敵 0" }).waitFor();
      const links = await page.evaluate<readonly string[]>(
        "[...document.querySelectorAll('tbody th a')].map((one) => one.getAttribute('href'))",
      );
      expect(links).toHaveLength(SCRIPTS.length + 1);
      expect(await page.locator("main").innerText()).toContain(
        '<img src=x onerror="alert(1)">',
      );
      for (const link of links) {
        await page.goto(link);
        await page.getByRole("button", { name: "廃棄する" }).click();
        await page.getByRole("dialog").waitFor();
        expect(await page.locator("img, script").count()).toBe(
          await page.locator("header img, head script").count(),
        );
        const text = await page.locator("body").innerText();
        expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
      }
      await page.goto("/quarantine?text=敵");
      await page.getByLabel("このページのすべてを選ぶ").check();
      await page.getByRole("button", { name: "まとめて廃棄" }).click();
      await page.getByRole("dialog").waitFor();
      expect(desk.complaints).toEqual([]);
    });

    it.each([
      ...["/quarantine", "/quarantine?state=any&text=敵", "/quarantine/ITEM"],
      ...["/audit?all=true", "/accounts", "/account", "/quarantine/0"],
      "/mailbox",
    ])(
      "%s has no barrier that axe-core knows, and fits 375 pixels",
      async (address) => {
        const { page } = suzuki;
        const [{ item } = { item: "" }] = await desk.gateway.held();
        await page.goto(address.replace("ITEM", item));
        await page.waitForLoadState("networkidle");
        for (const width of [1440, 375]) {
          await page.setViewportSize({ width, height: 900 });
          const barriers =
            width === 1440 || CARDS.test(address) ? await barriersOn(page) : [];
          expect(barriers).toEqual([]);
          const reach = await page.evaluate(
            "document.documentElement.scrollWidth",
          );
          expect([width, reach]).toEqual([width, width]);
        }
        await page.setViewportSize({ width: 1440, height: 900 });
      },
    );

    it("has no barrier in its dialogs, its sign-in and its set-up either", async () => {
      const { page } = suzuki;
      await page.goto("/accounts");
      await page.getByRole("button", { name: "利用者を追加" }).click();
      await page.getByRole("dialog").waitFor();
      expect(await barriersOn(page)).toEqual([]);
      const [{ item } = { item: "" }] = await desk.gateway.held();
      await page.goto(`/quarantine/${item}`);
      await page.getByRole("button", { name: "廃棄する" }).click();
      await page.getByRole("dialog").waitFor();
      expect(await barriersOn(page)).toEqual([]);
      const { page: nobody } = await desk.person("nobody");
      const came = "/sign-in/oidc?code=secret&state=x";
      for (const address of ["/sign-in", "/set-up", "/set-up#x", came]) {
        await nobody.goto(address);
        await nobody.locator("form, .banner").first().waitFor();
        expect(await barriersOn(nobody)).toEqual([]);
      }
      // What came along from the site's own sign-in leaves the address bar, whatever comes of it.
      expect(nobody.url()).toMatch(/\/sign-in\/oidc$/);
    });

    it("has made the browser complain about nothing", () => {
      expect(desk.complaints).toEqual([]);
    });
  },
);
