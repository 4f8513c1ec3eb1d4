import { afterAll, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { chromium } from "playwright-core";
import type {
  Browser as Chromium,
  BrowserContext,
  CDPSession,
  Page,
} from "playwright-core";
import { Browser, TestConsole } from "./support/console.ts";
import { describeWith } from "./support/programs.ts";

const MANAGER = { role: "manager", tenant: "kawa" } as const;
const PASSKEY = "/api/v1/session/passkey";
const PASSKEYS = "/api/v1/session/passkeys";

/** A console that really listens, under the name by which browsers let it have passkeys. */
async function listening(): Promise<{ desk: TestConsole; origin: string }> {
  const at = { port: 0 };
  const desk = await TestConsole.open({
    gate: {
      ...{ origin: null, host: "127.0.0.1", tls: false },
      port: () => at.port,
    },
  });
  await desk.app.listen({ host: "127.0.0.1", port: 0 });
  const address = desk.app.server.address();
  if (typeof address === "object" && address !== null) at.port = address.port;
  return { desk, origin: `http://localhost:${at.port}` };
}

describeWith(["chromium"], "passkeys in Chromium", () => {
  let chrome: Chromium;
  let desk: TestConsole;
  let origin: string;
  let other: { desk: TestConsole; origin: string };
  let context: BrowserContext;
  let page: Page;
  let devices: CDPSession;
  let device: string;
  let people = 0;
  let sato: Browser;

  beforeAll(async () => {
    chrome = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      // The name must not be looked up elsewhere: it is this machine.
      args: ["--no-sandbox", "--host-resolver-rules=MAP localhost 127.0.0.1"],
    });
    ({ desk, origin } = await listening());
    other = await listening();
  });
  afterAll(async () => {
    await chrome.close();
    await desk.close();
    await other.desk.close();
  });

  /** A person of her own for each test, a fresh browser, and a device that knows its owner. */
  beforeEach(async () => {
    await context?.close();
    context = await chrome.newContext();
    page = await context.newPage();
    devices = await context.newCDPSession(page);
    await devices.send("WebAuthn.enable");
    ({ authenticatorId: device } = await devices.send(
      "WebAuthn.addVirtualAuthenticator",
      {
        options: {
          ...{ protocol: "ctap2", transport: "internal" },
          ...{ hasResidentKey: true, hasUserVerification: true },
          ...{ isUserVerified: true, automaticPresenceSimulation: true },
        },
      },
    ));
    people += 1;
    sato = await desk.person(`sato${people}`, MANAGER);
    await page.goto(`${origin}/sign-in`);
  });

  async function goAs(browser: Browser): Promise<void> {
    const [name = "", value = ""] = browser.cookie.split("=");
    await context.addCookies([
      { name, value, url: origin, sameSite: "Strict" },
    ]);
  }

  /** What the page's own script would do. */
  async function inPage(
    script: string,
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    return page.evaluate(`(async () => {
      const ask = async (path, body, headers = {}) => {
        const answer = await fetch(path, { method: "POST", body: JSON.stringify(body),
          headers: { "content-type": "application/json", ...headers } });
        return { status: answer.status, body: await answer.json() };
      };
      ${script}
    })()`);
  }

  const signIn = (change = "") => `
    const begun = await ask("${PASSKEY}/begin", {});
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.body.options);
    ${change}
    const given = (await navigator.credentials.get({ publicKey })).toJSON();`;
  const SIGN_IN = `${signIn()} return ask("${PASSKEY}/finish", { response: given });`;

  async function register(name = "机の端末"): Promise<void> {
    await goAs(sato);
    desk.wait(30_000);
    const headers = JSON.stringify({ "x-sekisho-token": sato.token });
    const made = await inPage(`
      const begun = await ask("${PASSKEYS}/begin", { code: "${sato.code()}" }, ${headers});
      if (begun.status !== 200) return begun;
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.body.options);
      const response = (await navigator.credentials.create({ publicKey })).toJSON();
      return ask("${PASSKEYS}/finish", { name: "${name}", response }, ${headers});`);
    expect([made.status, made.body]).toMatchObject([
      200,
      { passkeys: [{ name, usedAt: null, synced: false }], place: origin },
    ]);
    await context.clearCookies();
  }

  it("registers a device after the code was asked again, and signs in with it alone", async () => {
    await register();
    const entered = await inPage(SIGN_IN);
    expect([entered.status, entered.body["name"]]).toEqual([200, sato.name]);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    sato.cookie = `${cookie?.name}=${cookie?.value}`;
    const { body } = await sato.get("/api/v1/sessions");
    expect(body["sessions"]).toMatchObject([
      { way: "passkey", isThis: true },
      { way: "password", isThis: false },
    ]);
    expect((await desk.acts()).slice(-2)).toEqual([
      `${sato.name} passkey-asked`,
      `${sato.name} signed-in`,
    ]);
  });

  it("takes each answer once", async () => {
    await register();
    const twice = await inPage(`${signIn()}
      const first = await ask("${PASSKEY}/finish", { response: given });
      const again = await ask("${PASSKEY}/finish", { response: given });
      return { status: first.status, body: again };`);
    expect([twice.status, twice.body["status"]]).toEqual([200, 401]);
  });

  it("takes no answer after three minutes, nor to a challenge that it never gave", async () => {
    await register();
    const late = await page.evaluate(`(async () => {
      const ask = async (path, body) => (await fetch(path, { method: "POST", body: JSON.stringify(body),
        headers: { "content-type": "application/json" } })).json();
      const begun = { body: await ask("${PASSKEY}/begin", {}) };
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(begun.body.options);
      return (await navigator.credentials.get({ publicKey })).toJSON();
    })()`);
    desk.wait(180_001);
    const browser = new Browser(desk);
    const said = await browser.post(`${PASSKEY}/finish`, { response: late });
    expect(said.status).toBe(401);
    const made = await inPage(
      `${signIn("publicKey.challenge = new Uint8Array(32);")}
       return ask("${PASSKEY}/finish", { response: given });`,
    );
    expect([made.status, made.body["code"]]).toEqual([401, "REFUSED"]);
  });

  it("refuses a device that did not ask its owner", async () => {
    await register();
    await devices.send("WebAuthn.setUserVerified", {
      ...{ authenticatorId: device, isUserVerified: false },
    });
    const said = await inPage(
      `${signIn('publicKey.userVerification = "discouraged";')}
       return ask("${PASSKEY}/finish", { response: given });`,
    );
    expect(said.status).toBe(401);
  });

  it("refuses what was made for a page of another origin", async () => {
    await register();
    const { options } = (await new Browser(desk).post(`${PASSKEY}/begin`, {}))
      .body;
    await page.goto(`${other.origin}/sign-in`);
    const response = await page.evaluate(`(async () => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify(options)});
      return (await navigator.credentials.get({ publicKey })).toJSON();
    })()`);
    const browser = new Browser(desk);
    const said = await browser.post(`${PASSKEY}/finish`, { response });
    expect([said.status, browser.cookie]).toEqual([401, ""]);
  });

  it("refuses a device whose count went back: there is a copy of it", async () => {
    await register();
    const [passkey] = await desk.accounts.passkeys(sato.name);
    expect(await desk.accounts.usePasskey(passkey?.id ?? "", 1000)).toBe(true);
    expect((await inPage(SIGN_IN)).status).toBe(401);
    expect((await desk.acts()).at(-1)).toBe(`${sato.name} sign-in-refused`);
  });

  it("ends with a reset of the account, and does not open a disabled one", async () => {
    await register();
    await desk.accounts.setDisabled(sato.name, true);
    expect((await inPage(SIGN_IN)).status).toBe(401);
    await desk.accounts.setDisabled(sato.name, false);
    expect((await inPage(SIGN_IN)).status).toBe(200);
    await desk.accounts.setGrants(sato.name, []);
    expect(await desk.accounts.sessions(sato.name)).toEqual([]);
    await desk.accounts.reset(sato.name, {
      ...{ token: "n", expiresAt: desk.now, from: null },
    });
    expect((await inPage(SIGN_IN)).status).toBe(401);
  });

  it("keeps no passkey that was begun in another session, or by a wrong code", async () => {
    desk.wait(30_000);
    const wrong = await sato.post(`${PASSKEYS}/begin`, { code: "000000" });
    expect([wrong.status, wrong.body["code"]]).toEqual([401, "REFUSED"]);
    const begun = await sato.post(`${PASSKEYS}/begin`, { code: sato.code() });
    const response = await page.evaluate(`(async () => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(${JSON.stringify(begun.body["options"])});
      return (await navigator.credentials.create({ publicKey })).toJSON();
    })()`);
    await sato.signIn();
    const said = await sato.post(`${PASSKEYS}/finish`, { name: "x", response });
    expect([said.status, said.body["code"]]).toEqual([
      422,
      "PASSKEY_NOT_TAKEN",
    ]);
    expect(await desk.accounts.passkeys(sato.name)).toEqual([]);
  });
});
