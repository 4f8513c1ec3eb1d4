import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/load.ts";

/** Where everything of one gateway lies under its var folder. */
export function placesIn(varFolder: string) {
  return {
    spool: join(varFolder, "spool"),
    vault: join(varFolder, "vault"),
    outbox: join(varFolder, "outbox"),
    work: join(varFolder, "work"),
    keys: join(varFolder, "keys"),
    clamd: join(varFolder, "clamd"),
    mailbox: join(varFolder, "mailbox"),
    doors: join(varFolder, "doors"),
    ledger: join(varFolder, "ledger.db"),
    accounts: join(varFolder, "accounts.db"),
    history: join(varFolder, "history.db"),
    measures: join(varFolder, "measures"),
    measuresNow: join(varFolder, "measures", "now.json"),
    viewerSocket: join(varFolder, "viewer.sock"),
    sampleSent: join(varFolder, "sample-sent"),
    /** The configuration as it was when it was last found valid: what the workers read. */
    inForce: join(varFolder, "in-force.yaml"),
    /** The same as the administrator wrote it: without what the emergency mode changes. */
    base: join(varFolder, "base.yaml"),
    signedState: join(varFolder, "signed-state.json"),
  };
}

/** The file that the running gateway follows; where none ever ran, the one that was given. */
export function inForce(config: Config): string {
  const { inForce: file } = placesIn(config.gateway.varFolder);
  return existsSync(file) ? file : config.file;
}
