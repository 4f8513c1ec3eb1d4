import { join } from "node:path";

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
    viewerSocket: join(varFolder, "viewer.sock"),
    sampleSent: join(varFolder, "sample-sent"),
  };
}
