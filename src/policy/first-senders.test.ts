import { describe, expect, it } from "@jest/globals";
import { firstSenders } from "./first-senders.ts";

describe("who goes first", () => {
  it("is told by address or by domain, whatever the case", () => {
    const goesFirst = firstSenders(["Kiki@Pref.example.jp", "fire.example.jp"]);
    const told = [
      "kiki@pref.example.jp",
      "a@FIRE.example.jp",
      "b@pref.example.jp",
      "",
    ].map((one) => goesFirst?.(one));
    expect(told).toEqual([true, true, false, false]);
  });

  it("is asked of no mail when nobody is named", () => {
    expect(firstSenders([])).toBeUndefined();
  });
});
