import { describe, expect, it } from "@jest/globals";
import { KeptOpen } from "./kept-open.ts";
import { Turns } from "./turns.ts";

const never = new AbortController().signal;

function counted(most = 2, keepMs = 60_000) {
  const opened: string[] = [];
  const closed: string[] = [];
  const kept = new KeptOpen<string>({
    ...{ most, keepMs },
    close: async (name) => void closed.push(name),
    isClosed: (name) => name.startsWith("dead"),
  });
  const use = (name: string, signal = never) =>
    kept.use(name, {
      signal,
      open: async () => {
        opened.push(name);
        return name;
      },
      work: async (open) => open,
    });
  return { kept, use, opened, closed };
}

describe("what is kept open", () => {
  it("is opened once for 20 who ask at once, and once more for who comes after", async () => {
    const { kept, use, opened, closed } = counted();
    await Promise.all(Array.from({ length: 20 }, () => use("a")));
    await use("a");
    expect([opened, closed]).toEqual([["a"], []]);
    await kept.end();
    expect(closed).toEqual(["a"]);
  });

  it("is never more than 2: the least recently used one is closed", async () => {
    const { kept, use, closed } = counted(2);
    for (const name of ["a", "b", "a", "c"]) await use(name);
    expect([kept.size, closed]).toEqual([2, ["b"]]);
    await kept.end();
  });

  it("is closed when its time is up", async () => {
    const { kept, use, closed } = counted(2, 1);
    await use("a");
    while (kept.size > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await kept.end();
    expect(closed).toEqual(["a"]);
  });

  it("is opened anew when it ended by itself", async () => {
    const { kept, use, opened } = counted();
    await use("dead");
    await use("dead");
    expect(opened).toEqual(["dead", "dead"]);
    await kept.end();
  });

  it("is closed by a work that fails, and its fault is told", async () => {
    const { kept, closed } = counted();
    const failing = kept.use("a", {
      ...{ signal: never, open: async () => "a" },
      work: () => Promise.reject(new Error("broken")),
    });
    await expect(failing).rejects.toThrow("broken");
    expect(kept.size).toBe(0);
    await kept.end();
    expect(closed).toEqual(["a"]);
  });

  it("is stopped while it opens when the only one who asked has gone, and not when another waits", async () => {
    const { kept } = counted();
    const stopped: string[] = [];
    const open = (name: string) => (signal: AbortSignal) =>
      new Promise<string>((resolve, reject) => {
        const done = setTimeout(resolve, 20, name);
        signal.addEventListener("abort", () => {
          clearTimeout(done);
          stopped.push(name);
          reject(new Error("stopped"));
        });
      });
    const ask = (name: string, signal: AbortSignal) =>
      kept.use(name, { signal, open: open(name), work: async (one) => one });
    const gone = new AbortController();
    const alone = ask("alone", gone.signal);
    const first = ask("shared", gone.signal);
    const second = ask("shared", never);
    gone.abort(new Error("gone"));
    await expect(alone).rejects.toThrow("gone");
    await expect(first).rejects.toThrow("gone");
    expect(await second).toBe("shared");
    expect(stopped).toEqual(["alone"]);
    await kept.end();
  });
});

describe("turns", () => {
  it("work on 2 of 4, let 1 wait and turn the 4th away", async () => {
    const turns = new Turns(2, 1);
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return "done";
    };
    const all = Array.from({ length: 4 }, () => turns.run(never, work));
    expect(await Promise.all(all)).toEqual(["done", "done", "done", null]);
    expect(most).toBe(2);
  });

  it("give the place of who left while waiting to the next one", async () => {
    const turns = new Turns(1, 1);
    const first = Promise.withResolvers<void>();
    const working = turns.run(never, () => first.promise);
    const gone = new AbortController();
    const waiting = turns.run(gone.signal, async () => "late");
    gone.abort(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
    const next = turns.run(never, async () => "next");
    first.resolve();
    await working;
    expect(await next).toBe("next");
  });
});
