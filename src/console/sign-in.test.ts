import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Browser, PASSWORD, TestConsole } from "../../test/support/console.ts";
import { newLink } from "./sign-in/set-up.ts";
import { HOUR, MINUTE } from "../core/units.ts";

let desk: TestConsole;
beforeEach(async () => {
  desk = await TestConsole.open();
});
afterEach(() => desk.close());

const CHIEF = { role: "chief", tenant: "*" } as const;
const MANAGER = { role: "manager", tenant: "kawa" } as const;
const SESSION = "/api/v1/session";

describe("the first account", () => {
  it("names itself with the link, runs everything, and uses the link up", async () => {
    const { token, link } = newLink(desk.now, 24);
    await desk.accounts.inviteFirst(link);
    const first = await desk.setUp("yamada", token);
    const { body } = await first.get(SESSION);
    expect(body["grants"]).toEqual([
      { role: "chief", tenant: "*", roleWords: "総括情報管理者" },
    ]);
    expect(first.recoveryCodes).toHaveLength(10);
    const again = await first.post("/api/v1/set-up/begin", { token });
    expect([again.status, again.body["code"]]).toEqual([410, "LINK_OVER"]);
  });

  it("can no more be made by another link once there is one, nor with a link that is 24 hours old", async () => {
    const one = newLink(desk.now, 24);
    const two = newLink(desk.now, 24);
    const old = newLink(desk.now, 24);
    for (const { link } of [one, two, old])
      await desk.accounts.inviteFirst(link);
    desk.wait(24 * HOUR);
    const late = await new Browser(desk).post("/api/v1/set-up/begin", {
      token: old.token,
    });
    expect(late.status).toBe(410);
    desk.wait(-1 * HOUR);
    await desk.setUp("yamada", one.token);
    const second = await new Browser(desk).post("/api/v1/set-up/begin", {
      token: two.token,
    });
    expect(second.status).toBe(410);
  });

  it("is not made with a weak password, a wrong code, or a name of the gateway's own", async () => {
    const { token, link } = newLink(desk.now, 24);
    await desk.accounts.inviteFirst(link);
    const browser = new Browser(desk);
    await browser.post("/api/v1/set-up/begin", { token });
    const good = {
      token,
      name: "yamada",
      displayName: "山田",
      password: PASSWORD,
      code: "000000",
    };
    for (const wrong of [
      {},
      { password: "password1234" },
      { name: "sanitizer" },
      { displayName: "a\u202eb" },
    ]) {
      const said = await browser.post("/api/v1/set-up/finish", {
        ...good,
        ...wrong,
      });
      expect([wrong, said.status]).toEqual([wrong, 422]);
    }
    expect(await desk.accounts.any()).toBe(false);
  });
});

describe("signing in", () => {
  it("takes password and a code of the app; each code counts once", async () => {
    const browser = await desk.person("sato", MANAGER);
    const used = browser.code();
    expect((await browser.signIn()).status).toBe(200);
    expect(
      (
        await browser.post(SESSION, {
          name: "sato",
          password: PASSWORD,
          code: browser.code(),
        })
      ).status,
    ).toBe(401);
    expect(
      (
        await browser.post(SESSION, {
          name: "sato",
          password: PASSWORD,
          code: used,
        })
      ).status,
    ).toBe(401);
  });

  it("knows a person by the name however it is typed, and writes it down as it is", async () => {
    const browser = await desk.person("sato", MANAGER);
    expect((await browser.signIn({ name: "Sato" })).status).toBe(200);
    expect((await desk.acts()).at(-1)).toBe("sato signed-in");
  });

  it("takes each recovery code once", async () => {
    const browser = await desk.person("sato", MANAGER);
    const [code = ""] = browser.recoveryCodes;
    const first = await browser.signIn({ code: code.toLowerCase() });
    expect([first.status, first.body["recoveryLeft"]]).toEqual([200, 9]);
    expect((await browser.signIn({ code })).status).toBe(401);
  });

  it("answers a wrong name, password, code, and a disabled account with the same bytes, and none gets a cookie", async () => {
    const browser = await desk.person("sato", MANAGER);
    await desk.person("gone", MANAGER);
    await desk.accounts.setDisabled("gone", true);
    const tries = [
      { name: "nobody" },
      { password: "x" },
      { code: "000000" },
      { name: "gone" },
      { name: "' OR 1=1 --" },
    ];
    const answers = [];
    for (const wrong of tries) {
      desk.wait(30_000);
      const said = await new Browser(desk).post(SESSION, {
        ...{ name: "sato", password: PASSWORD, code: browser.code(), ...wrong },
      });
      answers.push([said.status, said.text, said.headers["set-cookie"]]);
    }
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]?.[0]).toBe(401);
  });

  it("does not use a code up for who does not know the password", async () => {
    const browser = await desk.person("sato", MANAGER);
    desk.wait(30_000);
    const body = { name: "sato", code: browser.code() };
    expect(
      (await browser.post(SESSION, { ...body, password: "x" })).status,
    ).toBe(401);
    expect(
      (await browser.post(SESSION, { ...body, password: PASSWORD })).status,
    ).toBe(200);
  });

  it("makes guessing wait after 5 tries from one place, however many come at once, and says for how long", async () => {
    await desk.person("sato", MANAGER);
    const guess = () => {
      const stranger = new Browser(desk);
      stranger.address = "198.51.100.7";
      return stranger.post(SESSION, { name: "sato", password: "x", code: "1" });
    };
    const said = await Promise.all(Array.from({ length: 20 }, guess));
    expect(said.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(said.filter(({ status }) => status === 429)).toHaveLength(15);
    expect((await guess()).headers["retry-after"]).toBe("30");
    const refused = (await desk.acts()).filter(
      (act) => act === "sato sign-in-refused",
    );
    expect(refused).toHaveLength(21);
    desk.wait(30_001);
    expect((await guess()).status).toBe(401);
    expect((await guess()).headers["retry-after"]).toBe("60");
  });

  it("waits no longer because the clock is set back by 9 hours meanwhile, and ends the sessions of before", async () => {
    const browser = await desk.person("sato", MANAGER);
    const stranger = new Browser(desk);
    stranger.address = "198.51.100.7";
    const guess = () =>
      stranger.post(SESSION, { name: "sato", password: "x", code: "1" });
    for (let n = 0; n < 5; n += 1) await guess();
    expect((await guess()).headers["retry-after"]).toBe("30");
    expect((await browser.get(SESSION)).status).toBe(200);
    desk.setClock(-9 * HOUR);
    expect((await browser.get(SESSION)).status).toBe(401);
    desk.wait(30_001);
    expect((await guess()).status).toBe(401);
  });

  it("is locked by strangers nowhere but where they are: the person still gets in from the usual place", async () => {
    const browser = await desk.person("sato", MANAGER);
    for (let n = 0; n < 40; n += 1) {
      const stranger = new Browser(desk);
      stranger.address = `203.0.113.${n}`;
      await stranger.post(SESSION, { name: "sato", password: "x", code: "1" });
    }
    const elsewhere = new Browser(desk, "sato");
    elsewhere.secret = browser.secret;
    elsewhere.address = "192.0.2.200";
    const right = { name: "sato", password: PASSWORD, code: browser.code(1) };
    expect((await elsewhere.post(SESSION, right)).status).toBe(429);
    expect((await browser.signIn()).status).toBe(200);
  });

  it("fills the record with at most 30 refusals a minute, and counts the rest", async () => {
    for (let n = 0; n < 50; n += 1) {
      const stranger = new Browser(desk);
      stranger.address = `203.0.113.${n}`;
      await stranger.post(SESSION, {
        name: "nobody",
        password: "x",
        code: "1",
      });
    }
    expect(await desk.acts()).toHaveLength(30);
    desk.wait(MINUTE);
    await new Browser(desk).post(SESSION, {
      name: "nobody",
      password: "x",
      code: "1",
    });
    const { entries } = await desk.ledger.entries({
      peopleOnly: true,
      after: null,
      limit: 1,
    });
    expect(entries[0]?.facts["leftOut"]).toBe(20);
  });

  it("waits for unknown names just as for known ones", async () => {
    await desk.person("sato", MANAGER);
    const statuses = async (name: string, address: string) => {
      const said: number[] = [];
      for (let n = 0; n < 7; n += 1) {
        const stranger = new Browser(desk);
        stranger.address = address;
        const { status } = await stranger.post(SESSION, {
          name,
          password: "x",
          code: "1",
        });
        said.push(status);
      }
      return said;
    };
    const known = await statuses("sato", "198.51.100.1");
    expect(await statuses("nobody", "198.51.100.2")).toEqual(known);
    expect(known).toContain(429);
  });
});

describe("a session", () => {
  it("has a new token at each sign-in, never the one that the browser brought, and the old one ends", async () => {
    const browser = await desk.person("sato", MANAGER);
    const old = browser.cookie;
    browser.cookie = old;
    await browser.signIn();
    expect(browser.cookie).not.toBe(old);
    const fixed = new Browser(desk);
    fixed.cookie = old;
    expect((await fixed.get(SESSION)).status).toBe(401);
    const planted = new Browser(desk, "sato");
    planted.secret = browser.secret;
    planted.cookie = `sekisho=${"A".repeat(43)}`;
    await planted.signIn();
    expect(planted.cookie).not.toContain("AAAAAAAA");
  });

  it("has a cookie that no script reads and no other site sends", async () => {
    const browser = await desk.person("sato", MANAGER);
    const { headers } = await browser.signIn();
    expect(headers["set-cookie"]).toMatch(
      /^sekisho=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it("ends 20 minutes after its last use; a page that reloads itself is no use", async () => {
    const browser = await desk.person("sato", MANAGER);
    for (let n = 0; n < 3; n += 1) {
      desk.wait(19 * MINUTE);
      expect((await browser.get(SESSION)).status).toBe(200);
    }
    desk.wait(19 * MINUTE);
    expect((await browser.get("/api/v1/status")).status).toBe(200);
    desk.wait(1 * MINUTE);
    expect((await browser.get(SESSION)).status).toBe(401);
  });

  it("ends 10 hours after its beginning, used or not", async () => {
    const browser = await desk.person("sato", MANAGER);
    for (let n = 0; n < 39; n += 1) {
      desk.wait(15 * MINUTE);
      expect((await browser.get(SESSION)).status).toBe(200);
    }
    desk.wait(15 * MINUTE);
    expect((await browser.get(SESSION)).status).toBe(401);
  });

  it.each<[string, (name: string) => Promise<unknown>]>([
    ["the role changes", (name) => desk.accounts.setGrants(name, [])],
    [
      "the account is disabled",
      (name) => desk.accounts.setDisabled(name, true),
    ],
    [
      "the account is reset",
      (name) => desk.accounts.reset(name, newLink(desk.now, 1).link),
    ],
    ["a manager ends it", (name) => desk.accounts.endSessions(name)],
  ])("ends at once when %s", async (_, change) => {
    const browser = await desk.person("sato", MANAGER);
    expect((await browser.get(SESSION)).status).toBe(200);
    await change("sato");
    expect((await browser.get(SESSION)).status).toBe(401);
  });

  it("ends at sign-out, for whoever kept the cookie", async () => {
    const browser = await desk.person("sato", MANAGER);
    const kept = browser.cookie;
    expect((await browser.ask("DELETE", SESSION)).status).toBe(200);
    browser.cookie = kept;
    expect((await browser.get(SESSION)).status).toBe(401);
  });

  it("is one of at most 5 of a person; the oldest ends", async () => {
    const first = await desk.person("sato", MANAGER);
    for (let n = 0; n < 5; n += 1) {
      const other = new Browser(desk, "sato");
      other.secret = first.secret;
      expect((await other.signIn()).status).toBe(200);
    }
    expect((await first.get(SESSION)).status).toBe(401);
  });

  it("is told with the tenants that one may see, and whether there is a mailbox to look into", async () => {
    const one = await desk.person("kato", { role: "auditor", tenant: "yama" });
    expect((await one.get(SESSION)).body).toMatchObject({
      tenants: [{ id: "yama", name: "山村" }],
      ...{ zoneName: "庁内", mailbox: false },
    });
    const all = await desk.person("cho", CHIEF);
    expect((await all.get(SESSION)).body).toMatchObject({
      tenants: [{ id: "kawa" }, { id: "yama" }],
      mailbox: true,
    });
  });

  it("changes the password only with password and code, and ends the others", async () => {
    const browser = await desk.person("sato", MANAGER);
    const other = new Browser(desk, "sato");
    other.secret = browser.secret;
    await other.signIn();
    const change = (over: object) => {
      desk.wait(30_000);
      return browser.post(`${SESSION}/password`, {
        ...{ password: PASSWORD, code: browser.code() },
        ...{ newPassword: "natsu-no-owari-no-kaze", ...over },
      });
    };
    expect((await change({ password: "x" })).status).toBe(401);
    expect((await change({ code: "0" })).status).toBe(401);
    expect((await change({ newPassword: "password1234" })).status).toBe(422);
    expect((await change({})).status).toBe(200);
    expect((await other.get(SESSION)).status).toBe(401);
    expect((await browser.get(SESSION)).status).toBe(200);
    expect((await browser.signIn()).status).toBe(401);
    expect(
      (await browser.signIn({ password: "natsu-no-owari-no-kaze" })).status,
    ).toBe(200);
  });
});

describe("before the first account", () => {
  it("status and mailbox are open to this machine, and nothing else; afterwards they ask who it is", async () => {
    const anybody = new Browser(desk);
    for (const path of ["/", "/mailbox", "/api/v1/status"])
      expect([path, (await anybody.get(path)).status]).toEqual([path, 200]);
    expect((await anybody.get("/api/v1/mails")).status).toBe(401);
    await desk.person("sato", CHIEF);
    expect((await anybody.get("/api/v1/status")).status).toBe(401);
    for (const path of ["/", "/mailbox", "/mailbox/x", "/mailbox/x/0"]) {
      const said = await anybody.get(path);
      expect([path, said.status, said.headers["location"]]).toEqual([
        path,
        303,
        "/sign-in",
      ]);
    }
  });

  it("nothing is open where the console listens on a network", async () => {
    const network = await TestConsole.open({ isLocal: false });
    const anybody = new Browser(network);
    expect((await anybody.get("/api/v1/status")).status).toBe(401);
    expect((await anybody.get("/")).status).toBe(303);
    await network.close();
  });
});

describe("the record", () => {
  it("tells of sign-ins good and bad, and keeps what was typed as a name that nobody has to itself", async () => {
    const browser = await desk.person("sato", MANAGER);
    await browser.signIn();
    await browser.signIn({ password: "x" });
    await browser.signIn({ name: "himitsu-no-password" });
    expect(await desk.acts()).toEqual([
      "sato account-set-up",
      "sato signed-in",
      "sato sign-in-refused",
      "unknown sign-in-refused",
    ]);
    const { entries } = await desk.ledger.entries({
      peopleOnly: true,
      after: null,
      limit: 9,
    });
    expect(JSON.stringify(entries)).not.toContain("himitsu");
  });

  it("holds no token, password, secret or code, neither does the file of accounts", async () => {
    const browser = await desk.person("sato", MANAGER);
    await browser.signIn();
    const { entries } = await desk.ledger.entries({
      peopleOnly: false,
      after: null,
      limit: 99,
    });
    const { readdirSync, readFileSync } = await import("node:fs");
    const files = readdirSync(desk.folder).map((name) =>
      readFileSync(`${desk.folder}/${name}`),
    );
    const secrets = [
      ...[PASSWORD, browser.token, browser.cookie.split("=")[1]!],
      ...browser.recoveryCodes,
      Buffer.from(browser.secret).toString("latin1"),
    ];
    for (const secret of secrets) {
      expect(JSON.stringify(entries)).not.toContain(secret);
      for (const file of files)
        expect(file.includes(secret, 0, "latin1")).toBe(false);
    }
  });
});
