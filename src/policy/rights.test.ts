import { describe, expect, it } from "@jest/globals";
import { EVERY_TENANT } from "../core/account.ts";
import type { Role } from "../core/account.ts";
import { may, mayManage, RIGHTS, standsInFor, tenantsWith } from "./rights.ts";
import type { Right } from "./rights.ts";

const as = (...grants: readonly [Role, string][]) => ({
  grants: grants.map(([role, tenant]) => ({ role, tenant })),
});
const ACTS: readonly Right[] = [
  ...(["mail.note", "mail.release", "mail.discard"] as const),
  "accounts.manage",
  ...(["request.decide", "request.confirm", "substitutes.name"] as const),
];

describe("rights", () => {
  it("let 監査者 see everything and change nothing", () => {
    for (const act of ACTS)
      expect([act, RIGHTS[act].auditor]).toEqual([act, false]);
    expect(RIGHTS["audit.view"].auditor).toBe(true);
  });

  it("show 運用委託先 no word of a mail and let it decide nothing but to stop the crossing", () => {
    const given = (Object.keys(RIGHTS) as Right[]).filter(
      (right) => RIGHTS[right].operator,
    );
    expect(given).toEqual([
      ...["status.view", "queue.view", "mail.view", "mail.note"],
      "crossing.stop",
    ]);
  });

  it("reach as far as the grant: one tenant, several, all", () => {
    const one = as(["manager", "kawa"]);
    expect([
      may(one, "mail.release", "kawa"),
      may(one, "mail.release", "yama"),
      may(one, "mail.release", EVERY_TENANT),
    ]).toEqual([true, false, false]);
    const mixed = as(["manager", "kawa"], ["auditor", "yama"]);
    expect(tenantsWith(mixed, "mail.view")).toEqual(["kawa", "yama"]);
    expect(tenantsWith(mixed, "mail.release")).toEqual(["kawa"]);
    expect(tenantsWith(as(["chief", "*"]), "mail.release")).toBe("*");
  });

  it("let a substitute decide about requests there, in the manager's name, and nothing else", () => {
    const named = {
      ...{ tenant: "kawa", manager: "sato", substitute: "tanaka" },
      ...{ until: 1, setBy: "sato", setAt: 0 },
    };
    const tanaka = { ...as(["manager", "yama"]), standsIn: [named] };
    const given = (Object.keys(RIGHTS) as Right[]).filter((right) =>
      may(tanaka, right, "kawa"),
    );
    expect(given.sort()).toEqual(
      [
        ...["mail.read", "mail.view", "request.decide", "request.view"],
        "status.view",
      ].sort(),
    );
    expect(
      ["kawa", "yama", "mori"].map((tenant) =>
        standsInFor(tanaka, "request.decide", tenant),
      ),
    ).toEqual(["sato", null, null]);
  });

  it("let nobody give rights where they have none to give", () => {
    const chief = as(["chief", "kawa"]);
    expect(mayManage(chief, [{ role: "manager", tenant: "kawa" }])).toBe(true);
    expect(mayManage(chief, [{ role: "manager", tenant: "yama" }])).toBe(false);
    expect(mayManage(chief, [{ role: "manager", tenant: "*" }])).toBe(false);
  });

  it("leave an account without a role to who manages accounts everywhere", () => {
    expect(mayManage(as(["chief", "kawa"]), [])).toBe(false);
    expect(mayManage(as(["manager", "*"]), [])).toBe(false);
    expect(mayManage(as(["chief", "*"]), [])).toBe(true);
  });
});
