import { Fault } from "../core/fault.ts";
import { parseItemId } from "../core/id.ts";
import type { Job, LaneName } from "../core/lanes.ts";

/** A job as it crosses a process or Redis: `{"item": id}` and nothing else. Whoever can write there is not believed. */

export const LANE_NAMES: readonly LaneName[] = [
  "inspect",
  "sanitize",
  "deliver",
];

/** Faults: JOB_MALFORMED. */
export function parseJob(untrusted: unknown): Job {
  if (!isRecord(untrusted)) throw malformed("not an object");
  const keys = Object.keys(untrusted);
  if (keys.length !== 1 || keys[0] !== "item") throw malformed("other keys");
  const item = parseItemId(untrusted.item);
  if (item === null) throw malformed("not an item id");
  return { item };
}

/** Faults: JOB_MALFORMED. */
export function parseLane(untrusted: unknown): LaneName {
  const lane = LANE_NAMES.find((name) => name === untrusted);
  if (lane === undefined) throw malformed("not a lane");
  return lane;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(rule: string): Fault {
  return new Fault("JOB_MALFORMED", { rule });
}
