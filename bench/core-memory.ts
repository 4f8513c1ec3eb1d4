import type { Bench } from "./bench.ts";
import { medianPeakRssMib, runCore } from "./core.ts";
import { writeLargeMail } from "./mails.ts";

const READERS = ["ours", "simpleParser", "read-sha256"] as const;

export const coreMemory: Bench = {
  name: "core-memory",
  unit: "MiB more (lower is better)",
  about:
    "peak memory for a 100 MB mail above that for a 1 MB mail (200 MB in the note)",
  aboutSeconds: 30,
  async run(room) {
    const peaks: ReadonlyMap<string, number>[] = [];
    for (const megabytes of [1, 100, 200]) {
      const subject = room.path(`${megabytes}-MB.eml`);
      await writeLargeMail(subject, megabytes);
      const task = { task: "once", subject, budgetMs: 0, rounds: 3 } as const;
      const runs = await runCore(room, READERS, task);
      peaks.push(
        new Map(READERS.map((name) => [name, medianPeakRssMib(runs, name)])),
      );
    }
    const [small, large, larger] = peaks;
    // Readings differ by a MiB or so from run to run; nobody takes less than that.
    const more = (name: string) =>
      Math.max(1, (large?.get(name) ?? 0) - (small?.get(name) ?? 0));
    const told = READERS.map(
      (name) =>
        `${name} ${small?.get(name)?.toFixed(0)} → ${large?.get(name)?.toFixed(0)} → ${larger?.get(name)?.toFixed(0)}`,
    );
    return {
      ours: more("ours"),
      rivals: {
        simpleParser: more("simpleParser"),
        "read-sha256": more("read-sha256"),
      },
      note:
        "Lower is better, so a ratio below 1 is good. Each mail in a fresh process, read from a file in 64 KiB chunks; peak resident set " +
        `of the whole process, mails of 1 → 100 → 200 MB: ${told.join(", ")} MiB.`,
    };
  },
};
