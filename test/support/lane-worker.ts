import { parseItemId } from "../../src/core/id.ts";
import { createIpcLanes } from "../../src/queue/ipc.ts";
import { isRecord, parseLane } from "../../src/wire/job.ts";

/** A forked worker for tests: rings or serves what its parent tells it to, and says what it did. */

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const lanes = createIpcLanes(process, silent);
const say = (message: object) => void process.send?.(message);

process.on("message", (message: unknown) => {
  if (isRecord(message) && "test" in message) void obey(message);
});
process.on("disconnect", () => process.exit(0));

async function obey(message: Record<string, unknown>): Promise<void> {
  const lane = parseLane(message.lane);
  if (message.test === "ring") {
    const item = parseItemId(message.item);
    if (item !== null) await lanes.ring(lane, { item });
    say({ test: "rung", call: message.call });
  } else if (message.test === "serve") {
    await lanes.serve(lane, Number(message.concurrency), async ({ item }) => {
      say({ test: "begun", item });
      if (message.forever === true) await new Promise(() => {});
    });
    say({ test: "serving" });
  }
}

say({ test: "ready" });
