import { sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { AuditLine } from "../core/quarantine.ts";
import { REMOVED } from "../wire/record-gap.ts";
import type { RecordGap } from "../wire/record-gap.ts";
import { isProvenLine, signGap } from "./gap-signing.ts";

/**
 * A signed word on how far the record had come: kept elsewhere, it shows when somebody later writes a whole new chain.
 * The janitor signs one a day with a key of its own; a person asks for one on the command line.
 */
export interface Checkpoint {
  readonly version: 1;
  readonly seq: number;
  /** Of the entry with that number. */
  readonly hash: string;
  readonly at: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

type Unsigned = Omit<Checkpoint, "signature">;

export function signCheckpoint(word: Unsigned, key: KeyObject): Checkpoint {
  const signature = sign(null, signedBytes(word), key).toString("base64");
  return { ...word, signature };
}

export function isSigned(checkpoint: Checkpoint, key: KeyObject): boolean {
  const signature = Buffer.from(checkpoint.signature, "base64");
  return verify(null, signedBytes(checkpoint), key, signature);
}

function signedBytes({ version, seq, hash, at }: Unsigned): Buffer {
  return Buffer.from(
    ["sekisho audit checkpoint", version, seq, hash, at].join("\n"),
  );
}

/** Null when the text is no checkpoint. */
export function parseCheckpoint(untrustedText: string): Checkpoint | null {
  try {
    const read = JSON.parse(untrustedText) as Partial<Checkpoint>;
    const { version, seq, hash, at, signature } = read;
    const isOne =
      version === 1 &&
      Number.isSafeInteger(seq) &&
      (seq ?? 0) > 0 &&
      /^[0-9a-f]{64}$/.test(String(hash)) &&
      typeof at === "string" &&
      typeof signature === "string";
    return isOne ? (read as Checkpoint) : null;
  } catch {
    return null;
  }
}

/** Both halves for whoever keeps the record. */
export function signing(
  keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  clock: () => number = Date.now,
) {
  return {
    sign: ({ seq, hash }: Pick<Checkpoint, "seq" | "hash">) => {
      const at = new Date(clock()).toISOString();
      return signCheckpoint({ version: 1, seq, hash, at }, keys.privateKey);
    },
    isSigned: (facts: object) => {
      const checkpoint = parseCheckpoint(JSON.stringify(facts));
      return checkpoint !== null && isSigned(checkpoint, keys.publicKey);
    },
    signGap: (gap: RecordGap) => signGap(gap, keys.privateKey),
    /** Of a line of the record itself: a gap that was signed for an archive is none there. */
    isProven: (line: AuditLine) =>
      isProvenLine(line, [REMOVED], [keys.publicKey]),
  };
}
