import { describe, expect, it } from "@jest/globals";
import { mayMove, TRANSITIONS, UNFINISHED } from "./item.ts";

describe("item states", () => {
  it("never leave an ending, except that a person may release or discard what is held", () => {
    expect(TRANSITIONS.delivered).toEqual([]);
    expect(TRANSITIONS.discarded).toEqual([]);
    expect(TRANSITIONS.held).toEqual(["planned", "discarded"]);
  });

  it("let no state before cleared reach delivered", () => {
    for (const state of [
      "received",
      "inspected",
      "planned",
      "sanitized",
      "held",
    ] as const) {
      expect(mayMove(state, "delivered")).toBe(false);
    }
  });

  it("let every unfinished state be held", () => {
    for (const state of UNFINISHED) expect(mayMove(state, "held")).toBe(true);
  });
});
