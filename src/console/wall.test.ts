import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Browser, TestConsole } from "../../test/support/console.ts";
import { DAY } from "../core/units.ts";

const LINKS = "/api/v1/wall-links";

describe("a link for a screen on a wall", () => {
  let desk: TestConsole;
  let chief: Browser;

  beforeAll(async () => {
    desk = await TestConsole.open();
    chief = await desk.person("sato", { role: "chief", tenant: "kawa" });
  });
  afterAll(() => desk.close());

  const make = (over: object = {}) =>
    chief.post(LINKS, { name: "執務室", tenant: "kawa", days: 2, ...over });
  const tokenOf = (body: Readonly<Record<string, unknown>>) =>
    String(body["link"]).split("#")[1] ?? "";

  async function wall(token: string) {
    const opened = await desk.app.inject({
      ...{ method: "POST", url: `${LINKS}/open`, payload: { token } },
      headers: { host: desk.host },
    });
    const [cookie] = opened.cookies;
    const statusOf = async (url: string, method: "GET" | "POST" = "GET") => {
      const answer = await desk.app.inject({
        ...{ method, url },
        ...(method === "GET" ? {} : { payload: { reason: "x" } }),
        headers: {
          host: desk.host,
          cookie: `${cookie?.name ?? ""}=${cookie?.value ?? ""}`,
        },
      });
      return answer.statusCode;
    };
    return { opened, cookie, statusOf };
  }

  it("is made for one's own tenants and at most 366 days, by whoever manages accounts", async () => {
    expect((await make()).status).toBe(200);
    expect((await make({ tenant: "*" })).status).toBe(403);
    expect((await make({ tenant: "yama" })).status).toBe(403);
    expect((await make({ days: 367 })).status).toBe(400);
  });

  it("shows that tenant's numbers, and neither a mail nor an act", async () => {
    const { opened, cookie, statusOf } = await wall(
      tokenOf((await make()).body),
    );
    expect(opened.statusCode).toBe(200);
    expect(cookie).toMatchObject({
      ...{ httpOnly: true, sameSite: "Strict", maxAge: (2 * DAY) / 1000 },
    });
    expect(await statusOf("/api/v1/crossing")).toBe(200);
    const yama = "/api/v1/measures/history?range=hour&series=arrivals";
    expect(await statusOf(`${yama}&tenant=yama`)).toBe(403);
    expect(await statusOf("/api/v1/mails")).toBe(401);
    expect(await statusOf("/api/v1/people")).toBe(401);
    expect(await statusOf("/api/v1/crossing/stop", "POST")).toBe(401);
  });

  it("stands hashed, is over by its time, and opens nothing with another token", async () => {
    const token = tokenOf((await make()).body);
    const { statusOf } = await wall(token);
    expect(JSON.stringify(await desk.accounts.wallLinks())).not.toContain(
      token,
    );
    expect(await desk.accounts.wallLink(token)).toBeNull();
    desk.wait(2 * DAY);
    expect(await statusOf("/api/v1/crossing")).toBe(401);
    expect((await wall(token)).opened.statusCode).toBe(410);
    expect((await wall("A".repeat(43))).opened.statusCode).toBe(410);
  });
});
