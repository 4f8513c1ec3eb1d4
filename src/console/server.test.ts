import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Browser, TestConsole } from "../../test/support/console.ts";

let desk: TestConsole;
beforeEach(async () => {
  desk = await TestConsole.open();
});
afterEach(() => desk.close());

describe("console", () => {
  it.each([
    ["/", "庁内 側への配送"],
    ["/mailbox", "庁内 側の内蔵メールボックス"],
  ])("calls the inner side by its name on %s", async (url, words) => {
    expect((await new Browser(desk).get(url)).text).toContain(words);
  });

  it("tells of the last mails only whose tenant's mail one may read, and makes its first page in the browser for who is signed in", async () => {
    await desk.held("yama", ["ENCRYPTED"], { subject: "秘密の件" });
    const one = await desk.person("sato", { role: "manager", tenant: "kawa" });
    const all = await desk.person("cho", { role: "chief", tenant: "*" });
    const recent = "/api/v1/recent";
    expect((await one.get(recent)).body).toEqual({ rows: [] });
    expect((await all.get(recent)).body).toMatchObject({
      rows: [{ subject: "秘密の件", tenant: "yama", heldCount: 1 }],
    });
    const page = (await all.get("/sign-in")).text;
    expect((await all.get("/")).text).toBe(page);
    expect((await one.get("/")).text).toBe(page);
    expect((await one.get("/mailbox")).status).toBe(403);
  });

  it.each(["/", "/api/v1/status", "/nothing", "/api/v1/nothing", "/sign-in"])(
    "sends its policy with every answer: %s",
    async (url) => {
      const { headers } = await new Browser(desk).get(url);
      expect(headers).toMatchObject({
        "content-security-policy":
          expect.stringContaining("default-src 'none'"),
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-frame-options": "DENY",
      });
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      const policy = String(headers["content-security-policy"]);
      const isWebPage = url === "/sign-in";
      expect(policy.includes("script-src 'self'")).toBe(isWebPage);
      expect(policy).not.toContain("unsafe");
    },
  );

  it("answers what it does not know in words, and names nothing of itself", async () => {
    const anybody = new Browser(desk);
    const body = "{".repeat(10);
    const headers = { "content-type": "application/json" };
    const broken = await anybody.ask("POST", "/api/v1/session", {
      body,
      headers,
    });
    expect(broken.body).toEqual({
      code: "BAD_REQUEST",
      message: "入力の形が正しくありません。",
    });
    const long = await anybody.post("/api/v1/session", {
      ...{ name: "x", code: "1", password: "x".repeat(17_000) },
    });
    expect(long.status).toBe(413);
    expect((await anybody.get("/api/v1/nothing")).status).toBe(404);
  });

  it("answers what is no address as anything else: its policy, and not under another name", async () => {
    const anybody = new Browser(desk);
    for (const url of ["/%zz", `/mailbox/${"x".repeat(300)}/1`]) {
      const said = await anybody.get(url);
      expect([url, said.status]).toEqual([url, 400]);
      expect(said.headers["x-content-type-options"]).toBe("nosniff");
      const other = await anybody.get(url, { host: "evil.example" });
      expect([url, other.status, other.body["code"]]).toEqual([
        ...[url, 421, "OTHER_NAME"],
      ]);
      expect(other.headers["content-security-policy"]).toContain("'none'");
    }
  });

  it("asks a provider that is down once for all who wait, and lets nobody ask on and on", async () => {
    let asked = 0;
    const down = createServer((_request, response) => {
      asked += 1;
      response.writeHead(503).end();
    });
    await new Promise<void>((done) => down.listen(0, "127.0.0.1", done));
    const { port } = down.address() as AddressInfo;
    const site = await TestConsole.open({
      provider: {
        ...{ name: "庁内認証", issuer: `http://127.0.0.1:${port}` },
        ...{ clientId: "x", secret: null, scopes: [], accountClaim: "sub" },
        ...{ accountSuffix: null, acrValues: [], amrValues: [] },
      },
    });
    const begin = () =>
      new Browser(site).post("/api/v1/session/oidc/begin", {});
    const first = await Promise.all(Array.from({ length: 19 }, begin));
    expect(new Set(first.map(({ status }) => status))).toEqual(new Set([503]));
    expect(asked).toBe(1);
    const later = [await begin(), await begin(), await begin()];
    expect(later.at(-1)?.status).toBe(429);
    await site.close();
    await new Promise((done) => down.close(done));
  });

  it("answers probes under any name, and nothing else", async () => {
    const anybody = new Browser(desk);
    const host = { host: "10.0.0.7:8080" };
    expect((await anybody.get("/healthz", host)).status).toBe(200);
    expect((await anybody.get("/readyz", host)).status).toBe(200);
    expect((await anybody.get("/", host)).status).toBe(421);
  });

  it("behind TLS has a cookie for this host alone, and asks browsers to come with TLS only", async () => {
    const secure = await TestConsole.open({
      gate: {
        ...{ origin: "https://sekisho.kawa.lg.jp", host: "127.0.0.1" },
        ...{ tls: false, port: () => 8080 },
      },
    });
    const host = { host: "sekisho.kawa.lg.jp" };
    const anybody = new Browser(secure);
    const said = await anybody.get("/api/openapi.json", host);
    expect(said.headers["strict-transport-security"]).toMatch(
      /^max-age=31536000/,
    );
    expect((await anybody.get("/api/openapi.json")).status).toBe(421);
    await secure.close();
  });
});
