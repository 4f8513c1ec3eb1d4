import { Fault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { LaneName } from "../core/lanes.ts";
import { isRecord, parseJob, parseLane } from "./job.ts";

/** What a forked worker and the supervisor say to each other about lanes. Other messages may share the channel. */
export type LaneMessage =
  /** worker → supervisor: there is work for this item. */
  | {
      readonly lanes: "ring";
      readonly lane: LaneName;
      readonly item: ItemId;
      readonly first?: true;
    }
  /** worker → supervisor: I take so many jobs of this lane at a time. */
  | {
      readonly lanes: "serve";
      readonly lane: LaneName;
      readonly concurrency: number;
    }
  /** supervisor → worker: do this. */
  | { readonly lanes: "job"; readonly lane: LaneName; readonly item: ItemId }
  /** worker → supervisor: that one is over, well or not. */
  | { readonly lanes: "done"; readonly lane: LaneName; readonly item: ItemId }
  /** worker → supervisor: not taken up, I am closing. */
  | { readonly lanes: "back"; readonly lane: LaneName; readonly item: ItemId }
  /** worker → supervisor: no more jobs for me. */
  | { readonly lanes: "stop" }
  /** supervisor → worker: after this word no job comes. */
  | { readonly lanes: "stopped" }
  /** worker → supervisor: how many wait? */
  | { readonly lanes: "ask-depths"; readonly call: number }
  | {
      readonly lanes: "depths";
      readonly call: number;
      readonly depths: LaneCounts;
    };

export type LaneCounts = Readonly<
  Record<LaneName, { readonly waiting: number; readonly active: number }>
>;

const MAX_CONCURRENCY = 1024;

/** Null when the message is about something else. Faults: JOB_MALFORMED. */
export function parseLaneMessage(untrusted: unknown): LaneMessage | null {
  if (!isRecord(untrusted) || !("lanes" in untrusted)) return null;
  const { lanes, lane, item, concurrency, call } = untrusted;
  switch (lanes) {
    case "ring": {
      const ring = {
        ...{ lanes, lane: parseLane(lane), item: parseJob({ item }).item },
      };
      return untrusted["first"] === true ? { ...ring, first: true } : ring;
    }
    case "job":
    case "done":
    case "back":
      return { lanes, lane: parseLane(lane), item: parseJob({ item }).item };
    case "serve":
      return {
        lanes,
        lane: parseLane(lane),
        concurrency: whole(concurrency, 1, MAX_CONCURRENCY),
      };
    case "stop":
    case "stopped":
      return { lanes };
    case "ask-depths":
      return { lanes, call: whole(call) };
    case "depths":
      return {
        lanes,
        call: whole(call),
        depths: {
          inspect: counts(untrusted.depths, "inspect"),
          sanitize: counts(untrusted.depths, "sanitize"),
          deliver: counts(untrusted.depths, "deliver"),
        },
      };
    default:
      throw new Fault("JOB_MALFORMED", { rule: "not a lane message" });
  }
}

function counts(untrusted: unknown, lane: LaneName) {
  const own = isRecord(untrusted) ? untrusted[lane] : null;
  if (!isRecord(own)) throw new Fault("JOB_MALFORMED", { rule: "not depths" });
  return { waiting: whole(own.waiting), active: whole(own.active) };
}

function whole(
  value: unknown,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (
    typeof value === "number" &&
    Number.isSafeInteger(value) &&
    value >= least &&
    value <= most
  )
    return value;
  throw new Fault("JOB_MALFORMED", { rule: "not a whole number in range" });
}
