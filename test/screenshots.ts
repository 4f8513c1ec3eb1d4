// Pictures of every page of the console, wide and narrow, into docs/images/console/: `npm run screenshots`.
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { Desk } from "./support/desk.ts";
import { until } from "./support/gateway.ts";
import { takeRequests } from "./support/request-pictures.ts";
import type { DeskPerson } from "./support/desk.ts";
import { forgedMail, FRONT, usualMails } from "./support/desk-mails.ts";
import { seedHistory } from "./support/history.ts";
import { sendMixed } from "./support/mixed-load.ts";

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
const DIALOGS = [
  "release",
  "discard",
  "request-approve",
  "exception-add",
  "substitutes",
  "passkey",
  "confirm",
  "stop",
  "wall",
];
const WIDE = { width: 1440, height: 900 };
const WAIT_MS = 60_000;
/** Until numbers and charts have come. */
const SETTLE_MS = 4_000;
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

/** By the name under which browsers have passkeys. */
function named(): string {
  return desk.origin.replace("127.0.0.1", "localhost");
}

/** With a passkey, and the question for the code as it comes after ten minutes. */
async function takeOwnAccount(person: DeskPerson): Promise<void> {
  const { page, context } = person;
  const devices = await context.newCDPSession(page);
  await devices.send("WebAuthn.enable");
  await devices.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal" },
      ...{ hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  await page.goto(`${named()}/account`);
  await person.signIn();
  await page.getByRole("button", { name: "パスキーを登録する" }).click();
  const adding = page.getByRole("dialog");
  await adding.getByLabel("名前").fill("机のパソコン");
  await take(page, "passkey");
  await adding.getByLabel("確認コード").fill(person.code());
  await adding.getByRole("button", { name: "端末で登録する" }).click();
  await page.getByText("パスキーを登録しました").waitFor();
  await page.reload();
  await page.getByRole("row", { name: "机のパソコン" }).waitFor();
  await take(page, "own-account");
  const question = { code: "CONFIRM_NEEDED", message: "" };
  await page.route(
    "**/api/v1/session/passkeys/*",
    (route) => route.fulfill({ status: 403, json: question }),
    { times: 1 },
  );
  await page.getByRole("button", { name: "を削除" }).click();
  await page.getByRole("button", { name: "削除する" }).click();
  await page.getByRole("dialog", { name: "確認コードの再入力" }).waitFor();
  await take(page, "confirm");
}

await mkdir(FOLDER, { recursive: true });
const folder = await mkdtemp(join(tmpdir(), "sekisho-pictures-"));
seedHistory(join(folder, "history.db"), Date.now());
const desk = await Desk.open({
  folder,
  settings: {
    authentication: { trustedServer: FRONT },
    policy: { authentication: { onFail: "hold" } },
  },
});
try {
  await desk.hold(...(await usualMails()));
  await sendMixed(desk.gateway.ports.smtp, 60, ["kawa.lg.jp", "yama.lg.jp"]);
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
  const forged = await desk.hold(forgedMail("口座の変更について"));
  await page.goto(`/quarantine/${forged}`);
  await page.getByRole("table", { name: "差出人の認証" }).waitFor();
  await take(page, "authentication");
  await page.goto("/quarantine");
  await page.getByRole("link", { name: "庁舎空調設備" }).click();
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
    ["/reports", "reports"],
    ["/accounts", "accounts"],
    ["/mailbox", "mailbox"],
  ] as const) {
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    await take(page, name);
  }
  await takeOwnAccount(suzuki);
  await page.goto("/quarantine");
  await page.getByRole("button", { name: "English" }).click();
  await page.getByText("Ask the sender").first().waitFor();
  await take(page, "quarantine-en");
  await page.getByRole("button", { name: "日本語" }).click();
  await page.goto("/");
  await page.getByRole("table", { name: "最近のメール" }).waitFor();
  await page.locator("canvas").nth(3).waitFor();
  await page.waitForTimeout(SETTLE_MS);
  await take(page, "status");
  await page.setViewportSize({ width: 1440, height: 1240 });
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(folder, "first.png") });
  await page.setViewportSize(WIDE);
  await sharp(join(folder, "first.png"))
    .png({ palette: true, colours: 128, compressionLevel: 9, effort: 10 })
    .toFile(`${FOLDER}../console.png`);
  await page.getByRole("button", { name: "緊急停止" }).click();
  await page
    .getByRole("dialog")
    .getByLabel("理由")
    .fill("不審な添付ファイルが庁内に届いたとの連絡があったため");
  await take(page, "stop");
  await page.getByRole("button", { name: "緊急停止する" }).click();
  await page.getByRole("button", { name: "閉じる" }).last().click();
  await page.goto("/emergency");
  await page.getByRole("button", { name: "災害モードを申請する" }).click();
  await page.getByRole("dialog").getByLabel("理由").fill("地震への対応のため");
  await page.getByRole("button", { name: "申請する", exact: true }).click();
  await page.getByText("ほかの方に承認を依頼してください").waitFor();
  await take(page, "emergency");
  await page.goto("/wall");
  await page.getByText("災害モードの承認待ちです").waitFor();
  await page.waitForTimeout(SETTLE_MS);
  await take(page, "wall");
  const nobody = await desk.person("nobody");
  await nobody.page.goto(`${named()}/sign-in`);
  await nobody.page.getByLabel("利用者名").waitFor();
  await take(nobody.page, "sign-in");
  if (desk.complaints.length > 0) throw new Error(desk.complaints.join("\n"));
  await takeRequests(take);
} finally {
  await desk.close();
}
