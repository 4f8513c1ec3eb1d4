import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mixedMail } from "../../fixtures/mail.ts";
import { HOUR } from "../core/units.ts";
import { verifyMail } from "../verify/mail.ts";
import { sendDigests, type DigestTenant } from "./post.ts";
import { CLERK, World } from "../../test/support/line-world.ts";

const OTHER = "other@town.example.lg.jp";
const DUTY = "duty@town.example.lg.jp";
const HELD = {
  ...{ name: "見積.xyz", type: "application/octet-stream" },
  bytes: Buffer.from([0, 1, 2, 3, 255, 254, 0, 9]),
};
const mail = (subject: string) =>
  mixedMail({ text: "本文です。", subject, attachments: [HELD] });
const log = {
  ...{ info: () => undefined, warn: () => undefined, error: () => undefined },
};

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world.close());

const tenant = (over: Partial<DigestTenant["digests"]> = {}): DigestTenant => ({
  id: "town",
  digests: {
    ...{ every: "hourly", hour: 8, quietHours: null },
    ...{ audience: "recipients", dutyAddress: null },
    ...over,
  },
});

/** What the janitor does, and all that follows. */
async function digest(one = tenant(), done = new Map<string, string>()) {
  const { ledger, now } = world;
  const lanes = { ring: async () => undefined };
  const sent = await sendDigests({ ledger, lanes, log }, [one], { now, done });
  await world.run();
  return sent;
}

const digests = () =>
  world.mailbox.filter(({ mail: one }) => one.subject?.includes("【関所】"));

describe("digests", () => {
  it("tell each recipient, once, what of theirs is held and why", async () => {
    await world.receive(mail("請求書の件"), { to: [CLERK, OTHER] });
    await world.receive(mail("内緒の件"), { to: [OTHER] });
    await world.run();
    expect(await digest()).toBe(2);
    expect(digests().map(({ to }) => to)).toEqual([[CLERK], [OTHER]]);
    const [clerk, other] = digests().map(({ mail: one }) => one.text ?? "");
    expect(clerk).toContain("請求書の件");
    expect(clerk).toContain("見積.xyz → 変換できない種類");
    expect(clerk).not.toContain("内緒の件");
    expect(other).toContain("内緒の件");
    expect(digests()[0]?.mail.subject).toBe(
      "【関所】お預かりしているメールのお知らせ（1件）",
    );
    for (const { raw } of digests()) verifyMail(raw);
  });

  it("are answered by no program and count as one passage", async () => {
    await world.receive(mail("a"));
    await world.run();
    await digest();
    const [one] = digests();
    expect(one?.mail.headers.get("auto-submitted")).toBe("auto-generated");
    expect(one?.mail.headers.get("x-sekisho-passages")).toBe("1");
    const item = await world.ledger.item(one!.item);
    expect(item?.envelope.reversePath).toBe("");
    expect(one?.mail.from?.text).toContain(DUTY);
  });

  it("say nothing when there is nothing to say, and the same thing once", async () => {
    expect(await digest()).toBe(0);
    await world.receive(mail("a"));
    await world.run();
    world.now += HOUR;
    expect(await digest()).toBe(1);
    expect(await digest()).toBe(0);
    world.now += HOUR;
    expect(await digest()).toBe(0);
    expect(digests()).toHaveLength(1);
  });

  it("are one a period though the world ends behind each step", async () => {
    await world.receive(mail("a"));
    await world.run();
    for (const at of ["rebuilt", "outbox-written", "attempt-closed"]) {
      world.crashAt = at;
      await digest();
      await world.restart();
    }
    await digest();
    expect(digests()).toHaveLength(1);
    expect(await world.ledger.verifyAudit()).toMatchObject({ brokenAt: null });
  });

  it("go to those on duty alone, where it is wished, with what to do about it", async () => {
    await world.receive(mail("請求書の件"), { to: [CLERK, OTHER] });
    await world.run();
    await digest(tenant({ audience: "duty", dutyAddress: DUTY }));
    expect(digests().map(({ to }) => to)).toEqual([[DUTY]]);
    const text = digests()[0]?.mail.text ?? "";
    expect(text).toContain("川の町の保留の一覧です");
    expect(text).toContain("全部で1件");
    expect(text).toContain("差出人に PDF や画像での再送を依頼するか");
  });

  it("are not sent in quiet hours; the first one behind them tells the night", async () => {
    const quiet = tenant({ quietHours: { from: 8, to: 12 } });
    await digest();
    await world.receive(mail("a"));
    await world.run();
    expect(await digest(quiet)).toBe(0);
    world.now = Date.parse("2026-11-21T12:00:00+09:00");
    expect(await digest(quiet)).toBe(1);
  });

  it("tell no other tenant's, and nothing of themselves", async () => {
    await world.receive(mail("a"));
    await world.run();
    expect(await digest({ ...tenant(), id: "village" })).toBe(0);
    await digest();
    const [own] = digests();
    await world.ledger.hold(own!.item, "unexaminable", []);
    world.now += HOUR;
    expect(await digest()).toBe(0);
  });

  it("say of what was let go meanwhile that it was", async () => {
    const id = await world.receive(mail("a"));
    await world.run();
    const lanes = { ring: async () => undefined };
    const { ledger, now } = world;
    const done = new Map<string, string>();
    await sendDigests({ ledger, lanes, log }, [tenant()], { now, done });
    await ledger.discard(id, { who: "yamada", why: "spam" });
    await world.run();
    expect(digests()[0]?.mail.text).toContain("その後、管理者が廃棄しました");
  });

  it("show a sender's words without links that work, signs that hide, or lines of ours", async () => {
    world.policy = { ...world.policy, links: "defang" };
    await world.receive(
      mail("見て https://evil.example/x \u202egpj.exe\n受付番号：偽"),
    );
    await world.run();
    await digest();
    const text = digests()[0]?.mail.text ?? "";
    expect(text).not.toContain("https://evil.example");
    expect(text).not.toContain("\u202e");
    expect(text).not.toMatch(/^受付番号：偽/m);
  });

  it("tell those on duty alone of a delivery that was refused", async () => {
    const id = await world.receive(mail("a"), { to: [CLERK, OTHER] });
    world.refuses = (to) => to === OTHER;
    await world.run();
    world.refuses = () => false;
    await digest(tenant({ dutyAddress: DUTY }));
    expect(digests().map(({ to }) => to)).toEqual([[DUTY], [CLERK]]);
    const [duty, clerk] = digests().map(({ mail: one }) => one.text ?? "");
    expect(duty).toContain("配送先が拒否");
    expect(clerk).toContain(id);
    expect(clerk).not.toContain("配送先が拒否");
  });

  it("bring a link to each held mail where there is a page for it", async () => {
    await world.receive(mail("a"));
    await world.run();
    const { ledger, now } = world;
    const lanes = { ring: async () => undefined };
    const done = new Map<string, string>();
    await sendDigests({ ledger, lanes, log }, [tenant()], { now, done });
    world.recipientLink = ({ id }) =>
      `https://sekisho.town.example.lg.jp/r/${id}`;
    await world.run();
    const [held] = await ledger.holds({ limit: 1 });
    expect(digests()[0]?.mail.text).toContain(
      `https://sekisho.town.example.lg.jp/r/${held?.item ?? ""}`,
    );
  });
});
