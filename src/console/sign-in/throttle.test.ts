import { describe, expect, it } from "@jest/globals";
import { HOUR, MINUTE, SECOND } from "../../core/units.ts";
import { PACES, placeOf, Throttle } from "./throttle.ts";

describe("throttle", () => {
  it("doubles the wait with each try too many, up to 15 minutes", () => {
    let now = 1000;
    const throttle = new Throttle(() => now);
    const waits: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      expect(throttle.take({ person: "a" })).toBe(0);
      const wait = throttle.take({ person: "a" });
      if (wait > 0) waits.push(wait / SECOND);
      else n += 1;
      now += wait;
    }
    expect(waits.slice(0, 3)).toEqual([30, 60, 120]);
    expect(Math.max(...waits)).toBe(PACES.person.maxWaitMs / SECOND);
  });

  it("forgets after an hour without a try", () => {
    let now = 1000;
    const throttle = new Throttle(() => now);
    for (let n = 0; n < 5; n += 1) throttle.take({ person: "a" });
    expect(throttle.take({ person: "a" })).toBe(30 * SECOND);
    now += HOUR + MINUTE;
    for (let n = 0; n < 5; n += 1)
      expect(throttle.take({ person: "a" })).toBe(0);
  });

  it("keeps 10,000 keys at most, whoever comes", () => {
    const throttle = new Throttle(() => 1000);
    for (let n = 0; n < 20_000; n += 1) throttle.take({ address: String(n) });
    expect(throttle.size).toBe(10_000);
  });

  it("holds nothing against an office of which 100 sign in within an hour", () => {
    const throttle = new Throttle(() => 1000);
    for (let n = 0; n < 100; n += 1) {
      expect(
        throttle.take({ person: `${n}`, address: "x", account: `${n}` }),
      ).toBe(0);
      throttle.forgive({ person: `${n}`, address: "x", account: `${n}` });
    }
  });

  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
    ["2001:db8::9", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("takes %s for %s", (address, place) => {
    expect(placeOf(address)).toBe(place);
  });
});
