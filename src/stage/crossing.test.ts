import { beforeEach, describe, expect, it } from "@jest/globals";
import type { CrossingState } from "../core/crossing.ts";
import type { ItemId } from "../core/id.ts";
import type { Log } from "../core/log.ts";
import { stopCrossing, watchCrossing } from "./crossing.ts";

const quiet: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const NEVER_MS = 1_000_000;
let stops: string[] = [];
let reads = 0;
let rung: string[] = [];

beforeEach(() => {
  [stops, reads, rung] = [[], 0, []];
});

const ledger = {
  crossing: async (): Promise<CrossingState> => {
    reads += 1;
    const one = { since: 0, who: "sato", why: "x" };
    return { stops: stops.map((tenant) => ({ tenant, ...one })), version: "" };
  },
  due: async () =>
    ["a", "b", "c"].map((id) => ({
      ...{ id: id as ItemId, lane: "deliver" as const },
    })),
};
const ring = async (_lane: string, { item }: { item: ItemId }) =>
  void rung.push(item);
const open = () =>
  watchCrossing({ ledger, lanes: { ring }, log: quiet }, NEVER_MS);

describe("the courier's watch", () => {
  it("asks the ledger of no mail while nothing is stopped", async () => {
    const watch = await open();
    const asked = [
      await watch.isStopped("kawa"),
      await watch.isStopped("yama"),
    ];
    await watch.close();
    expect([asked, reads]).toEqual([[false, false], 1]);
  });

  it("hears of a resume with the first bell after it, and rings for the 3 that waited in their order", async () => {
    stops = ["*"];
    const watch = await open();
    const during = [
      ...[await watch.isStopped("kawa"), await watch.isStopped("self-test")],
    ];
    stops = [];
    const after = await watch.isStopped("kawa");
    await watch.close();
    expect([during, after]).toEqual([[true, false], false]);
    expect(rung).toEqual(["a", "b", "c"]);
  });
});

describe("a stop", () => {
  it("is answered when the 2 deliveries that were under way have ended", async () => {
    let underWay = 2;
    const answer = await stopCrossing(
      {
        stopCrossing: async () => "done",
        attemptsUnderWay: async () => underWay--,
      },
      { tenant: "*", who: "sato", why: "x", via: "console" },
    );
    expect(answer).toEqual({ kind: "stopped", already: false, underWay: 0 });
  });
});
