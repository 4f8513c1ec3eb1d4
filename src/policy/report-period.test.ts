import { describe, expect, it } from "@jest/globals";
import { dayOf, parsePeriod } from "./report-period.ts";

const iso = (text: string) => {
  const found = parsePeriod(text);
  return (
    found &&
    [found.from, found.until].map((at) => new Date(at).toISOString()).join(" ")
  );
};

describe("the time of a report", () => {
  it("is a month from midnight to midnight in Japan", () => {
    expect(iso("2026-11")).toBe(
      "2026-10-31T15:00:00.000Z 2026-11-30T15:00:00.000Z",
    );
    expect(iso("2026-12")).toBe(
      "2026-11-30T15:00:00.000Z 2026-12-31T15:00:00.000Z",
    );
  });

  it("is from one day to another, both of them in it", () => {
    expect(iso("2026-11-01..2026-11-01")).toBe(
      "2026-10-31T15:00:00.000Z 2026-11-01T15:00:00.000Z",
    );
    expect(iso("2026-04-01..2027-03-31")).not.toBeNull();
  });

  it.each([
    ...["2026-13", "2026-00", "2026", "", "2026-11-02..2026-11-01"],
    ...["2026-02-30..2026-03-01", "2024-01-01..2026-01-01", "x2026-11"],
  ])("is not %j", (text) => {
    expect(parsePeriod(text)).toBeNull();
  });

  it("knows the day in Japan", () => {
    expect(dayOf(Date.parse("2026-10-31T15:00:00Z"))).toBe("2026-11-01");
    expect(dayOf(Date.parse("2026-10-31T14:59:59Z"))).toBe("2026-10-31");
  });
});
