import type { SendMailOptions } from "nodemailer";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { chromium } from "playwright-core";
import {
  oneTimeCode,
  stepAt,
} from "../../src/console/sign-in/one-time-code.ts";
import { fromBase32, PASSWORD } from "./console.ts";
import { sendMail } from "./desk-mails.ts";
import { TestGateway, until } from "./gateway.ts";
import type { GatewayOptions } from "./gateway.ts";

export const TENANTS = [
  { id: "kawa", name: "川町", domains: ["kawa.lg.jp"] },
  { id: "yama", name: "山村", domains: ["yama.lg.jp"] },
];

const LINK = /http:\S+\/set-up#[\w-]{43}/;
const WAIT_MS = 30_000;

/** A whole gateway and a Chromium before it. What the browser complains about is kept. */
export class Desk {
  readonly gateway: TestGateway;
  readonly browser: Browser;
  /** Scripts that failed, rules of the policy that were broken, dialogs that opened. */
  readonly complaints: string[] = [];

  private constructor(gateway: TestGateway, browser: Browser) {
    this.gateway = gateway;
    this.browser = browser;
  }

  static async open(options: GatewayOptions = {}): Promise<Desk> {
    const gateway = await TestGateway.start({ tenants: TENANTS, ...options });
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--lang=ja"],
    });
    return new Desk(gateway, browser);
  }

  get origin(): string {
    return `http://127.0.0.1:${this.gateway.ports.console}`;
  }

  get firstLink(): string {
    return LINK.exec(this.gateway.log)?.[0] ?? "";
  }

  /** Sends them, and waits until something of each is held. The number of the last one. */
  async hold(...mails: readonly SendMailOptions[]): Promise<string> {
    const items: string[] = [];
    for (const mail of mails)
      items.push(await sendMail(this.gateway.ports.smtp, mail));
    await until(async () => {
      const held = await this.gateway.held();
      return items.every((item) => held.some((one) => one.item === item));
    }, WAIT_MS);
    return items.at(-1) ?? "";
  }

  /** A browser of its own: other cookies, other storage. */
  async person(name: string): Promise<DeskPerson> {
    const context = await this.browser.newContext({
      ...{ baseURL: this.origin, locale: "ja-JP", timezoneId: "Asia/Tokyo" },
      viewport: { width: 1440, height: 1000 },
      acceptDownloads: true,
    });
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("dialog", (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => {
      if (/Content Security Policy|Trusted ?Type/i.test(message.text()))
        this.complaints.push(message.text());
    });
    return new DeskPerson(name, context, page);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.gateway.remove();
  }
}

/** Somebody with a browser, a password and an authenticator app. */
export class DeskPerson {
  readonly name: string;
  readonly context: BrowserContext;
  readonly page: Page;
  recoveryCodes: string[] = [];
  #secret: Uint8Array = new Uint8Array();
  #usedStep = 0;

  constructor(name: string, context: BrowserContext, page: Page) {
    this.name = name;
    this.context = context;
    this.page = page;
  }

  /** Steps ahead of the clock count, so that nobody has to wait for the next one: now, then the one after, then a recovery code. */
  code(): string {
    const now = stepAt(Date.now());
    const next = Math.max(now, this.#usedStep + 1);
    const [recovery] = this.recoveryCodes;
    if (next > now + 1 && recovery !== undefined) {
      this.recoveryCodes.shift();
      return recovery;
    }
    this.#usedStep = next;
    return oneTimeCode(this.#secret, this.#usedStep);
  }

  /** Through the pages, up to the recovery codes. */
  async setUp(link: string, displayName: string): Promise<void> {
    const { page } = this;
    await page.goto(link);
    const secret = await page.getByTestId("secret").innerText();
    this.#secret = fromBase32(secret.replace(/\s/g, ""));
    const name = page.getByLabel("利用者名");
    if (await name.isEditable()) {
      await name.fill(this.name);
      await page.getByLabel("氏名").fill(displayName);
    }
    await page.getByLabel("パスワード※必須", { exact: true }).fill(PASSWORD);
    await page.getByLabel("パスワード（確認）").fill(PASSWORD);
    await page.getByLabel("確認コード").fill(this.code());
  }

  async finishSetUp(): Promise<void> {
    const { page } = this;
    await page.getByRole("button", { name: "設定する" }).click();
    const codes = page.getByTestId("recovery-codes").getByRole("listitem");
    await codes.first().waitFor();
    this.recoveryCodes = await codes.allInnerTexts();
    await page.getByLabel("回復コードを保管しました").check();
    await page.getByRole("button", { name: "管理画面へ進む" }).click();
    await page.waitForURL("**/quarantine");
  }

  /** Somebody new, whom the command line adds and the pages set up. */
  async join(desk: Desk, displayName: string, role: string): Promise<void> {
    const { stdout, stderr } = await desk.gateway.command(
      ...["account", "add", this.name, "--role", role],
      ...["--display-name", displayName],
    );
    const link = LINK.exec(stdout + stderr)?.[0] ?? "";
    await this.setUp(link, displayName);
    await this.finishSetUp();
  }

  /** The same person in another browser, with the same app at hand. */
  takeAppOf(same: DeskPerson): void {
    this.#secret = same.#secret;
    this.#usedStep = same.#usedStep;
    this.recoveryCodes = same.recoveryCodes;
  }

  async signIn(password = PASSWORD): Promise<void> {
    const { page } = this;
    await page.getByLabel("利用者名").fill(this.name);
    await page.getByLabel("パスワード").fill(password);
    await page.getByLabel("確認コード").fill(this.code());
    await page.getByRole("button", { name: "サインイン", exact: true }).click();
  }
}
