import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from "@jest/globals";
import type { ProviderSettings } from "../src/console/sign-in/provider.ts";
import { Browser, TestConsole } from "./support/console.ts";
import { TestProvider } from "./support/oidc.ts";

const MANAGER = { role: "manager", tenant: "kawa" } as const;
const OIDC = "/api/v1/session/oidc";
const ORIGIN = "https://sekisho.town.example.lg.jp";
const CLIENT = {
  ...{ id: "sekisho", secret: "a-secret-of-the-test" },
  returnAddress: `${ORIGIN}/sign-in/oidc`,
};

let provider: TestProvider;
beforeAll(async () => {
  provider = await TestProvider.start(CLIENT);
});
afterAll(() => provider.stop());

let desk: TestConsole;
let sato: Browser;
const opened: TestConsole[] = [];

async function openDesk(over: Partial<ProviderSettings> = {}) {
  desk = await TestConsole.open({
    gate: {
      ...{ origin: ORIGIN, host: "127.0.0.1", tls: false },
      port: () => 8080,
    },
    provider: {
      ...{ name: "庁内認証", issuer: provider.issuer, clientId: CLIENT.id },
      ...{ secret: CLIENT.secret, scopes: ["profile", "email"] },
      ...{ accountClaim: "preferred_username", accountSuffix: null },
      ...{ acrValues: [], amrValues: ["mfa"] },
      ...over,
    },
  });
  desk.host = new URL(ORIGIN).host;
  opened.push(desk);
  sato = await desk.person("sato", MANAGER);
}
beforeEach(async () => {
  await openDesk();
  provider.said = { sub: "42", claims: { preferred_username: "sato" } };
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** To the provider and back, as far as the page that then asks the API. */
async function away(browser: Browser): Promise<Record<string, string>> {
  const begun = await browser.post(`${OIDC}/begin`, {});
  expect(begun.status).toBe(200);
  const back = await provider.visit(String(begun.body["address"]));
  expect(`${back.origin}${back.pathname}`).toBe(CLIENT.returnAddress);
  return Object.fromEntries(back.searchParams);
}

async function finish(browser: Browser, returned: object) {
  return browser.post(`${OIDC}/finish`, returned);
}

const code = (wanted: Browser) => {
  desk.wait(30_000);
  return { code: wanted.code() };
};

describe("signing in by the site's own provider", () => {
  it("asks for the code here when the provider did not say that it asked for two factors", async () => {
    const browser = new Browser(desk, "sato");
    const said = await finish(browser, await away(browser));
    expect([said.status, said.body]).toEqual([
      200,
      { codeNeeded: true, session: null },
    ]);
    expect((await browser.get("/api/v1/session")).status).toBe(401);
    const wrong = await browser.post(`${OIDC}/code`, { code: "000000" });
    expect([wrong.status, wrong.body["code"]]).toEqual([401, "REFUSED"]);
    const entered = await browser.post(`${OIDC}/code`, code(sato));
    expect([entered.status, entered.body["name"]]).toEqual([200, "sato"]);
    await browser.know();
    expect((await browser.get("/api/v1/sessions")).body).toMatchObject({
      sessions: [{ way: "oidc", isThis: true }, { way: "password" }],
    });
    expect((await desk.acts()).slice(-2)).toEqual([
      "sato sign-in-refused",
      "sato signed-in",
    ]);
  });

  it.each([
    ["amr mfa", { amr: ["pwd", "mfa"] }, {}, false],
    ["another amr", { amr: ["pwd"] }, {}, true],
    [
      "a known acr",
      { acr: "two-factors" },
      { acrValues: ["two-factors"] },
      false,
    ],
    [
      "another acr",
      { acr: "one-factor" },
      { acrValues: ["two-factors"] },
      true,
    ],
    ["amr mfa that is not believed", { amr: ["mfa"] }, { amrValues: [] }, true],
  ] as const)("with %s asks for a code: %#", async (_, said, over, asks) => {
    await openDesk(over);
    provider.said = { ...provider.said, ...said };
    const browser = new Browser(desk, "sato");
    const { body } = await finish(browser, await away(browser));
    expect(body["codeNeeded"]).toBe(asks);
    if (asks) return;
    expect(body["session"]).toMatchObject({ name: "sato" });
    expect(
      (body["session"] as { confirmedUntil: number }).confirmedUntil,
    ).toBeLessThanOrEqual(desk.now);
  });

  it("sends code, state, nonce and a challenge by S256, to the one address it knows", async () => {
    const begun = await new Browser(desk).post(`${OIDC}/begin`, {});
    const { searchParams } = new URL(String(begun.body["address"]));
    expect(searchParams.get("redirect_uri")).toBe(CLIENT.returnAddress);
    expect(searchParams.get("response_type")).toBe("code");
    expect(searchParams.get("code_challenge_method")).toBe("S256");
    expect(searchParams.get("state")?.length).toBeGreaterThan(40);
    expect(searchParams.get("nonce")?.length).toBeGreaterThan(40);
    expect(String(begun.headers["set-cookie"])).toMatch(
      /^__Host-sekisho-flow=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure; Max-Age=300$/,
    );
  });

  it("signs nobody in with an answer that another browser began, that came twice, late, or with another state", async () => {
    const thief = new Browser(desk);
    const returned = await away(thief);
    const victim = new Browser(desk);
    expect((await finish(victim, returned)).status).toBe(410);
    await away(victim);
    expect((await finish(victim, returned)).status).toBe(410);
    const twice = new Browser(desk);
    const good = await away(twice);
    expect((await finish(twice, good)).status).toBe(200);
    expect((await finish(twice, good)).status).toBe(410);
    const late = new Browser(desk);
    const old = await away(late);
    desk.wait(300_001);
    expect((await finish(late, old)).status).toBe(410);
    const bent = new Browser(desk);
    const { state, ...rest } = await away(bent);
    expect((await finish(bent, { ...rest, state: `${state}x` })).status).toBe(
      410,
    );
  });

  it("makes no account: whom it does not know, or who is disabled, hears so", async () => {
    const browser = new Browser(desk);
    for (const name of ["nobody", "sekisho", "sato@elsewhere"]) {
      provider.said = { sub: "7", claims: { preferred_username: name } };
      const said = await finish(browser, await away(browser));
      expect([said.status, said.body["code"]]).toEqual([403, "OIDC_NOBODY"]);
    }
    provider.said = { sub: "42", claims: { preferred_username: "sato" } };
    await desk.accounts.setDisabled("sato", true);
    const said = await finish(browser, await away(browser));
    expect(said.body["code"]).toBe("OIDC_NOBODY");
    expect((await desk.accounts.list()).map(({ name }) => name)).toEqual([
      "sato",
    ]);
  });

  it("keeps to the person of the first time, until the account is reset", async () => {
    provider.said = { ...provider.said, amr: ["mfa"] };
    const browser = new Browser(desk, "sato");
    expect((await finish(browser, await away(browser))).status).toBe(200);
    provider.said = { ...provider.said, sub: "43" };
    const said = await finish(browser, await away(browser));
    expect([said.status, said.body["code"]]).toEqual([
      403,
      "OIDC_OTHER_PERSON",
    ]);
  });

  it("takes an address as a name only with the site's ending, and only when it was verified", async () => {
    await openDesk({
      ...{ accountClaim: "email", accountSuffix: "@town.lg.jp" },
    });
    const browser = new Browser(desk);
    const tries = [
      [{ email: "sato@town.lg.jp", email_verified: false }, 403],
      [{ email: "sato@evil.example", email_verified: true }, 403],
      [{ email: "Sato@Town.lg.jp", email_verified: true }, 200],
    ] as const;
    for (const [claims, status] of tries) {
      provider.said = { sub: "42", claims };
      const said = await finish(browser, await away(browser));
      expect([claims, said.status]).toEqual([claims, status]);
    }
  });

  it("says so when the person broke off there, or the provider is away", async () => {
    provider.said = { ...provider.said, denied: true };
    const browser = new Browser(desk);
    const said = await finish(browser, await away(browser));
    expect([said.status, said.body["code"]]).toEqual([401, "OIDC_CANCELLED"]);
    await openDesk({ issuer: "http://127.0.0.1:9" });
    const gone = await new Browser(desk).post(`${OIDC}/begin`, {});
    expect([gone.status, gone.body["code"]]).toEqual([503, "OIDC_UNREACHABLE"]);
  });

  it("has to be begun again after five wrong codes", async () => {
    const browser = new Browser(desk);
    await finish(browser, await away(browser));
    const codes: unknown[] = [];
    for (let n = 0; n < 6; n += 1)
      codes.push(
        (await browser.post(`${OIDC}/code`, { code: "000000" })).body["code"],
      );
    expect(codes).toEqual([
      ...["REFUSED", "REFUSED", "REFUSED", "REFUSED"],
      ...["OIDC_OVER", "OIDC_OVER"],
    ]);
  });

  it("gives the browser a session that it did not come with, and ends the old one", async () => {
    provider.said = { ...provider.said, amr: ["mfa"] };
    const before = sato.cookie;
    const said = await finish(sato, await away(sato));
    expect(said.status).toBe(200);
    const set = said.headers["set-cookie"] as string[];
    expect(set[0]).not.toContain(before);
    expect(set[1]).toMatch(/^__Host-sekisho-flow=; .*Max-Age=0$/);
    const thief = new Browser(desk);
    thief.cookie = before;
    expect((await thief.get("/api/v1/session")).status).toBe(401);
  });

  it("does nothing on GET, nor for another site's page", async () => {
    const browser = new Browser(desk);
    const returned = await away(browser);
    const page = await browser.get(
      `/sign-in/oidc?${new URLSearchParams(returned).toString()}`,
      { "sec-fetch-site": "cross-site" },
    );
    expect([page.status, page.headers["set-cookie"]]).toEqual([200, undefined]);
    for (const step of ["begin", "finish", "code"]) {
      const said = await browser.ask("POST", `${OIDC}/${step}`, {
        ...{ body: returned, headers: { "sec-fetch-site": "cross-site" } },
      });
      expect([step, said.body["code"]]).toEqual([step, "OTHER_SITE"]);
    }
  });
});
