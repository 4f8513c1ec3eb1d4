import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TestConsole } from "../../test/support/console.ts";
import type { Browser } from "../../test/support/console.ts";
import { mailWith } from "../../test/support/recipients.ts";
import type { ItemId } from "../core/id.ts";
import type { HoldCode } from "../core/verdict.ts";
import { DAY, HOUR, MINUTE } from "../core/units.ts";

let desk: TestConsole;
let sato: Browser;
beforeEach(async () => {
  desk = await TestConsole.open();
  sato = await desk.person("sato", { role: "manager", tenant: "kawa" });
});
afterEach(() => desk.close());

async function asked(
  tenant = "kawa",
  over: {
    readonly code?: HoldCode;
    readonly who?: string;
    readonly item?: ItemId;
  } = {},
): Promise<{ readonly item: ItemId; readonly id: number }> {
  const files = { "見積.pdf": over.code ?? "CONVERSION_FAILED" } as const;
  const item = over.item ?? (await mailWith(desk, { tenant, files }));
  const answer = await desk.ledger.putRequest({
    ...{ item, kind: "release", recipient: 0, reason: "入札に必要" },
    requester: over.who ?? `clerk@${tenant}.lg.jp`,
  });
  return { item, id: "id" in answer ? answer.id : 0 };
}

async function rows(browser: Browser, query = "") {
  const { body } = await browser.get(`/api/v1/requests${query}`);
  return body["rows"] as Record<string, unknown>[];
}

const version = async (item: ItemId) => (await desk.ledger.version(item)) ?? "";
const answering = async (
  browser: Browser,
  { item, id }: { readonly item: ItemId; readonly id: number },
  act = "approve",
) =>
  browser.post(`/api/v1/requests/${id}/${act}`, {
    ...{ version: await version(item), reason: "業務に必要と確認" },
  });

describe("the list of requests", () => {
  it("shows those of the own tenants, with what is held and a version to decide on", async () => {
    const { item, id } = await asked();
    await asked("yama");
    expect(await rows(sato)).toMatchObject([
      {
        ...{ id, item, tenant: "kawa", tenantName: "川町", state: "asked" },
        ...{ kindWords: "解放の申請", reason: "入札に必要" },
        ...{ requester: "clerk@kawa.lg.jp", isRecipient: true },
        ...{ subject: "見積書の送付", version: await version(item) },
        holds: [{ name: "見積.pdf", title: "変換に失敗" }],
        may: { approve: true, deny: true, close: false, confirm: false },
      },
    ]);
    expect((await sato.get("/api/v1/requests?tenant=yama")).status).toBe(403);
    const auditor = await desk.person("kan", { role: "auditor", tenant: "*" });
    const seen = await rows(auditor);
    expect(seen).toHaveLength(2);
    expect(seen[0]!["may"]).toEqual({
      ...{ approve: false, deny: false, close: false, confirm: false },
    });
  });

  it("is counted for the menu, where one may see it, without keeping the session awake", async () => {
    await asked();
    await asked();
    await asked("yama");
    const counts = async (browser: Browser, query = "") =>
      (await browser.get(`/api/v1/requests/count${query}`)).body;
    expect(await counts(sato)).toEqual({ asked: 2, unconfirmed: 0 });
    const chief = await desk.person("kan", { role: "chief", tenant: "*" });
    expect(await counts(chief)).toEqual({ asked: 3, unconfirmed: 0 });
    expect(await counts(chief, "?tenant=yama")).toMatchObject({ asked: 1 });
    const other = await sato.get("/api/v1/requests/count?tenant=yama");
    expect(other.status).toBe(403);
    for (const minutes of [12, 12]) {
      await counts(sato);
      desk.wait(minutes * MINUTE);
    }
    expect((await sato.get("/api/v1/requests/count")).status).toBe(401);
  });

  it("goes on page by page, newest first, none twice, none left out", async () => {
    for (let times = 0; times < 7; times += 1) await asked();
    const found: unknown[] = [];
    let after: string | null = null;
    do {
      const query = after === null ? "" : `&after=${after}`;
      const said = await sato.get(`/api/v1/requests?limit=3${query}`);
      const { body }: { body: Record<string, unknown> } = said;
      found.push(...(body["rows"] as { id: number }[]).map(({ id }) => id));
      after = body["after"] as string | null;
    } while (after !== null);
    expect(found).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });
});

describe("a decision", () => {
  it("releases with an override that names who asked and who decided, once", async () => {
    const one = await asked();
    const said = await answering(sato, one);
    expect(said.body).toMatchObject({
      ...{ already: false, virusesKept: 0 },
      request: { state: "approved", decidedBy: "sato", standsInFor: null },
    });
    const child = await desk.ledger.item(desk.rung[0]!);
    expect(child).toMatchObject({
      parent: one.item,
      override: {
        who: "sato",
        why: "業務に必要と確認（申請 1：clerk@kawa.lg.jp「入札に必要」）",
        waives: [],
      },
    });
    const again = await answering(sato, one);
    expect([again.status, again.body["already"]]).toEqual([200, true]);
    expect(desk.rung).toHaveLength(1);
    expect(await desk.acts()).toEqual(
      expect.arrayContaining(["sato released", "sato request-approved"]),
    );
  });

  it("of two managers at once is one release and one clear message", async () => {
    const suzuki = await desk.person("suzuki", {
      ...{ role: "manager", tenant: "kawa" },
    });
    const one = await asked();
    const seen = await version(one.item);
    const both = await Promise.all(
      [sato, suzuki].map((browser) =>
        browser.post(`/api/v1/requests/${one.id}/approve`, {
          ...{ version: seen, reason: "必要" },
        }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({
      code: "DECIDED",
      message: expect.stringContaining("承認しました"),
    });
    expect(desk.rung).toHaveLength(1);
  });

  it("denies with words for who asked, and releases nothing", async () => {
    const one = await asked();
    const said = await answering(sato, one, "deny");
    expect(said.body).toMatchObject({ message: "却下しました。" });
    expect(await desk.ledger.request(one.id)).toMatchObject({
      ...{ state: "denied", answer: "業務に必要と確認" },
    });
    expect(desk.rung).toEqual([]);
    expect((await answering(sato, one)).status).toBe(409);
  });

  it("needs the version that was shown, and a reason", async () => {
    const one = await asked();
    for (const act of ["approve", "deny"]) {
      const url = `/api/v1/requests/${one.id}/${act}`;
      const old = await sato.post(url, {
        ...{ version: "0".repeat(16), reason: "必要" },
      });
      expect([old.status, old.body["code"]]).toEqual([409, "CHANGED"]);
      const none = await sato.post(url, {
        ...{ version: await version(one.item), reason: "  " },
      });
      expect(none.status).toBe(422);
    }
    expect(desk.rung).toEqual([]);
  });

  it("says why when a release would be of no use", async () => {
    const one = await asked("kawa", { code: "ENCRYPTED" });
    const { rows } = (await sato.get("/api/v1/requests")).body as {
      readonly rows: readonly { readonly id: number }[];
    };
    expect(rows.find(({ id }) => id === one.id)).toMatchObject({
      ...{ noRelease: "futile", may: { approve: false, deny: true } },
    });
    const said = await answering(sato, one);
    expect([said.status, said.body["code"]]).toEqual([409, "FUTILE"]);
    expect((await desk.ledger.request(one.id))?.state).toBe("asked");
  });

  it("reaches no request of another tenant", async () => {
    const one = await asked("yama");
    for (const act of ["approve", "deny", "close"]) {
      const body =
        act === "close"
          ? { reason: "必要" }
          : { version: await version(one.item), reason: "必要" };
      const url = `/api/v1/requests/${one.id}/${act}`;
      expect((await sato.post(url, body)).status).toBe(404);
    }
    expect((await desk.ledger.request(one.id))?.state).toBe("asked");
  });

  it("on the mail itself answers every request for it", async () => {
    const one = await asked();
    const other = await asked("kawa", { item: one.item, who: "b@kawa.lg.jp" });
    await sato.post(`/api/v1/mails/${one.item}/release`, {
      ...{ version: await version(one.item), reason: "内部の理由" },
    });
    for (const { id } of [one, other])
      expect(await desk.ledger.request(id)).toMatchObject({
        ...{ state: "approved", decidedBy: "sato", answer: null },
      });
    const third = await asked();
    await sato.post(`/api/v1/mails/${third.item}/discard`, {
      ...{ version: await version(third.item), reason: "内部の理由" },
    });
    expect((await desk.ledger.request(third.id))?.state).toBe("denied");
  });

  it("closes a report, with what was found", async () => {
    const item = await mailWith(desk, { files: { "a.pdf": null } });
    await desk.ledger.putRequest({
      ...{ item, kind: "report", recipient: 0, reason: "" },
      requester: "clerk@kawa.lg.jp",
    });
    const [report] = await rows(sato, "?kind=report");
    const url = `/api/v1/requests/${String(report!["id"])}`;
    const body = { version: await version(item), reason: "x" };
    expect((await sato.post(`${url}/approve`, body)).status).toBe(404);
    const said = await sato.post(`${url}/close`, { reason: "訓練でした" });
    expect(said.body).toMatchObject({ request: { state: "closed" } });
  });
});

describe("代決 and 後閲", () => {
  const name = (
    substitutes: readonly object[],
    browser = sato,
    manager = "sato",
  ) =>
    browser.ask("PUT", `/api/v1/accounts/${manager}/substitutes`, {
      ...{ body: { substitutes } },
    });
  const until = (days = 7) => desk.now + days * DAY;
  const tanaka = () => desk.person("tanaka");

  it("lets a substitute decide in the manager's tenant until then, marks it and waits for the manager", async () => {
    const browser = await tanaka();
    const one = await asked();
    const far = await asked("yama");
    expect((await answering(browser, one)).status).toBe(403);
    await name([{ tenant: "kawa", substitute: "tanaka", until: until() }]);
    expect((await answering(browser, far)).status).toBe(404);
    const said = await answering(browser, one);
    expect(said.body).toMatchObject({
      request: { state: "approved", decidedBy: "tanaka", standsInFor: "sato" },
    });
    const child = await desk.ledger.item(desk.rung[0]!);
    expect(child?.override?.why).toContain("sato の代決");

    const waiting = await sato.get("/api/v1/confirmations");
    expect(waiting.body["rows"]).toMatchObject([
      { id: one.id, may: { confirm: true } },
    ]);
    const url = `/api/v1/confirmations/${one.id}/confirm`;
    expect((await browser.post(url, {})).status).toBe(403);
    const confirmed = await sato.post(url, { reason: "妥当" });
    expect(confirmed.body).toMatchObject({
      already: false,
      request: { confirmedBy: "sato", confirmedWhy: "妥当" },
    });
    expect((await sato.post(url, {})).body["already"]).toBe(true);
    expect((await sato.get("/api/v1/confirmations")).body["rows"]).toEqual([]);
    expect(await desk.acts()).toEqual(
      expect.arrayContaining([
        "sato substitutes-set",
        "tanaka request-approved",
        "sato decision-confirmed",
      ]),
    );
  });

  it("is not named from a screen that somebody left open: the code is asked again", async () => {
    await tanaka();
    const named = [{ tenant: "kawa", substitute: "tanaka", until: until() }];
    desk.wait(11 * MINUTE);
    const said = await name(named);
    expect([said.status, said.body["code"]]).toEqual([403, "CONFIRM_NEEDED"]);
    expect(await desk.accounts.substitutes()).toEqual([]);
    await sato.post("/api/v1/session/confirm", { code: sato.code() });
    expect((await name(named)).status).toBe(200);
  });

  it("gives a substitute no other right, and none after that day", async () => {
    const browser = await tanaka();
    const { item } = await asked();
    await name([
      { tenant: "kawa", substitute: "tanaka", until: desk.now + 2 * HOUR },
    ]);
    expect(await rows(browser)).toHaveLength(1);
    expect((await browser.get(`/api/v1/mails/${item}`)).status).toBe(200);
    const body = { version: await version(item), reason: "必要" };
    for (const act of ["release", "discard"])
      expect(
        (await browser.post(`/api/v1/mails/${item}/${act}`, body)).status,
      ).toBe(403);
    expect((await name([], browser, "tanaka")).status).toBe(403);
    // Still within the session: what ends is the standing in.
    for (let times = 0; times < 8; times += 1) {
      desk.wait(15 * 60_000);
      await browser.get("/api/v1/session");
    }
    expect((await browser.get("/api/v1/requests")).status).toBe(403);
  });

  it("ends with the manager's own charge", async () => {
    const browser = await tanaka();
    await name([{ tenant: "kawa", substitute: "tanaka", until: until() }]);
    expect((await browser.get("/api/v1/requests")).status).toBe(200);
    await desk.accounts.setGrants("sato", [
      { role: "manager", tenant: "yama" },
    ]);
    expect((await browser.get("/api/v1/requests")).status).toBe(403);
  });

  it("is no 代決 for who has the right anyway", async () => {
    const chief = await desk.person("cho", { role: "chief", tenant: "*" });
    await name([{ tenant: "kawa", substitute: "cho", until: until() }]);
    const said = await answering(chief, await asked());
    expect(said.body).toMatchObject({ request: { standsInFor: null } });
  });

  it("takes no 監査者, no 運用委託先, not oneself, nobody unknown, no other tenant, no long time", async () => {
    await desk.person("kan", { role: "auditor", tenant: "yama" });
    await desk.person("ope", { role: "operator", tenant: "kawa" });
    await tanaka();
    const good = { tenant: "kawa", substitute: "tanaka", until: until() };
    for (const bad of [
      { substitute: "kan" },
      { substitute: "ope" },
      { substitute: "sato" },
      { substitute: "nobody" },
      { tenant: "yama" },
      { tenant: "*" },
      { until: desk.now },
      { until: until(400) },
    ])
      expect([bad, (await name([good, { ...good, ...bad }])).status]).toEqual([
        ...[bad, 422],
      ]);
    expect((await sato.get("/api/v1/substitutes")).body).toEqual({
      substitutes: [],
    });
  });

  it("is named by the manager, or by who manages the manager's account", async () => {
    await tanaka();
    const named = [{ tenant: "kawa", substitute: "tanaka", until: until() }];
    const other = await desk.person("mori", {
      ...{ role: "manager", tenant: "kawa" },
    });
    const chief = await desk.person("cho", { role: "chief", tenant: "kawa" });
    expect((await name(named, other)).status).toBe(404);
    expect((await name(named, chief)).body).toMatchObject({
      substitutes: [
        { manager: "sato", substituteName: "tanakaさん", setBy: "cho" },
      ],
    });
  });

  it("hands nobody's account to the chief of another tenant, nor keeps that chief from closing it", async () => {
    const yamada = await desk.person("yamada", {
      ...{ role: "manager", tenant: "yama" },
    });
    const both = await desk.person("both", {
      ...{ role: "manager", tenant: "kawa" },
    });
    await tanaka();
    const named = ["tanaka", "both"].map((substitute) => ({
      ...{ tenant: "yama", substitute, until: until() },
    }));
    expect((await name(named, yamada, "yamada")).status).toBe(200);
    const chief = await desk.person("cho", { role: "chief", tenant: "kawa" });
    const acts = async (who: string, act: string) => {
      const url = `/api/v1/accounts/${who}/${act}`;
      if (act === "reset") return (await chief.post(url, {})).status;
      const body = { state: "disabled", grants: [] };
      const given =
        act === "grants" ? { grants: body.grants } : { state: body.state };
      return (await chief.ask("PUT", url, { body: given })).status;
    };
    // Without a role of its own it is managed by who manages everywhere.
    for (const act of ["reset", "grants", "state"])
      expect([act, await acts("tanaka", act)]).toEqual([act, 404]);
    expect(await acts("both", "reset")).toBe(404);
    expect((await both.get("/api/v1/requests?tenant=yama")).status).toBe(200);
    expect(await acts("both", "state")).toBe(200);
    const all = await desk.person("all", { role: "chief", tenant: "*" });
    for (const who of ["tanaka", "both"])
      expect((await all.post(`/api/v1/accounts/${who}/reset`, {})).status).toBe(
        200,
      );
  });
});
