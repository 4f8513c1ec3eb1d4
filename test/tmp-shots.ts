import { mkdir } from "node:fs/promises";
import { Desk } from "./support/desk.ts";
import { makeZip } from "../fixtures/archives.ts";
import { encryptedPdf, japanesePdf, textPdf } from "../fixtures/documents.ts";
import { wordDocument } from "../fixtures/office.ts";
await mkdir("/tmp/ui2-shots", { recursive: true });
const desk = await Desk.open({ policy: { originalRelease: "on", variants: [{ name: "hosts", title: "リンクはホスト名だけ", links: "domain-only" }] } });
try {
  const zip = makeZip([{ name: "memo.txt", bytes: Buffer.from("書庫の中のお知らせ\n二行目") }, { name: "inner.pdf", bytes: Buffer.from(textPdf(3)) }]);
  const item = await desk.hold({ from: { name: "株式会社さくら設備 営業部", address: "eigyo@sakura-setsubi.example" }, to: "soumu@kawa.lg.jp", subject: "庁舎空調設備 保守点検の見積書について", text: "お世話になっております。\n見積書をお送りします。",
    attachments: [
      { filename: "保守点検見積書.pdf", content: Buffer.from(japanesePdf("見積書")) },
      { filename: "点検要領.pdf", content: Buffer.from(textPdf(24)) },
      { filename: "送付状.docx", content: Buffer.from(wordDocument("お見積りの件")) },
      { filename: "資料一式.zip", content: zip },
      { filename: "内訳書（社外秘）.pdf", content: Buffer.from(encryptedPdf("himitsu")) },
    ] });
  const p = await desk.person("suzuki");
  await p.setUp(desk.firstLink, "鈴木 一郎");
  await p.finishSetUp();
  const { page } = p;
  const take = async (name: string, full = true) => {
    for (const [size, viewport] of [["wide", { width: 1440, height: 900 }], ["narrow", { width: 375, height: 812 }]] as const) {
      await page.setViewportSize(viewport);
      await page.evaluate("window.scrollTo(0, 0)");
      await page.waitForTimeout(300);
      await page.screenshot({ path: `/tmp/ui2-shots/${name}-${size}.png`, fullPage: full });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  await page.goto(`/quarantine/${item}/view`);
  await page.getByText("1 / ").waitFor();
  await page.waitForTimeout(3000);
  await take("view");
  await page.getByRole("navigation", { name: "メールの部品" }).getByRole("link", { name: "memo.txt" }).click();
  await page.getByText("二行目").waitFor();
  await take("view-text");
  await page.goto(`/quarantine/${item}`);
  await page.getByRole("button", { name: "パスワードを入力する" }).waitFor();
  await page.getByRole("button", { name: "保存期限から外す" }).click();
  await page.getByRole("dialog").getByLabel("理由").fill("調査中のため");
  await page.getByRole("dialog").getByRole("button", { name: "保存期限から外す" }).click();
  await page.getByText("さんが外しました").waitFor();
  await page.getByRole("button", { name: "原本の解放を申請する" }).click();
  await page.getByRole("dialog").getByLabel("理由").fill("様式に入力するため");
  await page.getByRole("dialog").getByRole("button", { name: "申請する" }).click();
  await page.getByText("申請しました").waitFor();
  await take("mail");
  await page.getByRole("button", { name: "パスワードを入力する" }).click();
  await take("password", false);
} finally { await desk.close(); }
