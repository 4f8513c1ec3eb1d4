import { describe, expect, it } from "@jest/globals";
import { readUpTo, type UntrustedContent } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import type { RunningPit } from "../pit/pit.ts";
import { learningPit } from "./learning.ts";

const nothing = {} as UntrustedContent;

/** Counts; and learns as it is told to. */
function standIn(keepCode: RunningPit["keepCode"]) {
  const logged: unknown[] = [];
  const log = (...said: readonly unknown[]) => void logged.push(said);
  const opened: string[] = [];
  const pit = {
    keepCode,
    open: async (kind: string) => {
      opened.push(kind);
      return {};
    },
  } as unknown as RunningPit;
  const learning = learningPit(pit, { info: log, warn: log, error: log });
  return { learning, opened, logged };
}

describe("a pit that learns", () => {
  it("does so once, with the eighth PDF, on a PDF of its own; pictures do not count", async () => {
    const learnt: UntrustedContent[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const { learning, opened } = standIn(async (sample) => {
      learnt.push(sample);
      resolve();
    });
    for (let count = 0; count < 20; count++)
      await learning.open("image", nothing);
    for (let count = 0; count < 7; count++) await learning.open("pdf", nothing);
    expect(learnt).toEqual([]);
    await learning.open("pdf", nothing);
    await promise;
    for (let count = 0; count < 20; count++)
      await learning.open("pdf", nothing);
    expect([learnt.length, opened.length]).toEqual([1, 48]);
    const bytes = await readUpTo(learnt[0]!, 5);
    expect(Buffer.from(bytes).toString("latin1")).toBe("%PDF-");
  });

  it("goes on where it can't, and tells the log why", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { learning, logged } = standIn(async () => {
      setImmediate(resolve);
      throw new Fault("PIT_CRASHED");
    });
    for (let count = 0; count < 9; count++) await learning.open("pdf", nothing);
    await promise;
    expect(logged).toEqual([["pit.code", { fault: "PIT_CRASHED" }]]);
  });
});
