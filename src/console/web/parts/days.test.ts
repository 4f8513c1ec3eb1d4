import { describe, expect, it } from "@jest/globals";
import { dayOf, dayStart } from "./days.ts";

describe("dayStart", () => {
  it("begins a day at midnight in Japan, which is 15:00 UTC the day before", () => {
    expect(dayStart("2026-11-21", 0)).toBe(
      String(Date.parse("2026-11-20T15:00:00Z")),
    );
    expect(dayStart("2026-12-31", 1)).toBe(
      String(Date.parse("2026-12-31T15:00:00Z")),
    );
  });

  it.each([0, 1])("is undone by dayOf, %i days later", (days) => {
    expect(dayOf(dayStart("2027-01-01", days), days)).toBe("2027-01-01");
    expect(dayOf("", days)).toBe("");
  });

  it.each(["", "2026-13-01", "21.11.2026", "2026-11-21T00:00"])(
    "is empty for %j",
    (text) => {
      expect(dayStart(text, 0)).toBe("");
    },
  );
});
