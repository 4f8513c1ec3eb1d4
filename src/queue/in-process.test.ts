import { describe, expect, it } from "@jest/globals";
import { newItemId } from "../core/id.ts";
import { createBoard } from "./board.ts";
import { hearLog, lanesConformance } from "./conformance.ts";
import { createInProcessLanes } from "./in-process.ts";

lanesConformance("inside one process", async () => {
  const log = hearLog();
  const lanes = createInProcessLanes(log);
  return { ringing: lanes, serving: lanes, log, dispose: async () => {} };
});

describe("a board", () => {
  it("gives 100,000 items out in the order in which they were rung", () => {
    const board = createBoard();
    const items = Array.from({ length: 100_000 }, newItemId);
    for (const item of items) board.ring(item);
    expect(board.waiting).toBe(100_000);
    const taken = [];
    for (let item = board.take(); item !== null; item = board.take()) {
      taken.push(item);
      board.done(item);
    }
    expect(taken).toEqual(items);
    expect([board.waiting, board.active]).toEqual([0, 0]);
  });
});
