import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { PitProcess } from "./process.ts";
import { Spares } from "./spares.ts";

const limits = { ...DEFAULT_LIMITS, pitDeadlineMs: 60_000 };
const waiting = {
  file: process.execPath,
  args: ["-e", "process.stdin.resume()"],
  descriptors: [],
};
const isThere = ({ pid }: PitProcess) => existsSync(`/proc/${pid ?? 0}`);

/** Processes of this one whose command line holds the words. */
function children(words: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, "latin1");
        const isOurs =
          parent.split(") ")[1]?.split(" ")[1] === `${process.pid}`;
        const line = readFileSync(`/proc/${pid}/cmdline`, "latin1");
        return isOurs && line.includes(words);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await pause(10);
}

describe("pits that stand ready", () => {
  let spares: Spares;
  const taken: PitProcess[] = [];
  const started: unknown[] = [];

  const room = (more: { readonly most?: number; readonly idleMs?: number }) => {
    started.length = 0;
    spares = new Spares({
      ...{ limits, most: 1, idleMs: 60_000 },
      ...more,
      command: (name) => {
        started.push(name);
        return waiting;
      },
    });
  };
  const take = async () => {
    const pit = await spares.take("office");
    taken.push(pit);
    return pit;
  };

  afterEach(async () => {
    await spares.end();
    await Promise.all(taken.splice(0).map((pit) => pit.end()));
  });

  it("are used once: of three that are taken, the first is the spare and no two are the same", async () => {
    room({});
    spares.prepare("office");
    expect(started.length).toBe(1);
    const first = await take();
    expect(started.length).toBe(1);
    const pids = new Set(
      [first, await take(), await take()].map(({ pid }) => pid),
    );
    expect([pids.size, started.length]).toEqual([3, 3]);
  });

  it("are no more than they may be, each program for itself", () => {
    room({ most: 2 });
    for (let count = 0; count < 5; count++) spares.prepare("office");
    spares.prepare("pdf");
    expect(started).toEqual(["office", "office", "pdf"]);
  });

  it("are none where none may be", () => {
    room({ most: 0 });
    spares.prepare("office");
    expect(started).toEqual([]);
  });

  it("that can't be made now are no fault of whoever wanted one ready, and one of who needs it", async () => {
    const fault = new Error("EMFILE");
    spares = new Spares({
      ...{ limits, most: 1, idleMs: 60_000 },
      command: () => {
        throw fault;
      },
    });
    expect(() => spares.prepare("office")).not.toThrow();
    await expect(take()).rejects.toBe(fault);
  });

  it("are passed over when they have ended meanwhile, and replaced", async () => {
    room({});
    spares.prepare("office");
    const first = await take();
    spares.prepare("office");
    const second = await take();
    await second.end();
    spares.prepare("office");
    expect([first, second].map(isThere)).toEqual([true, false]);
    expect((await take()).hasEnded).toBe(false);
  });

  it("end by themselves when nobody comes", async () => {
    room({ idleMs: 50 });
    spares.prepare("office");
    const before = started.length;
    await pause(200);
    const late = await take();
    await until(() => isThere(late));
    expect([before, started.length]).toEqual([1, 2]);
  });

  it("have their whole time once they are taken, and end at its end", async () => {
    room({});
    spares.prepare("office");
    await pause(300);
    const pit = await spares.take("office", { ...limits, pitDeadlineMs: 200 });
    taken.push(pit);
    expect(pit.hasEnded).toBe(false);
    expect((await pit.failure(true)).code).toBe("PIT_DEADLINE");
    await until(() => !isThere(pit));
  });

  it("leave nothing open when they die while they wait", async () => {
    const sockets = () =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
        } catch {
          return false;
        }
      }).length;
    const before = sockets();
    room({ most: 5 });
    for (let count = 0; count < 5; count++) spares.prepare("office");
    const ours = () => children("process.stdin.resume()");
    await until(() => ours().length === 5);
    await pause(100);
    for (const pid of ours()) process.kill(pid, "SIGKILL");
    await until(() => sockets() === before);
  });

  it("are gone when they are all ended", async () => {
    room({ most: 3 });
    for (let count = 0; count < 3; count++) spares.prepare("office");
    await spares.end();
    spares.prepare("office");
    expect(started.length).toBe(4);
  });
});
