import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { makeZip } from "../fixtures/archives.ts";
import { encryptedPdf, textPdf } from "../fixtures/documents.ts";
import { mixedMail } from "../fixtures/mail.ts";
import { wordDocument } from "../fixtures/office.ts";
import type { ItemId } from "../src/core/id.ts";
import { createViewerClient } from "../src/socket/viewer-client.ts";
import { barriersOn } from "./support/axe.ts";
import { Desk } from "./support/desk.ts";
import type { DeskPerson } from "./support/desk.ts";
import { until } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";

const WORD =
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const CLERK = "soumu@kawa.lg.jp";
const FROM = "eigyo@sakura-setsubi.example";
const DOCUMENT_PASSWORD = "Himitsu-47";
const LONG_MS = 120_000;

describeWith(
  [...GATEWAY_PROGRAMS, "chromium"],
  "looking at held mail, and what else can be done with it, in Chromium",
  () => {
    jest.setTimeout(LONG_MS);
    let desk: Desk;
    let suzuki: DeskPerson;
    let tanaka: DeskPerson;
    /** Held as a whole. */
    let whole = "";
    /** Delivered, but for what is locked. */
    let item = "";
    const locked = Buffer.from(encryptedPdf(DOCUMENT_PASSWORD));
    const letter = Buffer.from(wordDocument("お見積りの件"));

    beforeAll(async () => {
      desk = await Desk.open({
        settings: {
          policy: {
            originalRelease: "on",
            variants: [
              {
                ...{ name: "hosts", title: "リンクはホスト名だけ" },
                links: "domain-only",
              },
            ],
          },
        },
      });
      const zip = makeZip([
        { name: "memo.txt", bytes: Buffer.from("書庫の中のお知らせ") },
        { name: "inner.pdf", bytes: Buffer.from(textPdf(1)) },
      ]);
      const pdf = "application/pdf";
      const long = mixedMail({
        ...{ text: "本文です。", subject: "四つの添付" },
        attachments: [
          { name: "long.pdf", type: pdf, bytes: textPdf(200) },
          { name: "files.zip", type: "application/zip", bytes: zip },
          { name: "letter.docx", type: WORD, bytes: letter },
          { name: "locked.pdf", type: pdf, bytes: locked },
        ],
      });
      // Held as a whole: another reader might take the other boundary.
      const ambiguous = long
        .toString("latin1")
        .replace(/boundary="?fixture-mixed"?/, "$&; boundary=other");
      const usual = mixedMail({
        ...{ text: "本文です。", subject: "鍵のある添付" },
        attachments: [
          { name: "letter.docx", type: WORD, bytes: letter },
          { name: "locked.pdf", type: pdf, bytes: locked },
        ],
      });
      const envelope = { from: FROM, to: [CLERK] };
      const raw = Buffer.from(ambiguous, "latin1");
      whole = await desk.hold({ envelope, raw });
      item = await desk.hold({ envelope, raw: usual });
      suzuki = await desk.person("suzuki");
      await suzuki.setUp(desk.firstLink, "鈴木 一郎");
      await suzuki.finishSetUp();
      const added = await desk.gateway.command(
        ...["account", "add", "tanaka", "--role", "manager@kawa"],
      );
      tanaka = await desk.person("tanaka");
      const link = /http:\S+\/set-up#[\w-]{43}/.exec(added.stdout)?.[0] ?? "";
      await tanaka.setUp(link, "田中 花子");
      await tanaka.finishSetUp();
    }, LONG_MS);
    afterAll(() => desk.close());

    const shown = (page: Page, name: string) =>
      page.getByRole("img", { name: new RegExp(name) });
    /** The page's policy lets nothing be evaluated from within: it is asked again and again from here. */
    const hasPicture = (page: Page, alt: string, isHidden: boolean) =>
      until(
        () =>
          page.evaluate<boolean>(
            `[...document.images].some((one) => one.hidden === ${isHidden} && one.alt.includes(${JSON.stringify(alt)}) && one.complete && one.naturalWidth > 0)`,
          ),
        LONG_MS / 2,
      );
    const isDrawn = async (page: Page, name: string) => {
      await shown(page, name).waitFor();
      await hasPicture(page, name, false);
    };
    const choose = async (page: Page, name: string) =>
      page
        .getByRole("navigation", { name: "メールの部品" })
        .getByRole("link", { name })
        .click();
    const act = async (page: Page, name: string) => {
      await page.getByRole("button", { name, exact: true }).click();
      return page.getByRole("dialog");
    };

    it("leafs through 200 pages by keys, goes to the last and back, and keeps the page in the address", async () => {
      const { page } = suzuki;
      await page.goto(`/quarantine/${whole}`);
      await page.getByRole("link", { name: "画面で確かめる" }).click();
      await isDrawn(page, "long.pdf の 1 ページ目");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("PageDown");
      await isDrawn(page, "long.pdf の 3 ページ目");
      await page.keyboard.press("PageUp");
      await page.keyboard.press("ArrowLeft");
      await isDrawn(page, "long.pdf の 1 ページ目");
      await page.keyboard.press("End");
      await isDrawn(page, "long.pdf の 200 ページ目");
      expect(
        await page.getByRole("status").getByText("200 / 200").count(),
      ).toBe(1);
      expect(
        await page.getByRole("button", { name: "次のページ" }).isDisabled(),
      ).toBe(true);
      await page.waitForURL(/page=200/);
      await page.reload();
      await isDrawn(page, "long.pdf の 200 ページ目");
      await page.getByLabel("ページ番号").fill("120");
      await page.keyboard.press("Enter");
      await isDrawn(page, "long.pdf の 120 ページ目");
      await page.keyboard.press("Home");
      // Still in the field: the keys are the field's.
      await page.getByRole("button", { name: "最初のページ" }).click();
      await isDrawn(page, "long.pdf の 1 ページ目");
      expect(await barriersOn(page)).toEqual([]);
    });

    it("has the next page at hand before it is turned to, and a larger one where it is wanted", async () => {
      const { page } = suzuki;
      await hasPicture(page, "の 2 ページ目", true);
      const width =
        'document.querySelector(".viewer-page:not([hidden])").naturalWidth';
      const before = await page.evaluate<number>(width);
      await page.getByRole("button", { name: "拡大" }).click();
      await page.getByText("150 dpi").waitFor();
      await isDrawn(page, "long.pdf の 1 ページ目");
      expect(await page.evaluate<number>(width)).toBeGreaterThan(before);
      await page.getByRole("button", { name: "縮小" }).click();
    });

    it("shows a document of Office, a member of an archive, a text as text, and why it does not show the rest", async () => {
      const { page } = suzuki;
      await choose(page, "letter.docx");
      await isDrawn(page, "letter.docx の 1 ページ目");
      await choose(page, "inner.pdf");
      await isDrawn(page, "inner.pdf の 1 ページ目");
      await choose(page, "memo.txt");
      await page.getByText("書庫の中のお知らせ").waitFor();
      await choose(page, "届くときの本文");
      await page.getByText("本文です。").waitFor();
      expect(await barriersOn(page)).toEqual([]);
      await choose(page, "locked.pdf");
      await page.getByText("パスワードや暗号で保護されている").waitFor();
      await page.goto(`/quarantine/${whole}/view?part=99`);
      await page.getByText("その添付ファイルはありません。").waitFor();
    });

    it("says so of a number that no mail has", async () => {
      const { page } = suzuki;
      await page.goto("/quarantine/00000000000000000000000000/view");
      await page.getByText("見つかりません").waitFor();
    });

    it("hands an attachment out as it came when one asked, another looked and approved, once", async () => {
      const { page } = tanaka;
      await page.goto(`/quarantine/${item}`);
      const dialog = await act(page, "原本の解放を申請する");
      const options = await dialog.locator("option").allInnerTexts();
      const wanted = options.find((one) => one.includes("letter.docx")) ?? "";
      await dialog.getByLabel("添付ファイル").selectOption({ label: wanted });
      await dialog.getByLabel("理由").fill("様式に直接入力するため");
      await dialog.getByRole("button", { name: "申請する" }).click();
      await page.getByText("申請しました。").waitFor();
      expect(await page.getByRole("button", { name: "承認する" }).count()).toBe(
        0,
      );

      const { page: other } = suzuki;
      const approve = async () => {
        await other.goto(`/quarantine/${item}`);
        const asked = await act(other, "承認する");
        await asked.getByLabel("理由").fill("内容を確認した");
        await asked.getByRole("button", { name: "承認する" }).click();
      };
      await approve();
      await other.getByText("中身をご確認ください").waitFor();
      await other.getByRole("button", { name: "やめる" }).click();
      await other
        .getByRole("row", { name: "letter.docx" })
        .getByRole("link", { name: "画面で確かめる" })
        .click();
      await isDrawn(other, "letter.docx の 1 ページ目");
      await approve();
      await other.getByText("承認しました。").waitFor();

      await page.reload();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "原本を取得する" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("letter.docx.original");
      const sha256 = (bytes: Buffer) =>
        createHash("sha256").update(bytes).digest("hex");
      expect(sha256(await readFile(await download.path()))).toBe(
        sha256(letter),
      );
      await page.getByText("取得済み").waitFor();
      // Whoever reaches the viewer past the console gets nothing by a grant that is used up, or by none.
      const told = await page.evaluate<{
        readonly requests: readonly { id: string; part: string }[];
      }>(`fetch("/api/v1/mails/${item}/originals").then((one) => one.json())`);
      const [request] = told.requests;
      const viewer = createViewerClient(
        join(desk.gateway.folder, "viewer.sock"),
      );
      const part = request?.part ?? "";
      for (const grant of [request?.id ?? "", "none"])
        expect(
          await viewer(
            { ask: "original", item: item as ItemId, part, grant },
            AbortSignal.timeout(LONG_MS),
          ),
        ).toEqual({ kind: "refused", code: "NOT_GRANTED" });
      expect(
        await page.getByRole("button", { name: "原本を取得する" }).count(),
      ).toBe(0);
      expect(await barriersOn(page)).toEqual([]);
    });

    it("keeps a mail out of retention and puts it back, with the reason on the page", async () => {
      const { page } = tanaka;
      const dialog = await act(page, "保存期限から外す");
      await dialog.getByLabel("理由").fill("調査中のため");
      await dialog.getByRole("button", { name: "保存期限から外す" }).click();
      await page.getByText("保存期限から外しました。").waitFor();
      await page.getByText(/tanaka.*さんが外しました。/).waitFor();
      const back = await act(page, "保存期限の対象に戻す");
      await back.getByLabel("理由").fill("調査が終わった");
      await back.getByRole("button", { name: "保存期限の対象に戻す" }).click();
      await page.getByText("保存期限の対象に戻しました。").waitFor();
      await page.getByText(/tanaka.*さんが外しました。/).waitFor({
        state: "detached",
      });
    });

    it("scans again on demand, and says in the history what came of it", async () => {
      const { page } = tanaka;
      const dialog = await act(page, "再検査する");
      await dialog.getByLabel("理由").fill("定義が新しくなった");
      await dialog.getByRole("button", { name: "再検査する" }).click();
      await page.getByText("再検査を始めました。").waitFor();
      const history = page
        .locator(".history li")
        .filter({ hasText: "再検査：" });
      for (
        let round = 0;
        round < 60 && (await history.count()) === 0;
        round += 1
      ) {
        await page.waitForTimeout(500);
        await page.reload();
        await page.getByRole("heading", { name: "経過と操作の記録" }).waitFor();
      }
      expect(await history.count()).toBe(1);
    });

    it("does the same to several from the list, and says of each what became of it", async () => {
      const { page } = tanaka;
      await page.goto("/quarantine");
      const bulk = async (choice: string, go: string) => {
        await page.getByLabel("このページのすべてを選ぶ").check();
        await page.getByRole("button", { name: choice }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("理由").fill("まとめて");
        await dialog.getByRole("button", { name: go }).click();
        await dialog.getByText("2 件すべて完了しました").waitFor();
        await dialog
          .getByRole("button", { name: "閉じる", exact: true })
          .last()
          .click();
        await dialog.waitFor({ state: "detached" });
      };
      await bulk("まとめて再検査", "再検査する");
      await bulk("保存期限から外す", "保存期限から外す");
      await page.goto(`/quarantine/${whole}`);
      await page.getByText(/tanaka.*さんが外しました。/).waitFor();
      await page.goto(`/quarantine/${item}`);
    });

    it("takes a password: says how many tries are left after a wrong one, and delivers what it made with the right one", async () => {
      const { page } = tanaka;
      const dialog = await act(page, "パスワードを入力する");
      const field = dialog.getByLabel("パスワード※必須");
      await field.fill("Chigau-99");
      const go = dialog.getByRole("button", { name: "パスワードを入力する" });
      await go.click();
      await dialog.getByText("あと 4 回試せます").waitFor();
      await field.fill(DOCUMENT_PASSWORD);
      await go.click();
      await page.getByText("パスワードで開けました").waitFor();
      const anew = page.getByText("新しい受付番号").first().getByRole("link");
      const next = (await anew.innerText()).trim();
      await desk.gateway.arrived((mail) => mail.raw.includes(next));
      await anew.click();
      await page.getByText("元のメール").waitFor();
      const certificate = page.getByRole("link", {
        ...{ name: "無害化証明書", exact: true },
      });
      for (
        let round = 0;
        round < 60 && (await certificate.count()) === 0;
        round += 1
      ) {
        await page.waitForTimeout(500);
        await page.reload();
        await page.getByText("元のメール").waitFor();
      }
      const [print] = await Promise.all([
        page.context().waitForEvent("page"),
        certificate.click(),
      ]);
      await print.getByText(next).first().waitFor();
      await print.close();
    });

    it("gave the browser nothing to complain about", () => {
      expect(desk.complaints).toEqual([]);
    });
  },
);
