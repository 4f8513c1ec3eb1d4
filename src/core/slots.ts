/** At most so many at a time; the others wait in the order in which they came. */
export interface Slots {
  /** Resolves with how to give the slot back; null when none became free within `deadlineMs`. */
  take(deadlineMs: number): Promise<(() => void) | null>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting = new Set<() => void>();

  const giveBack = () => {
    free += 1;
    for (const next of waiting) {
      waiting.delete(next);
      next();
      return;
    }
  };
  const hold = () => {
    free -= 1;
    let held = true;
    return () => {
      if (held) giveBack();
      held = false;
    };
  };

  return {
    async take(deadlineMs) {
      if (free > 0) return hold();
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(next);
          resolve(null);
        }, deadlineMs);
        const next = () => {
          clearTimeout(timer);
          resolve(hold());
        };
        waiting.add(next);
      });
    },
  };
}
