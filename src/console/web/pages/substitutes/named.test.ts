import { describe, expect, it } from "@jest/globals";
import { bodyOf, namedFrom, newNamed } from "./named.ts";

const NOW = Date.parse("2026-11-21T12:00:00+09:00");
const END = Date.parse("2026-12-05T00:00:00+09:00");

describe("substitutes of a form", () => {
  it("are this manager's, and of those the ones in force, with their last day in Japan", () => {
    const one = {
      ...{ tenant: "kawa", manager: "sato", managerName: null },
      ...{ substitute: "ito", substituteName: null, until: END, inForce: true },
    };
    expect(
      namedFrom(
        [one, { ...one, inForce: false }, { ...one, manager: "ueda" }],
        "sato",
      ),
    ).toEqual([{ tenant: "kawa", substitute: "ito", until: "2026-12-04" }]);
  });

  it("last to the end of their day, and rows without a name are left out", () => {
    const row = { tenant: "kawa", substitute: " ito ", until: "2026-12-04" };
    expect(bodyOf([row, { ...row, substitute: " " }])).toEqual({
      substitutes: [{ tenant: "kawa", substitute: "ito", until: END }],
    });
  });

  it("begin with 14 days", () => {
    expect(newNamed("kawa", NOW)).toEqual({
      ...{ tenant: "kawa", substitute: "", until: "2026-12-05" },
    });
  });
});
