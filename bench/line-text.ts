import type { Bench } from "./bench.ts";
import { absentNote, rivalRates, runLine, startLanes } from "./line.ts";
import { smallMails } from "./mails.ts";
import { writeMails } from "./traffic.ts";

const SESSIONS = 20;

export const lineText: Bench = {
  name: "line-text",
  unit: "mails/s",
  about: "the whole line, 4 kB text mails over 20 reused sessions",
  aboutSeconds: 110,
  async run(room) {
    const files = await writeMails(room, "text", smallMails("text", SESSIONS));
    const lanes = await startLanes(room);
    const figures = await runLine(room, lanes, {
      files,
      // What a relay costs once it runs: the first thousands of mails pay for compiling, in every contestant alike.
      firstMails: 5000,
      secondsPerRun: 4,
      rounds: 5,
    });
    const cpu = [...figures].map(
      ([name, { cpuMsPerMail }]) => `${name} ${cpuMsPerMail.toFixed(2)}`,
    );
    return {
      ours: figures.get("ours")?.mailsPerSecond ?? null,
      rivals: rivalRates(figures),
      note:
        "From the first connection until the sink has the last mail; 20 different mails of 4 kB in Japanese, sent by smtp-source over 20 " +
        "sessions, taken by smtp-sink. Ours and naive scan with the same clamd (its cache off); postfix scans nothing; naive has no queue and no fsync. " +
        `Processor ms a mail, clamd included: ${cpu.join(", ")}.${absentNote(lanes.absent)}`,
    };
  },
};
