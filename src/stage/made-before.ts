import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { HOUR } from "../core/units.ts";
import type { NewFile } from "./new-file.ts";

/** What became of one document or picture, free of where it came from. */
export interface Made {
  readonly files: readonly NewFile[];
  readonly findings: readonly {
    readonly code: string;
    readonly detail: string;
  }[];
}

/** Everything that decides about the outcome. The limits and the engines do too, but stay as they are while a process runs. */
export interface MadeFrom {
  readonly tenant: string;
  readonly policyVersion: string;
  readonly sha256: string;
  readonly type: string;
  readonly treatment: string;
}

/** Remembers what was made of which file, so that the attachment of sixty mails is sanitized once. */
export interface MadeBefore {
  /** What `make` gives; called once at a time for the same `from`. A fault of it is passed on and not remembered. */
  once(from: MadeFrom, make: () => Promise<Made>): Promise<Made>;
}

const FORGOTTEN_AFTER_MS = HOUR;
/** What an outcome costs beside its bytes. */
const ENTRY_BYTES = 1024;

/**
 * In memory, so that nothing clean or unclean outlives the process. The key holds the tenant: nobody can learn from the
 * speed of an answer what another body receives. Scanning is not remembered: each copy is scanned by today's signatures.
 */
export function createMadeBefore(maxBytes: number): MadeBefore {
  const running = new Map<string, Promise<Made>>();
  const made =
    maxBytes === 0
      ? null
      : new LRUCache<string, Made>({
          maxSize: maxBytes,
          sizeCalculation: sizeOf,
          ttl: FORGOTTEN_AFTER_MS,
        });
  return {
    async once(from, make) {
      const key = keyOf(from);
      const known = made?.get(key) ?? running.get(key);
      if (known !== undefined) return known;
      const making = make();
      running.set(key, making);
      try {
        const fresh = await making;
        made?.set(key, fresh);
        return fresh;
      } finally {
        running.delete(key);
      }
    },
  };
}

function keyOf(from: MadeFrom): string {
  const { tenant, policyVersion, sha256, type, treatment } = from;
  return createHash("sha256")
    .update(JSON.stringify([tenant, policyVersion, sha256, type, treatment]))
    .digest("base64");
}

function sizeOf({ files, findings }: Made): number {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return bytes + ENTRY_BYTES * (1 + files.length + findings.length);
}
