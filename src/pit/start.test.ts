/** Where descriptors run out: in a process of its own, since it would harm its neighbours. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";

const MODULE = new URL("process.ts", import.meta.url).href;
const LIMITS = new URL("../core/limits.ts", import.meta.url).href;

/** How a start ends with so many descriptors free. */
const script = `
  import { closeSync, openSync } from "node:fs";
  import { PitProcess } from ${JSON.stringify(MODULE)};
  import { DEFAULT_LIMITS } from ${JSON.stringify(LIMITS)};
  const command = { file: "sleep", args: ["9"], descriptors: [""] };
  const open = async () => {
    const pit = await PitProcess.start(command, DEFAULT_LIMITS);
    await pit.end();
    return "started";
  };
  const outcomes = [await open()];
  for (const free of [0, 1, 2, 3, 4, 5, 6, 8, 10, 12]) {
    const taken = [];
    try { for (;;) taken.push(openSync("/dev/null")); } catch {}
    for (let count = 0; count < free; count++) closeSync(taken.pop());
    outcomes.push(await open().catch((error) => error.code));
    for (const one of taken) closeSync(one);
  }
  outcomes.push(await open());
  console.log(JSON.stringify(outcomes));
`;

describe("a pit that can't be started for want of descriptors", () => {
  it("is PIT_UNAVAILABLE, harms nothing else, and starts when there are some again", () => {
    const said = execFileSync(
      "prlimit",
      [
        ...["--nofile=64:64", process.execPath],
        ...["--no-warnings", "--input-type=module", "-e", script],
      ],
      { encoding: "utf8", timeout: 60_000 },
    );
    const outcomes = JSON.parse(said) as readonly string[];
    expect([outcomes[0], outcomes.at(-1)]).toEqual(["started", "started"]);
    expect(outcomes[1]).toBe("PIT_UNAVAILABLE");
    expect(new Set(outcomes)).toEqual(new Set(["started", "PIT_UNAVAILABLE"]));
  });
});
