import { describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { Spares } from "./spares.ts";

const LIMITS = { ...DEFAULT_LIMITS, pitDeadlineMs: 300 };

/** A pit that stands and says nothing. */
const standing = () => ({
  file: process.execPath,
  args: ["-e", "process.stdin.resume(); setInterval(() => {}, 1000);"],
  descriptors: [],
});

const lives = (pid: number | undefined): boolean => {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("spare pits", () => {
  it("begin when the first was used, serve once each, and are ended", async () => {
    const spares = new Spares(standing, LIMITS, 1);
    const first = spares.take();
    spares.replenish();
    spares.replenish();
    const second = spares.take();
    const third = spares.take();
    const pids = [first, second, third].map(({ pid }) => pid);
    expect(new Set(pids).size).toBe(3);
    spares.replenish();
    await spares.close();
    for (const pit of [first, second, third]) await pit.end();
    for (const pid of pids) expect(lives(pid)).toBe(false);
  });

  it("outlast the deadline of a document while they wait, and not once they are used", async () => {
    const spares = new Spares(standing, LIMITS, 1);
    spares.replenish();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const pit = spares.take();
    expect(lives(pit.pid)).toBe(true);
    expect(await pit.failure(true)).toMatchObject({ code: "PIT_DEADLINE" });
    await pit.end();
    expect(lives(pit.pid)).toBe(false);
  });

  it("that fell while they waited are passed over", async () => {
    const spares = new Spares(
      () => ({ ...standing(), args: ["-e", "process.exit(3)"] }),
      LIMITS,
      1,
    );
    spares.replenish();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const pit = spares.take();
    expect(await pit.failure(true)).toMatchObject({ code: "PIT_CRASHED" });
    await pit.end();
  });

  it("are none with a count of 0", async () => {
    let made = 0;
    const spares = new Spares(
      () => {
        made++;
        return standing();
      },
      LIMITS,
      0,
    );
    spares.replenish();
    expect(made).toBe(0);
    await spares.close();
  });
});
