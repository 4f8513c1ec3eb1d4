import type { Bench } from "./bench.ts";
import { medianFigure, runCore } from "./core.ts";
import type { SmallKind } from "./mails.ts";

const KINDS: readonly SmallKind[] = ["text", "alternative"];
const READERS = [
  "ours",
  "simpleParser",
  "simpleParser-defaults",
  "mailsplit",
  "postal-mime",
  "read-sha256",
] as const;

export const coreSmall: Bench = {
  name: "core-small",
  unit: "mails/s",
  about: "MIME core on small mails: 4 kB text, 6 kB alternative",
  aboutSeconds: 75,
  async run(room) {
    const rates = new Map<string, number[]>();
    for (const subject of KINDS) {
      const runs = await runCore(room, READERS, {
        task: "small",
        subject,
        budgetMs: 600,
        rounds: 4,
      });
      for (const name of READERS) {
        rates.set(name, [...(rates.get(name) ?? []), medianFigure(runs, name)]);
      }
    }
    const told = READERS.map(
      (name) =>
        `${name} ${(rates.get(name) ?? []).map((rate) => rate.toFixed(0)).join(" and ")}`,
    );
    return {
      ours: halfAndHalf(rates.get("ours")),
      rivals: {
        simpleParser: halfAndHalf(rates.get("simpleParser")),
        mailsplit: halfAndHalf(rates.get("mailsplit")),
        "postal-mime": halfAndHalf(rates.get("postal-mime")),
        "read-sha256": halfAndHalf(rates.get("read-sha256")),
      },
      note:
        "Half 4 kB Japanese text, half 6 kB multipart/alternative, each half in UTF-8 base64 and half in ISO-2022-JP 7bit; one mail " +
        `after the other on one core. simpleParser without its HTML and link making, which ours does not do either; with its defaults it is ` +
        `${halfAndHalf(rates.get("simpleParser-defaults")).toFixed(0)} mails/s. Text and alternative apart: ${told.join(", ")}.`,
    };
  },
};

/** Mails/s of a stream that is half one kind and half the other. */
function halfAndHalf(rates: readonly number[] = []): number {
  return rates.length / rates.reduce((sum, rate) => sum + 1 / rate, 0);
}
