// Pictures of every page of the console, wide and narrow, into docs/images/console/: `npm run screenshots`.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { Desk } from "./support/desk.ts";
import { usualMails } from "./support/desk-mails.ts";

const FOLDER = fileURLToPath(
  new URL("../docs/images/console/", import.meta.url),
);
const WIDE = { width: 1440, height: 900 };
const NARROW = { width: 375, height: 812 };

async function take(page: Page, name: string): Promise<void> {
  for (const [size, viewport] of [
    ["wide", WIDE],
    ["narrow", NARROW],
  ] as const) {
    await page.setViewportSize(viewport);
    await page.evaluate("window.scrollTo(0, 0)");
    await page.screenshot({
      path: `${FOLDER}${name}-${size}.png`,
      fullPage: name !== "release",
    });
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
  await page.getByRole("button", { name: "解放する" }).waitFor();
  await take(page, "mail");
  await page.getByRole("button", { name: "解放する" }).click();
  await page.getByRole("dialog").waitFor();
  await take(page, "release");
  await page.keyboard.press("Escape");
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
  const nobody = await desk.person("nobody");
  await nobody.page.goto("/sign-in");
  await nobody.page.getByLabel("利用者名").waitFor();
  await take(nobody.page, "sign-in");
  if (desk.complaints.length > 0) throw new Error(desk.complaints.join("\n"));
} finally {
  await desk.close();
}
