import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { makeZip } from "../fixtures/archives.ts";
import { mixedMail } from "../fixtures/mail.ts";
import { freePort, TestGateway, until } from "./support/gateway.ts";
import type { DeliveredMail } from "./support/gateway.ts";
import { Person } from "./support/person.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { DOMAIN, sendRaw, textMail } from "./support/send.ts";

const AXE = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);
const DEADLINE_MS = 60_000;
const PASSWORD = "Himitsu-58-no-kagi";
const WRONG = "Chigau-31-no-kagi";

/** A ZIP that only a password opens. */
function lockedMail(): Buffer {
  const password = Buffer.from(PASSWORD);
  const encryption = { kind: "aes-256", password } as const;
  const bytes = Buffer.from("品名,数量\r\n椅子,12\r\n");
  return mixedMail({
    ...{
      subject: "鍵付きの内訳書",
      text: "パスワードは電話でお知らせします。",
    },
    attachments: [
      {
        ...{ name: "uchiwake.zip", type: "application/zip" },
        bytes: makeZip([{ name: "uchiwake.csv", bytes, encryption }]),
      },
    ],
  });
}

async function everyByteOf(folder: string): Promise<Buffer> {
  const names = await readdir(folder, {
    ...{ recursive: true, withFileTypes: true },
  });
  const files = names.filter((one) => one.isFile());
  return Buffer.concat(
    await Promise.all(
      files.map((one) => readFile(join(one.parentPath, one.name))),
    ),
  );
}

/** A table that can be made anew, and a PDF that nobody can read. */
const MAIL = [
  ...["From: =?UTF-8?B?5bed5p2R5ZWG5bqX?= <sender@example.com>"],
  ...[`To: clerk@${DOMAIN}`],
  ...[
    `Subject: =?UTF-8?B?${Buffer.from("見積書の送付について").toString("base64")}?=`,
  ],
  ...["MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", ""],
  ...["--b", "Content-Type: text/plain; charset=UTF-8", ""],
  ...["お世話になっております。見積書をお送りします。", "--b"],
  ...['Content-Type: text/csv; charset=UTF-8; name="list.csv"'],
  ...['Content-Disposition: attachment; filename="list.csv"', ""],
  ...["品名,数量", "机,3", "--b"],
  ...['Content-Type: application/pdf; name="quote.pdf"'],
  ...['Content-Disposition: attachment; filename="quote.pdf"', ""],
  ...["%PDF-1.7", "1 0 obj <</Type/Catalog>> endobj", "broken", "--b--", ""],
].join("\r\n");

describeWith(
  [...GATEWAY_PROGRAMS, "chromium"],
  "the recipients' page behind the link in a clean mail",
  () => {
    let gateway: TestGateway;
    let browser: Browser;
    let page: Page;
    let link = "";
    const yamada = new Person("yamada", () => gateway);
    const complaints: string[] = [];

    beforeAll(async () => {
      const port = await freePort();
      gateway = await TestGateway.start({
        settings: {
          recipients: { port, origin: `http://127.0.0.1:${port}` },
          policy: { notice: { contact: "情報政策課 内線123" } },
        },
      });
      await yamada.setUp(gateway.log);
      browser = await chromium.launch({
        executablePath: "/usr/bin/chromium",
        args: ["--no-sandbox"],
      });
      const context = await browser.newContext({ javaScriptEnabled: false });
      page = await context.newPage();
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => complaints.push(message.text()));
    }, DEADLINE_MS);
    afterAll(async () => {
      await browser.close();
      await gateway.remove();
    });

    const shown = async () =>
      ((await page.textContent("main")) ?? "").replace(/\s+/g, " ");

    it(
      "is in the mail with files, and in no other",
      async () => {
        await sendRaw(gateway.ports.smtp, textMail("no-files"));
        await sendRaw(gateway.ports.smtp, MAIL);
        const plain = await gateway.arrived(({ mail }) =>
          (mail.subject ?? "").includes("no-files"),
        );
        expect(plain.mail.text).not.toContain("/a/");
        const clean = await gateway.arrived(({ mail }) =>
          (mail.subject ?? "").includes("見積書"),
        );
        link =
          /状況・解放の申請はこちら：(\S+)/.exec(clean.mail.text ?? "")?.[1] ??
          "";
        expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a\/[\w-]{48}$/);
        expect(link.length).toBeLessThan(120);
      },
      DEADLINE_MS,
    );

    it("shows each file and its state, without a script, without an account", async () => {
      await page.goto(link);
      const told = await shown();
      expect(told).toMatch(/list\.csv お渡し済み/);
      expect(told).toMatch(/quote\.pdf 隔離中/);
      expect(told).toContain("情報政策課 内線123");
    });

    it("takes a request by keyboard alone, and says so", async () => {
      await page.focus("#reason");
      await page.keyboard.type("入札の比較に必要です");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForURL("**told=asked");
      expect(await page.textContent("[role=status]")).toContain(
        "申請を受け付けました",
      );
      expect(await shown()).toContain("回答待ち");
      expect(await page.locator("#reason").count()).toBe(0);
    });

    it(
      "shows what the manager decided, and a second mail arrives that is not caught again",
      async () => {
        const { body } = await yamada.ask("GET", "/api/v1/requests");
        const [request] = body["rows"] as {
          readonly id: number;
          readonly item: string;
          readonly version: string;
          readonly reason: string;
        }[];
        expect(request?.reason).toBe("入札の比較に必要です");
        const said = await yamada.ask(
          "POST",
          `/api/v1/requests/${request!.id}/approve`,
          { version: request!.version, reason: "業務に必要と確認しました" },
        );
        expect([said.status, said.body["message"]]).toEqual([
          200,
          "承認しました。作り直してから、2 通目のメールで届きます。",
        ]);
        const mails = await gateway.arrivedAll(
          ({ mail }) => (mail.subject ?? "").includes("見積書"),
          2,
          DEADLINE_MS,
        );
        expect(mails).toHaveLength(2);
        let told = "";
        await until(async () => {
          await page.goto(link);
          told = await shown();
          return /quote\.pdf 解放済み .*お渡し済み/.test(told);
        }, DEADLINE_MS);
        expect(told).toMatch(/承認 .*業務に必要と確認しました/);
        expect(told).not.toContain("隔離中");
      },
      DEADLINE_MS,
    );

    it(
      "takes a report, and is the same in English",
      async () => {
        await page.goto(link);
        await page.click("text=不審なメールとして報告する");
        await page.waitForURL("**told=reported");
        const listed = await gateway.command("requests", "list", "--json");
        const report = JSON.parse(listed.stdout) as {
          id: number;
          kind: string;
        };
        expect(report.kind).toBe("report");
        const number = String(report.id);
        for (const code of [0, 1])
          expect(
            await gateway.command(
              ...["requests", "deny", number, "--reason", "訓練のメールでした"],
            ),
          ).toMatchObject({ code });
        await page.goto(link);
        expect(await shown()).toMatch(/確認済み .*訓練のメールでした/);
        await page.click("text=English");
        expect(await shown()).toMatch(/quote\.pdf Released/);
        expect(await page.getAttribute("html", "lang")).toBe("en");
      },
      DEADLINE_MS,
    );

    it(
      "opens a locked ZIP with its password: told when it is wrong, a second mail when it is right, written nowhere",
      async () => {
        await sendRaw(gateway.ports.smtp, lockedMail());
        const isIt = ({ mail: { subject = "" } }: DeliveredMail) =>
          subject.includes("鍵付きの内訳書");
        const { mail } = await gateway.arrived(isIt);
        const address = /：(http\S+\/a\/\S+)/.exec(mail.text ?? "")?.[1] ?? "";
        const give = async (password: string) => {
          await page.fill('input[type="password"]', password);
          await page.press('input[type="password"]', "Enter");
          await page.waitForLoadState();
        };
        await page.goto(address);
        expect(await shown()).toMatch(/uchiwake\.zip 隔離中/);
        await give(WRONG);
        await page.getByText("パスワードが違います").waitFor();
        expect(await page.content()).not.toContain(WRONG);
        expect((await gateway.mailbox()).filter(isIt)).toHaveLength(1);
        await give(PASSWORD);
        await page.waitForURL("**told=opened");
        const mails = await gateway.arrivedAll(isIt, 2, DEADLINE_MS);
        const files = mails.flatMap((one) => one.mail.attachments);
        expect(files.map(({ filename }) => filename)).toEqual(["uchiwake.zip"]);
        await until(async () => {
          await page.goto(address);
          return /uchiwake\.zip 解放済み/.test(await shown());
        }, DEADLINE_MS);
        const all = await everyByteOf(gateway.folder);
        expect(all.length).toBeGreaterThan(10_000);
        for (const word of [PASSWORD, WRONG]) {
          expect(all.includes(word)).toBe(false);
          expect(gateway.log.includes(word)).toBe(false);
        }
      },
      DEADLINE_MS,
    );

    it("is kind to who comes with a broken link", async () => {
      await page.goto(`${link.slice(0, -3)}AAA`);
      expect(await shown()).toContain("メールにあるリンクを、末尾まで含めて");
    });

    it("has no serious issue for axe, wide and narrow, and breaks no rule of its policy", async () => {
      const context = await browser.newContext({ bypassCSP: true });
      for (const width of [1280, 360])
        for (const url of [link, `${link}?lang=en`, `${link}x`]) {
          const one = await context.newPage();
          await one.setViewportSize({ width, height: 800 });
          await one.goto(url);
          await one.addScriptTag({ content: AXE });
          const issues = await one.evaluate(
            `axe.run().then(({ violations }) => violations
               .filter(({ impact }) => impact === "serious" || impact === "critical")
               .map(({ id }) => id))`,
          );
          expect([width, url, issues]).toEqual([width, url, []]);
          const isTooWide = await one.evaluate(
            "document.documentElement.scrollWidth > innerWidth",
          );
          expect([width, url, isTooWide]).toEqual([width, url, false]);
          await one.close();
        }
      await context.close();
      expect(complaints.filter((words) => /Policy/i.test(words))).toEqual([]);
    });

    it("is another door than the console", async () => {
      const { origin } = new URL(link);
      for (const path of ["/", "/sign-in", "/api/v1/mails", "/mailbox"])
        expect((await fetch(origin + path)).status).toBe(404);
    });
  },
);
