import { expect, it } from "@jest/globals";
import { monthsUpTo } from "./months.ts";

it("begins with the month that it is in Japan, also in its first hours, and goes back over the year", () => {
  expect(monthsUpTo(Date.parse("2026-12-31T15:00:00Z"), 3)).toEqual([
    ...["2027-01", "2026-12", "2026-11"],
  ]);
  expect(monthsUpTo(Date.parse("2026-12-31T14:59:59Z"), 1)).toEqual([
    "2026-12",
  ]);
});
