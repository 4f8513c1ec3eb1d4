import type { AuditLine } from "./quarantine.ts";

/** An act on record; the chain is kept by the store. `facts` hold ids, codes and numbers, never content. */
export interface AuditEntry {
  readonly act: string;
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** An entry of the chain: its number and hash. */
export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditPage extends AuditPlace {
  /** The first entry that is not as it was written. */
  readonly brokenAt: number | null;
  readonly done: boolean;
}

/** Whether a line of the chain is as it was written; a gap in it, whether it was signed. */
export type IsProven = (line: AuditLine) => boolean;
