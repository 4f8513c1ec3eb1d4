import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TestConsole } from "../../../test/support/console.ts";
import {
  deliver,
  mailWith,
  ORIGIN,
  TestRecipients,
} from "../../../test/support/recipients.ts";
import { newItemId } from "../../core/id.ts";
import { DAY, HOUR, MINUTE } from "../../core/units.ts";
import type { PasswordTry } from "./password.ts";

let desk: TestConsole;
let page: TestRecipients;
beforeEach(async () => {
  desk = await TestConsole.open();
  page = new TestRecipients(desk);
});
afterEach(async () => {
  await page.close();
  await desk.close();
});

const HELD = { "見積.pdf": "CONVERSION_FAILED" } as const;
const texts = (text: string) =>
  text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();

describe("what a recipient sees", () => {
  it("is each file with its state, and why one is held", async () => {
    const item = await mailWith(desk, {
      files: { "仕様書.pdf": null, "見積.pdf": "CONVERSION_FAILED" },
    });
    const { status, text } = await page.get(page.path(item));
    expect(status).toBe(200);
    const told = texts(text);
    expect(told).toMatch(/仕様書\.pdf お渡し済み PDF・121 kB/);
    expect(told).toMatch(/見積\.pdf 隔離中 .* 変換に失敗/);
    expect(told).toContain("見積書の送付");
    expect(told).toContain("川町");
    expect(told).toContain("情報政策課 内線123");
    expect(text).not.toMatch(/<script|style="|onclick/);
  });

  it("is English where asked for", async () => {
    const item = await mailWith(desk, { files: HELD });
    const { text } = await page.get(`${page.path(item)}?lang=en`);
    expect(text).toContain('<html lang="en">');
    expect(texts(text)).toContain("Ask for release");
  });

  it("is its turn while the file waits, and for how long about", async () => {
    for (const name of ["a", "b", "c", "d"]) {
      const item = await mailWith(desk, {
        files: { [name]: null },
        until: "cleared",
      });
      desk.wait(2 * MINUTE);
      await deliver(desk, item);
    }
    await mailWith(desk, { files: { "前.pdf": null }, until: "planned" });
    desk.wait(1000);
    const item = await mailWith(desk, {
      ...{ files: { "後.pdf": null }, until: "planned" },
    });
    const told = texts((await page.get(page.path(item))).text);
    expect(told).toContain("処理中");
    expect(told).toContain("順番 2 番目・目安 約 4 分");
  });

  it("names a turn without a time when too little was finished lately", async () => {
    const item = await mailWith(desk, {
      ...{ files: { "後.pdf": null }, until: "planned" },
    });
    const told = texts((await page.get(page.path(item))).text);
    expect(told).toContain("順番 1 番目");
    expect(told).not.toContain("目安");
  });

  it("shows what a sender wrote as text", async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
    const item = await mailWith(desk, {
      ...{ subject: evil, from: evil, files: { [evil]: "ENCRYPTED" } },
    });
    const { text } = await page.get(page.path(item));
    expect(text).not.toContain("<script>alert");
    expect(text).not.toContain("<img");
    expect(text).toContain("&lt;script&gt;");
  });

  it("is kept from caches, search engines, frames and other sites", async () => {
    const item = await mailWith(desk, { files: HELD });
    const { headers } = await page.get(page.path(item));
    expect(headers).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-frame-options": "DENY",
      "x-robots-tag": expect.stringContaining("noindex"),
      "content-security-policy": `default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    });
    expect(headers["set-cookie"]).toBeUndefined();
  });
});

describe("a link", () => {
  it("past its day gives a kind page and nothing of the mail", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    desk.wait(31 * DAY);
    const { status, text } = await page.get(path);
    expect([status, text]).toEqual([
      410,
      expect.stringContaining("期限が切れています"),
    ]);
    expect(text).not.toContain("見積");
    expect((await page.post(`${path}/ask`, { reason: "x" })).status).toBe(410);
  });

  it("altered in any place opens nothing", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    for (let at = 3; at < path.length; at += 5) {
      const other = path[at] === "A" ? "B" : "A";
      const altered = path.slice(0, at) + other + path.slice(at + 1);
      const { status, text } = await page.get(altered);
      expect([at, status]).toEqual([at, 404]);
      expect(text).not.toContain("見積");
    }
  });

  it.each([
    ["/a/", 404],
    ["/a/%ff%fe", 404],
    ["/a/..%2f..%2fetc%2fpasswd", 404],
    [`/a/${"x".repeat(48)}`, 404],
    [`/a/${"x".repeat(300)}`, 404],
    ["/api/v1/mails", 404],
    ["/sign-in", 404],
  ])("that is none, %s, is not found", async (url, status) => {
    const said = await page.get(url);
    expect(said.status).toBe(status);
    expect(said.text).toContain("<h1>");
  });

  it("of a mail that is no more, or of a recipient it never had, shows nothing", async () => {
    const item = await mailWith(desk, { files: HELD });
    expect((await page.get(page.path(newItemId()))).status).toBe(410);
    const none = page.path(item, { recipient: 7 });
    expect((await page.get(none)).status).toBe(410);
  });

  it("of one mail withdraws no request of another", async () => {
    const mine = await mailWith(desk, { files: HELD });
    const other = await mailWith(desk, { tenant: "yama", files: HELD });
    await page.send(page.path(other), "ask", { reason: "要る" });
    const [request] = await desk.ledger.requestsOf(other);
    const said = await page.send(page.path(mine), "withdraw", {
      request: String(request!.id),
    });
    expect(said.status).toBe(422);
    expect((await desk.ledger.request(request!.id))?.state).toBe("asked");
  });

  it("of one recipient shows nothing of another's request", async () => {
    const item = await mailWith(desk, {
      ...{ files: HELD, recipients: ["a@kawa.lg.jp", "b@kawa.lg.jp"] },
    });
    await page.send(page.path(item), "ask", { reason: "要る" });
    const other = page.path(item, { recipient: 1 });
    const { text } = await page.get(other);
    expect(text).not.toContain("回答待ち");
    const [request] = await desk.ledger.requestsOf(item);
    const said = await page.send(other, "withdraw", {
      request: String(request!.id),
    });
    expect(said.status).toBe(422);
  });

  it("of several names none of them, and asks who it is", async () => {
    const recipients = ["a@kawa.lg.jp", "secret@kawa.lg.jp"];
    const item = await mailWith(desk, { files: HELD, recipients });
    const path = page.path(item, { recipient: null });
    expect((await page.get(path)).text).not.toContain("secret");
    const said = await page.send(path, "ask", { reason: "要る", who: "no" });
    expect([said.status, texts(said.text)]).toEqual([
      422,
      expect.stringContaining("メールアドレスの形が正しくありません"),
    ]);
    for (const who of ["SECRET@kawa.lg.jp", "else@kawa.lg.jp"])
      expect(
        (await page.send(path, "ask", { reason: "要る", who })).status,
      ).toBe(303);
    const asked = await desk.ledger.requestsOf(item);
    expect(asked.map((one) => [one.requester, one.recipient])).toEqual([
      ["secret@kawa.lg.jp", 1],
      ["else@kawa.lg.jp", null],
    ]);
  });
});

describe("a request", () => {
  it("is asked by a form, shown, on record, and the same when sent twice", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    const said = await page.send(path, "ask", {
      reason: " 入札に必要\r\n至急 ",
    });
    expect([said.status, said.headers["location"]]).toEqual([
      303,
      `${path}?told=asked`,
    ]);
    const form = /name="form"\s+value="([^"]+)"/.exec(
      (await page.get(path)).text,
    );
    const twice = await page.post(`${path}/ask`, {
      ...{ form: form?.[1] ?? "", reason: "もう一度" },
    });
    expect(twice.headers["location"]).toBe(`${path}?told=already`);
    const told = texts((await page.get(`${path}?told=asked`)).text);
    expect(told).toContain("申請を受け付けました");
    expect(told).toContain("回答待ち");
    expect(told).not.toContain("解放を申請する");
    expect(await desk.ledger.requestsOf(item)).toMatchObject([
      {
        ...{ kind: "release", state: "asked", reason: "入札に必要\n至急" },
        ...{ requester: "clerk@kawa.lg.jp", recipient: 0, tenant: "kawa" },
      },
    ]);
    expect(await desk.acts()).toEqual(["recipient request-made"]);
  });

  it("can be withdrawn, and asked again", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    await page.send(path, "ask", { reason: "要る" });
    const [request] = await desk.ledger.requestsOf(item);
    const fields = { request: String(request!.id) };
    const said = await page.send(path, "withdraw", fields);
    expect(said.headers["location"]).toBe(`${path}?told=withdrawn`);
    expect((await page.send(path, "withdraw", fields)).status).toBe(422);
    expect((await page.send(path, "ask", { reason: "要る" })).status).toBe(303);
  });

  it("needs a reason, and what was held", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    const said = await page.send(path, "ask", { reason: " \u202e\n " });
    expect([said.status, texts(said.text)]).toEqual([
      422,
      expect.stringContaining("申請の理由を入力してください"),
    ]);
    const virus = await mailWith(desk, { files: { "a.pdf": "VIRUS_FOUND" } });
    const refused = await page.send(page.path(virus), "ask", { reason: "x" });
    expect(refused.status).toBe(422);
    expect(texts((await page.get(page.path(virus))).text)).not.toContain(
      "解放の申請",
    );
    expect(await desk.ledger.requestsOf(virus)).toEqual([]);
  });

  it("is not made by any GET", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    const before = (await desk.ledger.verifyAudit()).entries;
    for (const url of [
      "",
      "?told=asked",
      "/ask",
      "/report",
      "/withdraw",
      "/password",
    ])
      await page.get(path + url);
    expect((await desk.ledger.verifyAudit()).entries).toBe(before);
    expect(await desk.ledger.requestsOf(item)).toEqual([]);
  });

  it("is refused with the form of another mail, without one, and from another site", async () => {
    const item = await mailWith(desk, { files: HELD });
    const other = await mailWith(desk, { files: HELD });
    const form =
      /name="form"\s+value="([^"]+)"/.exec(
        (await page.get(page.path(other))).text,
      )?.[1] ?? "";
    const own =
      /name="form"\s+value="([^"]+)"/.exec(
        (await page.get(page.path(item))).text,
      )?.[1] ?? "";
    const url = `${page.path(item)}/ask`;
    const reason = "要る";
    expect((await page.post(url, { reason, form })).status).toBe(403);
    expect((await page.post(url, { reason })).status).toBe(403);
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example" },
      { host: "evil.example" },
    ])
      expect(
        (await page.post(url, { reason, form: own }, headers)).status,
      ).toBeGreaterThanOrEqual(403);
    const json = { "content-type": "application/json" };
    expect((await page.post(url, { reason, form: own }, json)).status).toBe(
      404,
    );
    expect(await desk.ledger.requestsOf(item)).toEqual([]);
    const origin = { origin: ORIGIN };
    expect((await page.post(url, { reason, form: own }, origin)).status).toBe(
      303,
    );
  });

  it("shows the answer, its words as text", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    await page.send(path, "ask", { reason: "要る" });
    const [request] = await desk.ledger.requestsOf(item);
    const answer = "差出人に<b>再送</b>を依頼してください";
    const decision = { who: "sato", answer, standsInFor: null };
    await desk.ledger.answerRequest(request!.id, decision, null);
    const { text } = await page.get(path);
    expect(texts(text)).toMatch(/却下 .*承認されませんでした/);
    expect(text).toContain("&lt;b&gt;再送&lt;/b&gt;");
    expect(text).not.toContain("sato");
  });

  it("waits after 20 tries in ten minutes", async () => {
    const item = await mailWith(desk, { files: HELD });
    const path = page.path(item);
    const answers: number[] = [];
    for (let times = 0; times < 21; times += 1)
      answers.push((await page.post(`${path}/ask`, { form: "no" })).status);
    expect(answers.slice(0, 20).every((status) => status === 403)).toBe(true);
    expect(answers[20]).toBe(429);
    desk.wait(HOUR);
    expect((await page.send(path, "ask", { reason: "要る" })).status).toBe(303);
  });

  it("stops at 50 for one mail, whoever asks", async () => {
    const recipients = ["a@kawa.lg.jp", "b@kawa.lg.jp"];
    const item = await mailWith(desk, { files: HELD, recipients });
    const path = page.path(item, { recipient: null });
    for (let times = 0; times < 50; times += 1)
      await desk.ledger.putRequest({
        ...{ item, kind: "release", recipient: null, reason: "要る" },
        requester: `x${times}@kawa.lg.jp`,
      });
    const said = await page.send(path, "ask", {
      ...{ reason: "要る", who: "b@kawa.lg.jp" },
    });
    expect(texts(said.text)).toContain("申請が多すぎます");
  });
});

describe("a report", () => {
  it("is made once, thanked for, and needs no reason", async () => {
    const item = await mailWith(desk, { files: { "a.pdf": null } });
    const path = page.path(item);
    expect((await page.send(path, "report")).headers["location"]).toBe(
      `${path}?told=reported`,
    );
    const told = texts((await page.get(path)).text);
    expect(told).toContain("報告済みです");
    expect(told).not.toContain("不審なメールとして報告する");
    expect(await desk.acts()).toEqual(["recipient mail-reported"]);
  });
});

describe("a password", () => {
  const PASSWORD = "hana-no-iro";
  let tries: PasswordTry[];
  let open: TestRecipients;
  beforeEach(() => {
    tries = [];
    open = new TestRecipients(desk, {
      openWithPassword: async (asked) => {
        tries.push(asked);
        return asked.password === PASSWORD ? "opened" : "wrong";
      },
    });
  });
  afterEach(() => open.close());

  const locked = () => mailWith(desk, { files: { "鍵.pdf": "ENCRYPTED" } });
  const part = "2";

  it("is asked for where that is offered alone", async () => {
    const item = await locked();
    expect((await open.get(open.path(item))).text).toContain('type="password"');
    expect((await page.get(page.path(item))).text).not.toContain(
      'type="password"',
    );
    const said = await page.send(page.path(item), "password", {
      ...{ part, password: PASSWORD },
    });
    expect(texts(said.text)).toContain("ここでは開けません");
  });

  it("opens the file, and stands in no record and on no page", async () => {
    const item = await locked();
    const path = open.path(item);
    const wrong = await open.send(path, "password", {
      ...{ part, password: "hana-no-kage" },
    });
    expect(wrong.status).toBe(422);
    expect(texts(wrong.text)).toContain("パスワードが違います");
    expect(wrong.text).not.toContain("hana-no-kage");
    const right = await open.send(path, "password", {
      ...{ part, password: PASSWORD },
    });
    expect(right.headers["location"]).toBe(`${path}?told=opened`);
    expect(tries.map(({ item: of, part: at, by }) => [of, at, by])).toEqual([
      [item, part, "clerk@kawa.lg.jp"],
      [item, part, "clerk@kawa.lg.jp"],
    ]);
    const { entries } = await desk.ledger.entries({
      ...{ peopleOnly: true, after: null, limit: 10 },
    });
    expect(entries.map(({ act }) => act)).toEqual([
      "password-tried",
      "password-tried",
    ]);
    expect(JSON.stringify(entries)).not.toContain("hana-no");
  });

  it("is tried for a file that is held for it alone", async () => {
    const item = await locked();
    for (const other of ["3", "", "../2"])
      expect(
        (
          await open.send(open.path(item), "password", {
            ...{ part: other, password: PASSWORD },
          })
        ).status,
      ).toBe(422);
    expect(tries).toEqual([]);
  });

  it("is tried 5 times in a quarter of an hour, and 10 times for good", async () => {
    const item = await locked();
    const path = open.path(item);
    const attempt = () => open.send(path, "password", { part, password: "no" });
    for (let times = 0; times < 6; times += 1) await attempt();
    expect(tries).toHaveLength(5);
    for (let rounds = 0; rounds < 4; rounds += 1) {
      desk.wait(16 * MINUTE);
      for (let times = 0; times < 5; times += 1) await attempt();
    }
    expect(tries).toHaveLength(10);
    desk.wait(16 * MINUTE);
    expect(texts((await attempt()).text)).toContain(
      "入力できる回数を超えました",
    );
  });

  it("counts no try for which there was no place", async () => {
    const item = await locked();
    const busy = new TestRecipients(desk, {
      openWithPassword: async () => "busy",
    });
    for (let times = 0; times < 10; times += 1) {
      if (times === 5) desk.wait(16 * MINUTE);
      const said = await busy.send(busy.path(item), "password", {
        ...{ part, password: PASSWORD },
      });
      expect(texts(said.text)).toContain("混み合って");
    }
    await busy.close();
    const path = open.path(item);
    const said = await open.send(path, "password", {
      ...{ part, password: PASSWORD },
    });
    expect(said.headers["location"]).toBe(`${path}?told=opened`);
  });

  it("may be tried however often somebody looked at the mail before", async () => {
    const item = await locked();
    await Promise.all(
      Array.from({ length: 501 }, () =>
        desk.ledger.record({ act: "viewed", actor: "ito", facts: { item } }),
      ),
    );
    const path = open.path(item);
    const said = await open.send(path, "password", {
      part,
      password: PASSWORD,
    });
    expect(said.headers["location"]).toBe(`${path}?told=opened`);
  });

  it("leaves the manager's tries to the manager, and the recipient's to the recipient", async () => {
    const item = await locked();
    desk.opening = () => ({ kind: "wrong" });
    const sato = await desk.person("sato", { role: "manager", tenant: "kawa" });
    const byManager = async () => {
      const version = (await desk.ledger.version(item)) ?? "";
      const body = { version, password: "no" };
      return (await sato.post(`/api/v1/mails/${item}/password`, body)).status;
    };
    const byRecipient = () =>
      open.send(open.path(item), "password", { part, password: "no" });
    for (let times = 0; times < 5; times += 1) await byRecipient();
    const statuses = [];
    for (let times = 0; times < 6; times += 1) statuses.push(await byManager());
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    desk.wait(16 * MINUTE);
    for (let times = 0; times < 5; times += 1) await byRecipient();
    expect(tries).toHaveLength(10);
  });
});
