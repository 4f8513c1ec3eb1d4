import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { newItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Log } from "../core/log.ts";

/** The two ends a kind of lane is tried at: they may be one object, two processes, or two clients of one server. */
export interface LaneEnds {
  readonly ringing: Pick<Lanes, "ring">;
  readonly serving: Lanes;
  readonly log: HeardLog;
  dispose(): Promise<void>;
}

export interface HeardLog extends Log {
  readonly events: readonly string[];
}

export function hearLog(): HeardLog {
  const events: string[] = [];
  const hear = (event: string) => void events.push(event);
  return { events, info: hear, warn: hear, error: hear };
}

/** Polls because the other end may be another process; the suite's own deadline is the only clock. */
export async function until(
  holds: () => boolean | Promise<boolean>,
): Promise<void> {
  while (!(await holds()))
    await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A handler that says when it begins and ends when it is told to. */
export function heldHandler() {
  const begun: ItemId[] = [];
  const open = new Map<ItemId, () => void>();
  return {
    begun,
    handler: ({ item }: { readonly item: ItemId }) => {
      begun.push(item);
      return new Promise<void>((resolve) => open.set(item, resolve));
    },
    end(item: ItemId) {
      open.get(item)?.();
      open.delete(item);
    },
    endAll() {
      for (const item of [...open.keys()]) this.end(item);
    },
  };
}

const GRACE_MS = 5000;

/** What every kind of lane promises. */
export function lanesConformance(
  name: string,
  make: () => Promise<LaneEnds>,
): void {
  describe(`lanes, ${name}`, () => {
    let ends: LaneEnds;
    beforeEach(async () => {
      ends = await make();
    });
    afterEach(async () => {
      await ends.serving.close(GRACE_MS);
      await ends.dispose();
    });

    it("hands each of 200 items to its lane's handler exactly once", async () => {
      const items = Array.from({ length: 200 }, newItemId);
      const seen: ItemId[] = [];
      await ends.serving.serve("inspect", 4, async ({ item }) => {
        seen.push(item);
      });
      await ends.serving.serve("deliver", 4, async () => {
        throw new Error("wrong lane");
      });
      for (const item of items) await ends.ringing.ring("inspect", { item });
      await until(() => seen.length >= 200);
      await until(
        async () => (await ends.serving.depths()).inspect.active === 0,
      );
      expect(seen.sort()).toEqual(items.sort());
      expect(ends.log.events).toEqual([]);
    });

    it("keeps what was rung before anyone served, once an item", async () => {
      const [first, second] = [newItemId(), newItemId()];
      for (const item of [first, second, first, first])
        await ends.ringing.ring("sanitize", { item });
      await until(
        async () => (await ends.serving.depths()).sanitize.waiting === 2,
      );
      const seen: ItemId[] = [];
      await ends.serving.serve("sanitize", 1, async ({ item }) => {
        seen.push(item);
      });
      await until(async () => {
        const { waiting, active } = (await ends.serving.depths()).sanitize;
        return seen.length >= 2 && waiting + active === 0;
      });
      expect(seen).toEqual([first, second]);
    });

    it("comes once more for an item that was rung while it was worked on, and never twice at a time", async () => {
      const item = newItemId();
      const held = heldHandler();
      await ends.serving.serve("inspect", 4, held.handler);
      await ends.ringing.ring("inspect", { item });
      await until(() => held.begun.length === 1);
      for (let rings = 0; rings < 3; rings += 1)
        await ends.ringing.ring("inspect", { item });
      const other = newItemId();
      await ends.ringing.ring("inspect", { item: other });
      await until(() => held.begun.length === 2);
      expect(held.begun).toEqual([item, other]);
      held.end(item);
      await until(() => held.begun.length === 3);
      expect(held.begun[2]).toBe(item);
      held.endAll();
      await until(
        async () => (await ends.serving.depths()).inspect.active === 0,
      );
      expect(held.begun).toHaveLength(3);
    });

    it("works on no more items at a time than it was told: 3 of 10", async () => {
      const held = heldHandler();
      await ends.serving.serve("sanitize", 3, held.handler);
      for (let count = 0; count < 10; count += 1)
        await ends.ringing.ring("sanitize", { item: newItemId() });
      await until(() => held.begun.length === 3);
      await until(async () => {
        const { waiting, active } = (await ends.serving.depths()).sanitize;
        return waiting === 7 && active === 3;
      });
      expect(held.begun).toHaveLength(3);
      while (held.begun.length < 10) {
        held.endAll();
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      held.endAll();
    });

    it("goes on after a handler that throws, and says so", async () => {
      const seen: ItemId[] = [];
      const [bad, good] = [newItemId(), newItemId()];
      await ends.serving.serve("deliver", 1, async ({ item }) => {
        seen.push(item);
        if (item === bad && seen.length === 1) throw new Error("once");
      });
      await ends.ringing.ring("deliver", { item: bad });
      await ends.ringing.ring("deliver", { item: good });
      await until(() => seen.length === 2);
      await until(
        async () => (await ends.serving.depths()).deliver.active === 0,
      );
      expect(ends.log.events).toEqual(["job-dropped"]);
      await ends.ringing.ring("deliver", { item: bad });
      await until(() => seen.length === 3);
      expect(seen).toEqual([bad, good, bad]);
    });

    it("waits on closing for the job in work and begins no other", async () => {
      const held = heldHandler();
      const item = newItemId();
      await ends.serving.serve("inspect", 1, held.handler);
      await ends.ringing.ring("inspect", { item });
      await until(() => held.begun.length === 1);
      await ends.ringing.ring("inspect", { item: newItemId() });
      let closed = false;
      const closing = ends.serving.close(GRACE_MS).then(() => {
        closed = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(closed).toBe(false);
      held.end(item);
      await closing;
      expect(held.begun).toEqual([item]);
    });

    it("gives up on closing when a job does not end in its grace", async () => {
      const held = heldHandler();
      await ends.serving.serve("inspect", 1, held.handler);
      await ends.ringing.ring("inspect", { item: newItemId() });
      await until(() => held.begun.length === 1);
      await ends.serving.close(20);
      expect(ends.log.events).toEqual(["lanes-closed-with-work"]);
      held.endAll();
    });

    it("refuses a ring after closing with QUEUE_UNREACHABLE", async () => {
      await ends.serving.close(GRACE_MS);
      await expect(
        ends.serving.ring("inspect", { item: newItemId() }),
      ).rejects.toThrow("QUEUE_UNREACHABLE");
    });
  });
}
