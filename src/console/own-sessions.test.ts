import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Browser, PASSWORD, TestConsole } from "../../test/support/console.ts";
import { MINUTE } from "../core/units.ts";

const CHIEF = { role: "chief", tenant: "*" } as const;
const MANAGER = { role: "manager", tenant: "kawa" } as const;
const CONFIRM = "/api/v1/session/confirm";
const FILTERS = "/api/v1/saved-filters";
const NEW = {
  ...{ name: "ito", displayName: "伊藤" },
  grants: [{ role: "manager", tenant: "kawa" }],
};

let desk: TestConsole;
let sato: Browser;
beforeEach(async () => {
  desk = await TestConsole.open();
  sato = await desk.person("sato", CHIEF);
});
afterEach(() => desk.close());

describe("the code once more", () => {
  it("is asked for acts on accounts ten minutes after it was given last, and lasts ten minutes", async () => {
    desk.wait(10 * MINUTE - 1);
    const first = await sato.post("/api/v1/accounts", NEW);
    expect(first.status).toBe(200);
    desk.wait(1);
    const reset = () => sato.post("/api/v1/accounts/ito/reset", {});
    const said = await reset();
    expect([said.status, said.body["code"]]).toEqual([403, "CONFIRM_NEEDED"]);
    expect((await sato.get("/api/v1/accounts")).status).toBe(200);
    const given = await sato.post(CONFIRM, { code: sato.code() });
    expect(given.body).toEqual({ confirmedUntil: desk.now + 10 * MINUTE });
    expect((await reset()).status).toBe(200);
    desk.wait(10 * MINUTE);
    expect((await reset()).status).toBe(403);
    expect(await desk.acts()).toContain("sato session-confirmed");
  });

  it("takes a code once, a recovery code too, and no session of another", async () => {
    desk.wait(10 * MINUTE);
    const code = sato.code();
    expect((await sato.post(CONFIRM, { code })).status).toBe(200);
    expect((await sato.post(CONFIRM, { code })).status).toBe(401);
    const [recovery] = sato.recoveryCodes;
    expect((await sato.post(CONFIRM, { code: recovery })).status).toBe(200);
    const ito = await desk.person("ito", MANAGER);
    desk.wait(10 * MINUTE);
    expect((await ito.post(CONFIRM, { code: sato.code() })).status).toBe(401);
    const { body } = await ito.get("/api/v1/session");
    expect(body["confirmedUntil"]).toBe(desk.now);
  });

  it("makes who guesses wait after five tries, from wherever", async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      sato.address = `192.0.2.${n}`;
      const code = String(n).padStart(6, "0");
      statuses.push((await sato.post(CONFIRM, { code })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const right = await sato.post(CONFIRM, { code: sato.code() });
    expect(right.status).toBe(429);
    desk.wait(30_000);
    expect((await sato.post(CONFIRM, { code: sato.code() })).status).toBe(200);
  });
});

describe("one's own sessions", () => {
  it("are listed with place, begin and last use, and end one by one or all but this", async () => {
    const other = new Browser(desk, "sato");
    ({ secret: other.secret } = sato);
    other.address = "192.0.2.9";
    expect((await other.signIn()).status).toBe(200);
    const third = new Browser(desk, "sato");
    ({ secret: third.secret } = sato);
    await third.signIn();
    const list = async () =>
      (await sato.get("/api/v1/sessions")).body["sessions"] as {
        key: string;
        isThis: boolean;
        address: string;
      }[];
    const found = (await list()).find(({ address }) => address === "192.0.2.9");
    expect((await list()).map(({ isThis }) => isThis)).toEqual([
      ...[false, false, true],
    ]);
    await sato.ask("DELETE", `/api/v1/sessions/${found?.key}`);
    expect((await other.get("/api/v1/session")).status).toBe(401);
    const rest = await sato.ask("DELETE", "/api/v1/sessions");
    expect(rest.body).toEqual({ ended: 1 });
    expect((await third.get("/api/v1/session")).status).toBe(401);
    expect((await sato.get("/api/v1/session")).status).toBe(200);
  });

  it("are nobody else's to end, and show no token", async () => {
    const ito = await desk.person("ito", MANAGER);
    const { body, text } = await sato.get("/api/v1/sessions");
    const [own] = body["sessions"] as { key: string }[];
    expect(text).not.toContain(sato.cookie.split("=")[1]);
    const said = await ito.ask("DELETE", `/api/v1/sessions/${own?.key}`);
    expect(said.status).toBe(404);
    expect((await sato.get("/api/v1/session")).status).toBe(200);
  });

  it("end with this one, too, and take its cookie away", async () => {
    const { body } = await sato.get("/api/v1/sessions");
    const [own] = body["sessions"] as { key: string }[];
    await sato.ask("DELETE", `/api/v1/sessions/${own?.key}`);
    expect(sato.cookie).toBe("");
    expect((await sato.get("/api/v1/session")).status).toBe(401);
  });

  it("are not ended by another site's page, nor without the page's token", async () => {
    const foreign = { "sec-fetch-site": "cross-site" };
    for (const headers of [foreign, { "x-sekisho-token": "wrong" }]) {
      const said = await sato.ask("DELETE", "/api/v1/sessions", { headers });
      expect(said.body["code"]).toBe("OTHER_SITE");
      const code = { code: sato.code() };
      expect((await sato.post(CONFIRM, code, headers)).status).toBe(403);
    }
  });
});

describe("passkeys without a device", () => {
  it("are refused with the same words whatever was wrong, and the guesser waits after 20 tries", async () => {
    const thief = new Browser(desk);
    thief.address = "198.51.100.7";
    const answers = new Set<string>();
    for (let n = 0; n < 20; n += 1) {
      const response = { id: `${n}`, rawId: `${n}`, type: "public-key" };
      const said = await thief.post("/api/v1/session/passkey/finish", {
        response,
      });
      answers.add(`${said.status} ${said.text}`);
    }
    expect(answers.size).toBe(1);
    const late = await thief.post("/api/v1/session/passkey/finish", {
      response: {},
    });
    expect(late.status).toBe(429);
  });

  it("are told to nobody else, and need the code to be begun", async () => {
    await desk.accounts.addPasskey({
      ...{ id: "AAAA", account: "sato", name: "机", isSynced: false },
      ...{ publicKey: Uint8Array.of(1), counter: 0, transports: [] },
    });
    const { body } = await sato.get("/api/v1/session/passkeys");
    const [own] = body["passkeys"] as { key: string }[];
    const path = `/api/v1/session/passkeys/${own?.key}`;
    const ito = await desk.person("ito", MANAGER);
    expect((await ito.ask("DELETE", path)).status).toBe(404);
    const renamed = await ito.ask("PUT", path, { body: { name: "mine" } });
    expect(renamed.status).toBe(404);
    const bad = await sato.ask("PUT", path, { body: { name: "a\u202eb" } });
    expect(bad.status).toBe(400);
    const good = await sato.ask("PUT", path, { body: { name: "会議室" } });
    expect(good.body["passkeys"]).toMatchObject([{ name: "会議室" }]);
    desk.wait(10 * MINUTE);
    const removed = await sato.ask("DELETE", path);
    expect(removed.body["code"]).toBe("CONFIRM_NEEDED");
    await sato.post(CONFIRM, { code: sato.code() });
    expect((await sato.ask("DELETE", path)).body["passkeys"]).toEqual([]);
  });
});

describe("saved searches", () => {
  it("are each person's own, 50 at most, and hold what the list can be asked for", async () => {
    const put = (name: string, query: object = { state: "held" }) =>
      sato.ask("PUT", FILTERS, { body: { name, query } });
    for (let n = 0; n < 50; n += 1)
      expect((await put(`検索 ${n}`)).status).toBe(200);
    const many = await put("51 番目");
    expect([many.status, many.body["code"]]).toEqual([409, "TOO_MANY"]);
    expect((await put("検索 1", { text: "見積" })).status).toBe(200);
    for (const [name, query] of [
      [" ", {}],
      ["x\ny", {}],
      ["x", { nothing: "1" }],
      ["x", { text: 5 }],
    ] as const)
      expect((await put(name, query)).status).toBe(400);
    const ito = await desk.person("ito", MANAGER);
    expect((await ito.get(FILTERS)).body).toEqual({ filters: [] });
    const gone = await ito.ask("DELETE", FILTERS, { body: { name: "検索 1" } });
    expect(gone.status).toBe(404);
    const left = await sato.ask("DELETE", FILTERS, {
      body: { name: "検索 0" },
    });
    const filters = left.body["filters"] as { name: string; query: object }[];
    expect(filters).toHaveLength(49);
    expect(filters[0]).toEqual({ name: "検索 1", query: { text: "見積" } });
  });
});

describe("the proof of the record", () => {
  it("says when it was last proven, and when it broke since", async () => {
    const ask = async () => (await sato.get("/api/v1/audit/proof")).body;
    expect(await ask()).toEqual({
      ...{ verified: null, broken: null, cut: null, thinned: null },
    });
    const janitor = (act: string, facts: object) =>
      desk.ledger.record({ act, actor: "janitor", facts: { ...facts } });
    await janitor("record-checkpoint", { seq: 3, from: 0, signature: "s" });
    expect(await ask()).toMatchObject({ verified: { seq: 3 }, broken: null });
    await janitor("record-broken", { brokenAt: 2 });
    expect(await ask()).toMatchObject({ broken: { brokenAt: 2 } });
    expect((await sato.signIn({ password: PASSWORD })).status).toBe(200);
  });
});
