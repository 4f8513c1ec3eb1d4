import type { Page } from "playwright-core";
import { newLink } from "../../src/console/sign-in/set-up.ts";
import type { Grant } from "../../src/core/account.ts";
import { DAY, HOUR, MINUTE } from "../../src/core/units.ts";
import { ConsoleBrowser } from "./console-browser.ts";
import type { TestConsole } from "./console.ts";
import { mailWith } from "./recipients.ts";

type Take = (page: Page, name: string) => Promise<void>;

/** Pictures of what recipients ask for, of 後閲, of substitutes and of exceptions. */
export async function takeRequests(take: Take): Promise<void> {
  const world = await ConsoleBrowser.open();
  try {
    const { desk } = world;
    const kawa = { role: "manager", tenant: "kawa" } as const;
    await person(desk, "sato", "佐藤 花子", kawa);
    await person(desk, "tanaka", "田中 花子");
    await askedFor(desk);
    await decided(desk);
    await excepted(desk);
    // Last, so that the session is young.
    const suzuki = await person(desk, "suzuki", "鈴木 一郎", kawa);
    await desk.accounts.setSubstitutes(
      ...(["suzuki", [instead(desk)], "suzuki"] as const),
    );
    const page = await world.pageOf(suzuki);
    for (const [address, name] of [
      ["/requests", "requests"],
      ["/requests?tab=confirm", "confirmations"],
      ["/exceptions", "exceptions"],
      ["/account", "substitutes"],
    ] as const) {
      await page.goto(address);
      await page.waitForLoadState("networkidle");
      await take(page, name);
    }
    await page.goto("/requests");
    await page
      .getByRole("row", { name: "庁舎空調設備" })
      .getByRole("button", { name: "承認する" })
      .click();
    await page.getByRole("dialog").waitFor();
    await take(page, "request-approve");
    await page.goto("/exceptions?sender=info%40delivery.example");
    await page.getByRole("dialog").waitFor();
    await page.getByLabel("どうしますか").selectOption("trust");
    await take(page, "exception-add");
    if (world.complaints.length > 0)
      throw new Error(world.complaints.join("\n"));
  } finally {
    await world.close();
  }
}

async function person(
  desk: TestConsole,
  name: string,
  displayName: string,
  ...grants: readonly Grant[]
) {
  const { token, link } = newLink(desk.now, 24);
  await desk.accounts.invite({ name, displayName, grants }, link);
  return desk.setUp(name, token);
}

function instead({ now }: TestConsole) {
  return { tenant: "kawa", substitute: "tanaka", until: now + 14 * DAY };
}

async function askedFor(desk: TestConsole): Promise<void> {
  const { ledger } = desk;
  const air = await mailWith(desk, {
    subject: "庁舎空調設備 保守点検の見積書について",
    from: "株式会社さくら設備 営業部 <eigyo@sakura-setsubi.example>",
    recipients: ["soumu@kawa.lg.jp"],
    files: { "保守点検見積書.pdf": "CONVERSION_FAILED", "一覧.csv": null },
  });
  await ledger.putRequest({
    ...{ item: air, kind: "release", recipient: 0 },
    requester: "soumu@kawa.lg.jp",
    reason: "12 月の入札の比較に必要です。差出人には電話で確認しました。",
  });
  desk.wait(20 * MINUTE);
  const survey = await mailWith(desk, {
    subject: "令和８年度 地方財政状況調査に係る照会",
    from: "県 市町村課 <shichoson@pref.example>",
    recipients: ["kikaku@kawa.lg.jp", "zaisei@kawa.lg.jp"],
    files: { "調査票.zip": "AMBIGUOUS_STRUCTURE" },
  });
  await ledger.putRequest({
    ...{ item: survey, kind: "release", recipient: null },
    ...{ requester: "zaisei-2@kawa.lg.jp", reason: "本日中に回答が必要" },
  });
  desk.wait(5 * MINUTE);
  const parcel = await mailWith(desk, {
    subject: "【重要】お荷物のお届けにあがりましたが不在のため持ち帰りました",
    from: "配送センター <info@delivery.example>",
    files: { "伝票.pdf": null },
  });
  await ledger.putRequest({
    ...{ item: parcel, kind: "report", recipient: 0 },
    ...{ requester: "juumin@kawa.lg.jp", reason: "" },
  });
  desk.wait(MINUTE);
}

async function decided(desk: TestConsole): Promise<void> {
  const { ledger } = desk;
  const item = await mailWith(desk, {
    subject: "水道メーター検定満了に伴う取替工事の日程調整",
    from: "佐藤計器 <eigyo@sato-keiki.example>",
    files: { "工程表.xls": "CONVERSION_TIMEOUT" },
  });
  const asked = await ledger.putRequest({
    ...{ item, kind: "release", recipient: 0 },
    ...{ requester: "suido@kawa.lg.jp", reason: "工程の確認のため" },
  });
  if (asked.kind !== "asked") throw new Error(asked.kind);
  desk.wait(HOUR);
  await ledger.answerRequest(
    asked.id,
    {
      ...{ who: "tanaka", standsInFor: "sato" },
      answer: "差出人に PDF での再送を依頼しました",
    },
    null,
  );
}

async function excepted(desk: TestConsole): Promise<void> {
  const by = (who: string, why: string) => ({ who, why, via: "console" });
  const until = desk.now + 60 * DAY;
  await desk.ledger.addException(
    {
      ...{ kind: "block", sender: ".delivery.example", recipient: null },
      ...{ tenant: null, until },
    },
    by("ueda", "宅配業者のなりすましが続いているため（11/20 の会議で決定）"),
  );
  await desk.ledger.addException(
    {
      ...{ kind: "trust", sender: "kaigi@pref.example" },
      ...{ recipient: "kikaku@kawa.lg.jp", tenant: "kawa" },
      until: desk.now + 14 * DAY,
    },
    by("suzuki", "県の会議システムの通知。県の担当に形式の修正を依頼中"),
  );
}
