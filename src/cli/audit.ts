import { readFileSync } from "node:fs";
import { placesIn } from "../assembly/places.ts";
import type { Config } from "../config/load.ts";
import type { Ledger } from "../core/ports.ts";
import type { AuditRecord } from "../core/quarantine.ts";
import { loadClearPublicKey, loadKeys } from "../store/keys.ts";
import { createLedger } from "../store/ledger.ts";
import { isSigned, parseCheckpoint, signCheckpoint } from "../store/checkpoint.ts";
import {
  complain,
  EXIT,
  parse,
  print,
  text,
  UsageError,
  type Command,
} from "./command.ts";

export const audit: Command = {
  name: "audit",
  summary: "prove that the record of decisions was not changed",
  help: `Usage: sekisho audit verify [--checkpoint FILE] [--config FILE]
       sekisho audit checkpoint [--config FILE]

verify recomputes the hash chain over every decision on record. Exit 0 when it holds; 1, with the first broken entry, when
not. checkpoint prints a signed line that says how far the record has come. Keep such lines on another machine or on paper:
with --checkpoint verify also tells whether the record still is the one of that time, and not a new one.`,
  async run(args) {
    const parsed = parse(args, { checkpoint: { type: "string" } });
    const [act, ...rest] = parsed.positionals;
    if (rest.length > 0 || (act !== "verify" && act !== "checkpoint"))
      throw new UsageError("say what to do: verify or checkpoint");
    const config = parsed.config();
    const ledger = await createLedger(
      placesIn(config.gateway.varFolder).ledger,
    );
    try {
      if (act === "checkpoint") return await makeCheckpoint(ledger, config);
      const file = text(parsed.values, "checkpoint");
      const held = await verifyChain(ledger);
      return held === EXIT.done && file !== null
        ? await verifyCheckpoint(ledger, config, file)
        : held;
    } finally {
      await ledger.close();
    }
  },
};

async function verifyChain(ledger: Ledger): Promise<number> {
  const { entries, brokenAt } = await ledger.verifyAudit();
  if (brokenAt !== null) return broken(brokenAt);
  print(`the chain holds: ${entries} entries`);
  return EXIT.done;
}

function broken(at: number): number {
  complain(
    `the chain is broken at entry ${at}; entries before it are as they were written`,
  );
  return EXIT.fault;
}

async function makeCheckpoint(ledger: Ledger, config: Config): Promise<number> {
  const { brokenAt } = await ledger.verifyAudit();
  if (brokenAt !== null) return broken(brokenAt);
  const last = await entryAt(ledger, null);
  if (last === null) {
    complain("the record is empty");
    return EXIT.fault;
  }
  const keys = await loadKeys(placesIn(config.gateway.varFolder).keys, {
    vault: config.secrets.vaultKey?.reveal() ?? null,
    clear: config.secrets.sealKey?.reveal() ?? null,
  });
  const { seq, hash } = last;
  const at = new Date().toISOString();
  const word = { version: 1, seq, hash, at } as const;
  print(JSON.stringify(signCheckpoint(word, keys.clear.privateKey)));
  return EXIT.done;
}

async function verifyCheckpoint(
  ledger: Ledger,
  config: Config,
  file: string,
): Promise<number> {
  const checkpoint = parseCheckpoint(readFileSync(file, "utf8"));
  if (checkpoint === null) {
    complain(`${file} holds no checkpoint`);
    return EXIT.fault;
  }
  const { keys } = placesIn(config.gateway.varFolder);
  if (!isSigned(checkpoint, await loadClearPublicKey(keys))) {
    complain(`the checkpoint in ${file} was not signed by this gateway`);
    return EXIT.fault;
  }
  const { seq, hash, at } = checkpoint;
  if ((await entryAt(ledger, seq))?.hash !== hash) {
    complain(`the record is not the one of ${at}: entry ${seq} is another one`);
    return EXIT.fault;
  }
  print(`and is the one of ${at}: entry ${seq} is still the same`);
  return EXIT.done;
}

/** The newest when `seq` is null. */
async function entryAt(
  ledger: Ledger,
  seq: number | null,
): Promise<AuditRecord | null> {
  const { entries } = await ledger.entries({
    ...{ peopleOnly: false, limit: 1 },
    after: seq === null ? null : seq + 1,
  });
  const [entry] = entries;
  return entry === undefined || (seq !== null && entry.seq !== seq)
    ? null
    : entry;
}
