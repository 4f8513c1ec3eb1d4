import { describe, expect, it } from "@jest/globals";
import { newItemId, parseItemId } from "./id.ts";

describe("item id", () => {
  it("is 26 characters that its own parser accepts, and never the same twice in 10,000", () => {
    const ids = Array.from({ length: 10_000 }, newItemId);
    expect(new Set(ids).size).toBe(10_000);
    for (const id of ids) expect(parseItemId(id)).toBe(id);
  });

  it.each([
    "",
    "../../etc/passwd",
    "0".repeat(25),
    "0".repeat(27),
    "i".repeat(26),
    "0".repeat(26) + "\n",
    7,
    null,
  ])("refuses %j", (text) => {
    expect(parseItemId(text)).toBeNull();
  });
});
