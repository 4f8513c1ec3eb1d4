import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { TestConsole } from "../../test/support/console.ts";
import type { Role } from "../core/account.ts";
import { MINUTE } from "../core/units.ts";

let desk: TestConsole;
beforeEach(async () => {
  desk = await TestConsole.open();
});
afterEach(() => desk.close());

const person = (role: Role, tenant = "*") =>
  desk.person(`${role}-${tenant === "*" ? "all" : tenant}`, { role, tenant });
const STOP = "/api/v1/crossing/stop";
const RESUME = "/api/v1/crossing/resume";

describe("the emergency stop on the console", () => {
  it("is pulled by an operator and lifted by a chief, both on record, and shown in between", async () => {
    const operator = await person("operator");
    const chief = await person("chief");
    const stopped = await operator.post(STOP, { reason: "不審な配送" });
    expect(stopped.body).toMatchObject({ already: false, underWay: 0 });
    const { body } = await chief.get("/api/v1/crossing");
    expect(body["stops"]).toEqual([
      {
        ...{ tenant: "*", tenantName: "全団体", since: desk.now },
        ...{ by: "operator-all", reason: "不審な配送" },
      },
    ]);
    const refused = await operator.post(RESUME, {
      ...{ reason: "もうよい", version: body["version"] },
    });
    expect(refused.status).toBe(403);
    const resumed = await chief.post(RESUME, {
      ...{ reason: "確認済み", version: body["version"] },
    });
    expect(resumed.body).toMatchObject({ already: false, stops: [] });
    expect(await desk.acts()).toEqual(
      expect.arrayContaining([
        "operator-all crossing-stopped",
        "chief-all crossing-resumed",
      ]),
    );
  });

  it("of all tenants is not for who has one tenant; of that one it is, and the other town does not see it", async () => {
    const kawa = await person("manager", "kawa");
    const yama = await person("manager", "yama");
    expect((await kawa.post(STOP, { reason: "x" })).status).toBe(403);
    const own = { reason: "川町だけ", tenant: "kawa" };
    expect((await kawa.post(STOP, own)).status).toBe(200);
    const seen = await yama.get("/api/v1/crossing");
    expect(seen.body["stops"]).toEqual([]);
    expect(seen.body["tenants"]).toEqual([
      { id: "yama", name: "山村", mayStop: true, mayResume: true },
    ]);
  });

  it("is not lifted by who saw another state: 409, and it stays", async () => {
    const chief = await person("chief");
    const { body } = await chief.get("/api/v1/crossing");
    await chief.post(STOP, { reason: "x" });
    const said = await chief.post(RESUME, {
      ...{ reason: "y", version: body["version"] },
    });
    expect([said.status, said.body["code"]]).toEqual([409, "CHANGED"]);
    expect((await desk.ledger.crossing()).stops).toHaveLength(1);
  });

  it("refuses a tenant that is not in the settings with 422, and a stop without a reason with 400", async () => {
    const chief = await person("chief");
    const nowhere = await chief.post(STOP, { reason: "x", tenant: "umi" });
    expect(nowhere.status).toBe(422);
    expect((await chief.post(STOP, { reason: "" })).status).toBe(400);
  });
});

describe("the emergency mode", () => {
  it("is opened by two people, not by two accounts of one", async () => {
    const alice = await person("chief");
    const { body } = await alice.post("/api/v1/accounts", {
      ...{ name: "ghost", displayName: "幽霊" },
      grants: [{ role: "chief", tenant: "*" }],
    });
    const [, token = ""] = String(body["link"]).split("#");
    const ghost = await desk.setUp("ghost", token);
    const asked = { reason: "大雨", hours: 2 };
    expect((await alice.post("/api/v1/disaster/ask", asked)).status).toBe(200);
    const said = await ghost.post("/api/v1/disaster/confirm", {});
    expect([said.status, said.body["code"]]).toEqual([409, "SAME_HANDS"]);
    expect((await desk.ledger.disaster()).kind).toBe("asked");
    const suzuki = await person("manager");
    desk.wait(11 * MINUTE);
    const late = await suzuki.post("/api/v1/disaster/confirm", {});
    expect([late.status, late.body["code"]]).toEqual([403, "CONFIRM_NEEDED"]);
    await suzuki.post("/api/v1/session/confirm", { code: suzuki.code() });
    const done = await suzuki.post("/api/v1/disaster/confirm", {});
    expect([done.status, done.body["kind"]]).toEqual([200, "on"]);
  });
});
