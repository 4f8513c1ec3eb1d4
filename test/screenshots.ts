// Pictures of every page of the console, wide and narrow, into docs/images/console/: `npm run screenshots`.
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { Desk } from "./support/desk.ts";
import { until } from "./support/gateway.ts";
import { usualMails } from "./support/desk-mails.ts";

const FOLDER = fileURLToPath(
  new URL("../docs/images/console/", import.meta.url),
);
const PEOPLE = [
  ["sato", "佐藤 花子", "manager@kawa"],
  ["takahashi", "高橋 健", "manager@yama,auditor@kawa"],
  ["kansa", "監査委員事務局", "auditor"],
  ["itaku", "株式会社川端システム", "operator"],
] as const;
/** Shown as the screen is: what lies under them ends with it. */
const DIALOGS = ["release", "discard"];
const WIDE = { width: 1440, height: 900 };
const WAIT_MS = 60_000;
const NARROW = { width: 375, height: 812 };

async function take(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of [
    ["wide", WIDE],
    ["narrow", NARROW],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.evaluate("window.scrollTo(0, 0)");
    const picture = await page.screenshot({
      fullPage: !DIALOGS.includes(name),
    });
    await sharp(picture)
      .png({ palette: true, colours: 128, compressionLevel: 9, effort: 10 })
      .toFile(`${FOLDER}${name}-${size}.png`);
  }
  await page.setViewportSize(WIDE);
}

await mkdir(FOLDER, { recursive: true });
const desk = await Desk.open();
try {
  await desk.hold(...(await usualMails()));
  const suzuki = await desk.person("suzuki");
  const { page } = suzuki;
  await suzuki.setUp(desk.firstLink, "鈴木 一郎");
  await take(page, "set-up");
  await suzuki.finishSetUp();
  await page.getByRole("table").waitFor();
  await take(page, "quarantine");
  await page.getByLabel("このページのすべてを選ぶ").check();
  await take(page, "quarantine-bulk");
  await page.getByRole("link", { name: "庁舎空調設備" }).click();
  await page.getByRole("button", { name: "廃棄する" }).waitFor();
  await take(page, "mail");
  await page.getByRole("link", { name: "画面で確かめる" }).click();
  await until(
    () =>
      page.evaluate<boolean>(
        "document.querySelector('.viewer-page')?.naturalWidth > 0",
      ),
    WAIT_MS,
  );
  await take(page, "view");
  await page.getByRole("link", { name: "隔離" }).last().click();
  await page.getByRole("link", { name: "水道メーター" }).click();
  await page.getByRole("button", { name: "解放する" }).click();
  await page.getByRole("dialog").waitFor();
  await take(page, "release");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "やめる" })
    .click();
  await page.getByRole("button", { name: "廃棄する" }).click();
  await page
    .getByRole("dialog")
    .getByLabel("理由")
    .fill("差出人に心当たりがない");
  await take(page, "discard");
  await page
    .getByRole("dialog")
    .getByRole("button", { name: "廃棄する" })
    .click();
  await page.getByText("廃棄しました。").waitFor();
  for (const [account, displayName, role] of PEOPLE)
    await desk.gateway.command(
      ...["account", "add", account, "--role", role],
      ...["--display-name", displayName],
    );
  for (const [address, name] of [
    ["/audit", "audit"],
    ["/accounts", "accounts"],
    ["/account", "own-account"],
    ["/", "status"],
    ["/mailbox", "mailbox"],
  ] as const) {
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    await take(page, name);
  }
  await page.goto("/quarantine");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("Ask the sender").first().waitFor();
  await take(page, "quarantine-en");
  const nobody = await desk.person("nobody");
  await nobody.page.goto("/sign-in");
  await nobody.page.getByLabel("利用者名").waitFor();
  await take(nobody.page, "sign-in");
  if (desk.complaints.length > 0) throw new Error(desk.complaints.join("\n"));
  await copyFile(`${FOLDER}quarantine-wide.png`, `${FOLDER}../console.png`);
} finally {
  await desk.close();
}
