import type { ItemId } from "../core/id.ts";

/**
 * Who waits and who is being worked on, for one lane inside one process.
 *
 * waiting   rung; ringing again changes nothing
 * active    handed out; ringing now means "look once more when you are done", because the work that is
 *           under way may have read the ledger before the change that rang
 */
export interface Board {
  ring(item: ItemId, first?: boolean): void;
  /** The longest waiting item becomes active; null when none waits. */
  take(): ItemId | null;
  /** No longer active; waits again when it was rung meanwhile. */
  done(item: ItemId): void;
  readonly waiting: number;
  readonly active: number;
}

/** Used slots at the head of the line are given back in blocks; taking them off one by one would be quadratic. */
const COMPACT_AFTER = 1024;

export function createBoard(): Board {
  const waiting = new Set<ItemId>();
  const active = new Set<ItemId>();
  const again = new Set<ItemId>();
  let line: ItemId[] = [];
  let head = 0;
  /** Those that go before the line; few. */
  const firsts: ItemId[] = [];

  const join = (item: ItemId, first = false) => {
    if (waiting.has(item)) return;
    waiting.add(item);
    if (first) firsts.push(item);
    else line.push(item);
  };
  const hand = (item: ItemId): ItemId => {
    waiting.delete(item);
    active.add(item);
    return item;
  };

  return {
    ring(item, first) {
      if (active.has(item)) again.add(item);
      else join(item, first);
    },
    take() {
      const urgent = firsts.shift();
      if (urgent !== undefined) return hand(urgent);
      const item = line[head];
      if (item === undefined) return null;
      head += 1;
      if (head > COMPACT_AFTER && head * 2 > line.length) {
        line = line.slice(head);
        head = 0;
      }
      return hand(item);
    },
    done(item) {
      active.delete(item);
      if (again.delete(item)) join(item);
    },
    get waiting() {
      return waiting.size;
    },
    get active() {
      return active.size;
    },
  };
}
