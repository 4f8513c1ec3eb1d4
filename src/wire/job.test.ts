import { describe, expect, it } from "@jest/globals";
import { Fault } from "../core/fault.ts";
import { newItemId } from "../core/id.ts";
import { parseJob, parseLane } from "./job.ts";

describe("a job on the wire", () => {
  it("is an item id and nothing else", () => {
    const item = newItemId();
    expect(parseJob(JSON.parse(JSON.stringify({ item })))).toEqual({ item });
  });

  it.each([
    { item: "../../x" },
    { item: newItemId().toUpperCase() },
    { item: [newItemId()] },
    { item: newItemId(), clean: true },
    { item: newItemId(), __proto__: null, path: "/etc/passwd" },
    {},
    [],
    null,
    "x",
    7,
    undefined,
  ])("refuses %j with JOB_MALFORMED and does not repeat it", (untrusted) => {
    let thrown: unknown;
    try {
      parseJob(untrusted);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Fault);
    expect((thrown as Fault).code).toBe("JOB_MALFORMED");
    expect((thrown as Fault).message).not.toMatch(/passwd|\.\./);
  });

  it("goes to one of three lanes", () => {
    expect(["inspect", "sanitize", "deliver"].map(parseLane)).toHaveLength(3);
    for (const other of ["Inspect", "", "constructor", 0, null])
      expect(() => parseLane(other)).toThrow("JOB_MALFORMED");
  });
});
