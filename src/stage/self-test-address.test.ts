import { describe, expect, it } from "@jest/globals";
import { createSecretKey, randomBytes } from "node:crypto";
import { createSelfTestDoor, newSelfTestAddress } from "./self-test-address.ts";
import { createAdmit } from "./admit.ts";

const key = createSecretKey(randomBytes(32));
const localOf = (address: string) => address.split("@")[0] ?? "";

describe("an address of the self-test", () => {
  it("is good for one mail, for 5 minutes, at the gateway that made it", () => {
    let now = 1_800_000_000_000;
    const door = createSelfTestDoor(key, () => now);
    const first = localOf(newSelfTestAddress(key, now));
    const second = localOf(newSelfTestAddress(key, now));
    expect([door(first), door(first)]).toEqual([true, false]);
    now += 5 * 60_000 + 1;
    expect(door(second)).toBe(false);
    const other = createSecretKey(randomBytes(32));
    expect(door(localOf(newSelfTestAddress(other, now)))).toBe(false);
    expect(["", "postmaster", `${first}x`].map(door)).toEqual(
      Array<boolean>(3).fill(false),
    );
  });

  it("is taken from this machine only, and alone", () => {
    const admit = createAdmit({
      tenants: [{ id: "kawa", domains: ["kawa.lg.jp"] }],
      ...{ postmaster: null, limits: { maxRecipients: 10 } },
      isSelfTest: createSelfTestDoor(key),
    });
    const address = () => newSelfTestAddress(key, Date.now());
    const from = (isHere: boolean, tenant: string | null = null) => ({
      ...{ tenant, recipients: [], isFromHere: () => isHere },
    });
    const mine = address();
    expect(admit(mine, from(true))).toEqual({
      ...{ tenant: "self-test", address: mine },
    });
    for (const soFar of [from(false), from(true, "kawa")])
      expect(() => admit(address(), soFar)).toThrow("SMTP_RELAY_DENIED");
    expect(() => admit(address(), { tenant: null, recipients: [] })).toThrow(
      "SMTP_RELAY_DENIED",
    );
  });
});
