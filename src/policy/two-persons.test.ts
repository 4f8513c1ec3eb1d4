import { describe, expect, it } from "@jest/globals";
import { againstTwoPersons } from "./two-persons.ts";

const holder = (
  name: string,
  issuers: readonly string[] = [],
  setUpAt = 0,
) => ({
  ...{ name, hands: { issuers, setUpAt } },
});

describe("two accounts", () => {
  it("are two people when no account can have issued both", () => {
    const sato = holder("sato", ["kura"]);
    const ito = holder("ito", ["suzuki", "mori"]);
    expect(againstTwoPersons(sato, ito, 10)).toBeNull();
    expect(againstTwoPersons(ito, sato, 10)).toBeNull();
  });

  it("are not when one issued the other, at whatever distance, or a third one both", () => {
    const all = [
      ...[holder("alice"), holder("ghost", ["alice"])],
      ...[holder("shade", ["ghost", "alice"]), holder("shadow", ["alice"])],
    ];
    for (const one of all)
      for (const other of all)
        expect(againstTwoPersons(one, other, 10)).toBe("same-hands");
  });

  it("may be others than they were when one was set up after the request", () => {
    const old = holder("sato", [], 10);
    const fresh = holder("ito", [], 11);
    expect(againstTwoPersons(old, fresh, 10)).toBe("new-credentials");
    expect(againstTwoPersons(fresh, old, 10)).toBe("new-credentials");
    expect(againstTwoPersons(old, fresh, 11)).toBeNull();
  });
});
