import { describe, expect, it } from "@jest/globals";
import { DEFAULT_POLICY } from "./policy.ts";
import { createPolicies } from "./variant.ts";

describe("variants of a policy", () => {
  const policies = createPolicies(DEFAULT_POLICY, [
    { name: "fine", title: "細かく", links: "defang", pages: { dpi: 300 } },
  ]);

  it("change links and pages as they say and nothing else", () => {
    expect(policies("fine")).toEqual({
      ...DEFAULT_POLICY,
      links: "defang",
      pages: { ...DEFAULT_POLICY.pages, dpi: 300 },
    });
    expect(policies()).toBe(DEFAULT_POLICY);
  });

  it("are the same object each time, so that its version is made once", () => {
    expect(policies("fine")).toBe(policies("fine"));
  });

  it("that the settings do not know are a fault, not the policy without", () => {
    expect(() => policies("gone")).toThrow("CONFIG_INVALID");
  });
});
