import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { createServer } from "node:net";
import { chromium } from "playwright-core";
import type {
  Browser as Chromium,
  BrowserContext,
  CDPSession,
  Page,
} from "playwright-core";
import { MINUTE } from "../src/core/units.ts";
import { barriersOn } from "./support/axe.ts";
import { Browser, PASSWORD, TestConsole } from "./support/console.ts";
import { tabTo } from "./support/keyboard.ts";
import { TestProvider } from "./support/oidc.ts";
import type { Said } from "./support/oidc.ts";
import { describeWith } from "./support/programs.ts";

const MANAGER = { role: "manager", tenant: "*" } as const;
const CHIEF = { role: "chief", tenant: "*" } as const;
const CLIENT = { id: "sekisho", secret: "a-secret-of-the-test" };
const WAIT_MS = 15_000;
/** For what asks many pages, on a machine that has other work. */
const LONG_MS = 120_000;

/** The provider has to know the console's address before the console runs. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

describeWith(["chromium"], "the ways into the console, in Chromium", () => {
  jest.setTimeout(LONG_MS);
  let chrome: Chromium;
  let desk: TestConsole;
  let provider: TestProvider;
  let origin: string;
  let suzuki: Browser;
  let context: BrowserContext;
  let page: Page;
  let devices: CDPSession;
  let device: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://localhost:${port}`;
    provider = await TestProvider.start({
      ...{ ...CLIENT, returnAddress: `${origin}/sign-in/oidc` },
    });
    desk = await TestConsole.open({
      gate: {
        ...{ origin, host: "127.0.0.1", tls: false },
        port: () => port,
      },
      provider: {
        ...{ name: "庁内認証", issuer: provider.issuer, clientId: CLIENT.id },
        ...{ secret: CLIENT.secret, scopes: ["profile"] },
        ...{ accountClaim: "preferred_username", accountSuffix: null },
        ...{ acrValues: [], amrValues: ["mfa"] },
      },
    });
    desk.host = `localhost:${port}`;
    suzuki = await desk.person("suzuki", MANAGER, CHIEF);
    await desk.held("kawa", ["ENCRYPTED"], { part: "1.2", subject: "内訳書" });
    await desk.held("yama", ["AMBIGUOUS_STRUCTURE"], { subject: "転入" });
    await desk.app.listen({ host: "127.0.0.1", port });
    chrome = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      // The name must not be looked up elsewhere: it is this machine.
      args: [
        ...["--no-sandbox", "--lang=ja"],
        "--host-resolver-rules=MAP localhost 127.0.0.1",
      ],
    });
    ({ context, page } = await opened());
    devices = await context.newCDPSession(page);
    await devices.send("WebAuthn.enable");
    ({ authenticatorId: device } = await devices.send(
      "WebAuthn.addVirtualAuthenticator",
      {
        options: {
          ...{ protocol: "ctap2", transport: "internal" },
          ...{ hasResidentKey: true, hasUserVerification: true },
          ...{ isUserVerified: true, automaticPresenceSimulation: true },
        },
      },
    ));
  });
  afterAll(async () => {
    await chrome.close();
    await desk.close();
    await provider.stop();
  });

  async function opened() {
    const made = await chrome.newContext({
      ...{ baseURL: origin, locale: "ja-JP", timezoneId: "Asia/Tokyo" },
      viewport: { width: 1440, height: 1000 },
    });
    made.setDefaultTimeout(WAIT_MS);
    const first = await made.newPage();
    first.on("pageerror", (error) => complaints.push(error.message));
    first.on("console", (message) => {
      if (/Content Security Policy|Trusted ?Type/i.test(message.text()))
        complaints.push(message.text());
    });
    return { context: made, page: first };
  }

  /** Each counts once: the clock goes on for the next. */
  function code(): string {
    desk.wait(30_000);
    return suzuki.code();
  }

  const heading = (name: string) =>
    page.getByRole("heading", { name, exact: true, level: 1 });
  const button = (name: string) =>
    page.getByRole("button", { name, exact: true });
  const dialog = (name: string) => page.getByRole("dialog", { name });
  const account = () => page.goto("/account");

  async function signOut(): Promise<void> {
    await page.getByLabel("利用者メニュー").click();
    await button("サインアウト").click();
    await heading("サインイン").waitFor();
  }

  /** The provider would remember who was there, and how it asked then. */
  async function byProvider(said: Partial<Said>): Promise<void> {
    await context.clearCookies({ domain: "127.0.0.1" });
    provider.said = {
      ...{ sub: "42", claims: { preferred_username: "suzuki" } },
      ...said,
    };
    await button("庁内認証でサインイン").click();
  }

  async function confirmAgain(typed: string): Promise<void> {
    const again = dialog("確認コードの再入力");
    await again.getByLabel("確認コード").fill(typed);
    await again.getByRole("button", { name: "確認して続ける" }).click();
  }

  it("says beside the password's form how else one may sign in, and lets nobody in without", async () => {
    await account();
    await button("庁内認証でサインイン").waitFor();
    await button("パスキーでサインイン").click();
    await page.getByRole("alert").getByText("端末での確認が").waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.getByLabel("利用者名").fill("suzuki");
    await page.getByLabel("パスワード").fill(PASSWORD);
    await page.getByLabel("確認コード").fill(code());
    await button("サインイン").click();
    await heading("自分の設定").waitFor();
  });

  it("registers a passkey by keyboard alone; a device that draws back is asked again without another code", async () => {
    await devices.send("WebAuthn.setUserVerified", {
      ...{ authenticatorId: device, isUserVerified: false },
    });
    await page.getByText("登録したパスキーはありません").waitFor();
    await tabTo(page, button("パスキーを登録する"));
    await page.keyboard.press("Enter");
    const adding = dialog("パスキーの登録");
    await adding.waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await tabTo(page, adding.getByLabel("名前"));
    await page.keyboard.type("机の端末");
    await page.keyboard.press("Tab");
    await page.keyboard.type("000000");
    await page.keyboard.press("Enter");
    await adding.getByText("確認コードが違います").waitFor();
    await tabTo(page, adding.getByLabel("確認コード"));
    await page.keyboard.type(code());
    await page.keyboard.press("Enter");
    await adding.getByText("端末での確認が終わりませんでした").waitFor();
    expect(await adding.getByLabel("確認コード").count()).toBe(0);
    await devices.send("WebAuthn.setUserVerified", {
      ...{ authenticatorId: device, isUserVerified: true },
    });
    await tabTo(page, adding.getByRole("button", { name: "もう一度" }));
    await page.keyboard.press("Enter");
    await page.getByText("パスキーを登録しました").waitFor();
    const row = page.getByRole("row", { name: "机の端末" });
    await row.getByText("まだありません").waitFor();
    expect(await barriersOn(page)).toEqual([]);
  });

  it("signs in with it, by keyboard alone, and stays on the page that was asked for", async () => {
    await signOut();
    await page.goto("/account");
    await button("パスキーでサインイン").waitFor();
    await tabTo(page, button("パスキーでサインイン"));
    await page.keyboard.press("Enter");
    await heading("自分の設定").waitFor();
    const row = page.getByRole("row", { name: "この端末" });
    await row.getByText("パスキー", { exact: true }).waitFor();
  });

  it("renames it, and removes it once the code was given again", async () => {
    await page.getByRole("button", { name: "の名前を変える" }).click();
    const naming = dialog("パスキーの名前");
    await naming.getByLabel("名前").fill("会議室の端末");
    await naming.getByRole("button", { name: "保存する" }).click();
    await page.getByText("名前を変えました").waitFor();
    desk.wait(11 * MINUTE);
    const removes = page.getByRole("button", {
      name: "「会議室の端末」を削除",
    });
    await removes.click();
    const removing = dialog("パスキーの削除");
    await removing.getByRole("button", { name: "削除する" }).click();
    const again = dialog("確認コードの再入力");
    await again.waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await confirmAgain("000000");
    await again.getByText("確認コードが違います").waitFor();
    await again.getByRole("button", { name: "やめる" }).click();
    await removing.getByText("確認コードをもう一度入力してください").waitFor();
    expect(await desk.accounts.passkeys("suzuki")).toHaveLength(1);
    await removing.getByRole("button", { name: "削除する" }).click();
    await confirmAgain(code());
    await page.getByText("パスキーを削除しました").waitFor();
    expect(await desk.accounts.passkeys("suzuki")).toEqual([]);
  });

  it("asks for the code once for ten minutes, whatever the act, and does each act once", async () => {
    desk.wait(11 * MINUTE);
    await page.goto("/accounts");
    const invite = async (name: string) => {
      await button("利用者を追加").click();
      const inviting = dialog("利用者を追加");
      await inviting.getByLabel("利用者名").fill(name);
      await inviting.getByLabel("氏名").fill(name);
      await inviting.getByRole("button", { name: "設定用リンク" }).click();
    };
    await invite("tanaka");
    await confirmAgain(code());
    await page.getByRole("button", { name: "リンクを控えました" }).click();
    await invite("ito");
    await page.getByRole("button", { name: "リンクを控えました" }).click();
    await page.getByRole("row", { name: "ito" }).waitFor();
    const acts = await desk.acts();
    expect(acts.filter((one) => one.includes("account-added"))).toEqual([
      ...["suzuki account-added", "suzuki account-added"],
    ]);
    expect(acts.filter((one) => one.includes("confirmed"))).toHaveLength(2);
  });

  it("closes the question for the code when the session ends meanwhile", async () => {
    desk.wait(11 * MINUTE);
    await page.getByRole("row", { name: "ito" }).getByText("操作").waitFor();
    await page.getByLabel("ito さんの操作").click();
    await button("停止する").click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: "停止する" })
      .click();
    await dialog("確認コードの再入力").waitFor();
    await desk.accounts.endSessions("suzuki");
    await confirmAgain(code());
    await heading("サインイン").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  it("goes to the site's own sign-in and back, asks for the code, and leaves nothing in the address bar", async () => {
    await page.goto("/sign-in");
    await byProvider({});
    await page.waitForURL("**/sign-in/oidc");
    await page.getByLabel("確認コード").fill("000000");
    await button("サインイン").click();
    await page.getByText("確認コードが違います").waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.getByLabel("確認コード").fill(code());
    await page.keyboard.press("Enter");
    await page.waitForURL(`${origin}/`);
    await account();
    const row = page.getByRole("row", { name: "この端末" });
    await row.getByText("庁内の認証基盤").waitFor();
  });

  it("asks for no code here when it was asked for there, and says so when somebody broke off", async () => {
    await signOut();
    await byProvider({ amr: ["mfa"] });
    await page.waitForURL(`${origin}/`);
    await account();
    await signOut();
    await byProvider({ denied: true });
    await page.getByText("サインインが完了しませんでした").waitFor();
    expect(page.url()).toBe(`${origin}/sign-in/oidc`);
    const tries = (await desk.acts()).length;
    await page.reload();
    await page.getByText("サインインの画面から始めて").waitFor();
    expect(await desk.acts()).toHaveLength(tries);
    await page.getByRole("link", { name: "サインインの画面へ戻る" }).click();
    await page.getByLabel("利用者名").waitFor();
  });

  it("lists where one is signed in, and ends one of them", async () => {
    await byProvider({ amr: ["mfa"] });
    await page.waitForURL(`${origin}/`);
    suzuki.address = "192.0.2.7";
    await suzuki.signIn();
    await account();
    const row = page.getByRole("row", { name: "192.0.2.7" });
    expect(await row.innerText()).toContain("パスワードと確認コード");
    await row.getByRole("button", { name: "終わらせる" }).click();
    await page.getByText("1 件を終わらせました").waitFor();
    await row.waitFor({ state: "detached" });
    expect((await suzuki.get("/api/v1/session")).status).toBe(401);
    expect(await barriersOn(page)).toEqual([]);
  });

  it("keeps a filter with its days under a name, in every browser of one's own", async () => {
    await page.goto(
      "/quarantine?since=2026-11-20&until=2026-11-21&tenant=yama",
    );
    await page.getByRole("link", { name: "転入" }).waitFor();
    await page.getByLabel("名前を付けて保存").fill("山村の二日");
    await button("保存する").click();
    const saved = page.getByRole("group", { name: "保存した条件" });
    const link = saved.getByRole("link", { name: "山村の二日" });
    await link.waitFor();
    await page.goto("/quarantine");
    await page.getByRole("link", { name: "内訳書" }).waitFor();
    await tabTo(page, link);
    await page.keyboard.press("Enter");
    await page.waitForURL(/since=2026-11-20&until=2026-11-21/);
    await page
      .getByRole("link", { name: "内訳書" })
      .waitFor({ state: "detached" });
    expect(page.url()).toContain("tenant=yama");
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole("button", { name: "「山村の二日」を削除" }).click();
    await saved.waitFor({ state: "detached" });
  });

  it("says on the record's page when it was proven, what is gone, and that it may have been changed", async () => {
    const janitor = (act: string, facts: object) =>
      desk.ledger.record({ act, actor: "janitor", facts: { ...facts } });
    await page.goto("/audit");
    await page.getByText("まだ検証されていません").waitFor();
    await janitor("record-checkpoint", {
      ...{ seq: 40, from: 12, hash: "ab", signature: "c2lnbmVk" },
    });
    await janitor("record-cut", { seq: 12, archived: "record-1-12.jsonl" });
    await janitor("record-thinned", {
      ...{ first: 15, last: 31, entries: { view: 3, signIn: 2 } },
      archived: null,
    });
    await page.reload();
    const proven = page.getByText(/最終検証 2026.*、署名済み/);
    await proven.click();
    await page.getByText("#13 から #40 まで").waitFor();
    await page.getByText("#12 までは保存年限により削除").waitFor();
    await page.getByText("record-1-12.jsonl").first().waitFor();
    await page.getByText("#15 から #31 の間の 5 件は保存年限により").waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    await janitor("record-broken", { brokenAt: 33 });
    await page.reload();
    const alarm = page.getByRole("alert");
    await alarm.getByText("改ざんの疑い").waitFor();
    expect(await alarm.innerText()).toContain("#33");
    expect(await barriersOn(page)).toEqual([]);
  });

  it("fits 375 pixels, and speaks English when asked to", async () => {
    await page.setViewportSize({ width: 375, height: 900 });
    for (const address of ["/account", "/audit", "/sign-in"]) {
      await page.goto(address);
      await page.waitForLoadState("networkidle");
      const reach = await page.evaluate("document.documentElement.scrollWidth");
      expect([address, reach]).toEqual([address, 375]);
    }
    await button("English").click();
    await button("Sign in with a passkey").waitFor();
    await page.goto("/account");
    await page.getByRole("heading", { name: "Passkeys" }).waitFor();
    const controls = await page
      .locator("main button, main thead th, main h2")
      .allInnerTexts();
    expect(controls.filter((one) => /[ぁ-ん]/.test(one))).toEqual([]);
  });

  it("shows no passkeys where the page stands at an address, and says where they work", async () => {
    const port = new URL(origin).port;
    const other = await TestConsole.open({
      gate: {
        ...{ origin: null, host: "127.0.0.1", tls: false },
        port: () => Number(port),
      },
    });
    try {
      const ito = await other.person("ito", MANAGER);
      await other.app.listen({ host: "127.0.0.1", port: 0 });
      const bound = other.app.server.address();
      const at = `http://127.0.0.1:${typeof bound === "object" ? bound?.port : 0}`;
      const { context: another, page: theirs } = await opened();
      await theirs.goto(`${at}/sign-in`);
      await theirs.getByLabel("利用者名").waitFor();
      await theirs.waitForLoadState("networkidle");
      expect(
        await theirs.getByRole("button", { name: "パスキー" }).count(),
      ).toBe(0);
      const [name = "", value = ""] = ito.cookie.split("=");
      await another.addCookies([{ name, value, url: at, sameSite: "Strict" }]);
      await theirs.goto(`${at}/account`);
      await theirs.getByText(`パスキーは ${origin} で`).waitFor();
      await another.close();
    } finally {
      await other.close();
    }
  });

  it("has made the browser complain about nothing", () => {
    expect(complaints).toEqual([]);
  });
});
