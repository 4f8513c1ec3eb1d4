import type { AuditLine } from "../core/quarantine.ts";
import { canonicalJson } from "./canonical-json.ts";

/** In the record: entries from `first` to this line's number were past their time and are gone. */
export const REMOVED = "record-removed";
/** In an archive of what went: those between stayed, or went before, and stand in another place. */
export const ELSEWHERE = "record-elsewhere";

/**
 * What stands in a chain in place of entries that are not there, and says how the chain goes over them: `previous` is the hash
 * before the first of them, `hash` that of the last. It takes the number of the last. Its own hash proves nothing; its
 * signature does, and one that was made for an archive is worth nothing in the record.
 */
export interface RecordGap {
  readonly act: typeof REMOVED | typeof ELSEWHERE;
  readonly first: number;
  readonly last: number;
  readonly previous: string;
  readonly hash: string;
  /** Of the newest of them, epoch ms. */
  readonly at: number;
}

export interface SignedGap extends RecordGap {
  /** Ed25519, base64. */
  readonly signature: string;
}

const ACTOR = "janitor";

export function gapBytes(gap: RecordGap): Buffer {
  const { act, first, last, previous, hash, at } = gap;
  return Buffer.from(
    ["sekisho audit gap", 1, act, first, last, previous, hash, at].join("\n"),
  );
}

export function gapLine(gap: SignedGap): AuditLine {
  const { act, first, last, previous, hash, at, signature } = gap;
  const facts = canonicalJson({ version: 1, first, signature });
  return {
    ...{ seq: last, at, act, actor: ACTOR },
    item: null,
    facts,
    previous,
    hash,
  };
}

/** Whether it wants to be one. */
export function isGap(line: Pick<AuditLine, "act" | "actor">): boolean {
  return (
    line.actor === ACTOR && (line.act === REMOVED || line.act === ELSEWHERE)
  );
}

/** Null when the line is none, or not in the very characters in which one is written. */
export function parseGap(line: AuditLine): SignedGap | null {
  const { act, seq: last, at, previous, hash, facts } = line;
  if (!isGap(line)) return null;
  try {
    const { first, signature } = JSON.parse(facts) as Partial<SignedGap>;
    if (!Number.isSafeInteger(first) || typeof signature !== "string")
      return null;
    const gap = {
      ...{ act: act as SignedGap["act"], first: Number(first), last },
      ...{ previous, hash, at, signature },
    };
    const isOne =
      gap.first > 0 && gap.first <= last && gapLine(gap).facts === facts;
    return isOne && line.item === null ? gap : null;
  } catch {
    return null;
  }
}

/** The number of the first entry that a line stands for. */
export function firstOf(line: AuditLine): number {
  return parseGap(line)?.first ?? line.seq;
}
