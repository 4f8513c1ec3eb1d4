import type { Browser, BrowserContext, Page } from "playwright-core";
import { chromium } from "playwright-core";
import type { ConsoleTools } from "../../src/console/server.ts";
import type { Browser as Signed } from "./console.ts";
import { TestConsole } from "./console.ts";

const WAIT_MS = 30_000;

/** A console of a test, its pages in a Chromium: the ledger is real, no mail moves. */
export class ConsoleBrowser {
  readonly desk: TestConsole;
  readonly browser: Browser;
  readonly origin: string;
  /** Scripts that failed, rules of the policy that were broken, dialogs that opened. */
  readonly complaints: string[] = [];

  private constructor(desk: TestConsole, browser: Browser, origin: string) {
    this.desk = desk;
    this.browser = browser;
    this.origin = origin;
  }

  static async open(
    queuePages?: ConsoleTools["queuePages"],
  ): Promise<ConsoleBrowser> {
    let port = 0;
    const desk = await TestConsole.open(
      {
        gate: {
          ...{ origin: null, host: "127.0.0.1", tls: false },
          port: () => port,
        },
      },
      "off",
      queuePages,
    );
    const origin = await desk.app.listen({ host: "127.0.0.1", port: 0 });
    port = Number(new URL(origin).port);
    desk.host = `127.0.0.1:${port}`;
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox", "--lang=ja"],
    });
    return new ConsoleBrowser(desk, browser, origin);
  }

  /** A page of somebody who signed in already. */
  async pageOf({ cookie }: Signed): Promise<Page> {
    const context = await this.#context();
    const at = cookie.indexOf("=");
    await context.addCookies([
      {
        ...{ name: cookie.slice(0, at), value: cookie.slice(at + 1) },
        ...{ url: this.origin, httpOnly: true, sameSite: "Strict" as const },
      },
    ]);
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
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.desk.close();
  }

  async #context(): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      ...{ baseURL: this.origin, locale: "ja-JP", timezoneId: "Asia/Tokyo" },
      viewport: { width: 1440, height: 1000 },
    });
    context.setDefaultTimeout(WAIT_MS);
    return context;
  }
}
