import type { KeyObject } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AuditPlace } from "../core/audit.ts";
import type { AuditLine } from "../core/quarantine.ts";
import { onDisk } from "./disk-fault.ts";
import { syncFolder } from "./durable-folder.ts";
import { isSigned, parseCheckpoint } from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { ELSEWHERE, firstOf, REMOVED } from "../wire/record-gap.ts";
import { isProvenLine } from "./gap-signing.ts";
import { follows } from "./ledger/audit.ts";

const OWNER_ONLY = 0o600;
const DIGITS = 12;

/** A file of entries that are to leave the ledger. There is none under its name before it is whole and on the disk. */
export interface RecordArchive {
  add(lines: readonly AuditLine[]): Promise<void>;
  /** The file's name. */
  finish(last: Checkpoint): Promise<string>;
  abandon(): Promise<void>;
}

/** `record`: a stretch of the chain; `removed`: what went from between entries that stay. */
export type ArchiveName = "record" | "removed";

/** JSON lines, one entry each as it stood in the chain; the last line is the signed word on the last of them. */
export async function createArchive(
  folder: string,
  first: number,
  named: ArchiveName = "record",
): Promise<RecordArchive> {
  await onDisk("make folder", mkdir(folder, { recursive: true, mode: 0o700 }));
  const part = join(folder, `${named}-${numbered(first)}.part`);
  const file = await onDisk("create", open(part, "w", OWNER_ONLY));
  const write = (lines: readonly object[]) =>
    onDisk(
      "write",
      file.appendFile(
        lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      ),
    );
  return {
    add: write,
    async finish(last) {
      await write([last]);
      await onDisk("fsync", file.sync());
      await file.close();
      const name = `${named}-${numbered(first)}-${numbered(last.seq)}.jsonl`;
      await onDisk("rename", rename(part, join(folder, name)));
      await syncFolder(folder);
      return name;
    },
    async abandon() {
      await file.close();
      await rm(part, { force: true });
    },
  };
}

function numbered(seq: number): string {
  return String(seq).padStart(DIGITS, "0");
}

export interface ArchiveVerified {
  readonly first: number;
  readonly last: number;
  /** Hash of the entry before the first: the last of the file before, or where every chain begins. */
  readonly previous: string;
  readonly hash: string;
  /** The first line that is not as it was written; null when all are, and the last word is signed. */
  readonly brokenAtLine: number | null;
}

/** `keys`: any of them may have signed. */
export async function verifyArchive(
  file: string,
  keys: readonly KeyObject[],
): Promise<ArchiveVerified> {
  const lines = (await onDisk("read", readFile(file, "utf8"))).split("\n");
  const checkpoint = parseCheckpoint(lines.at(-2) ?? "");
  let place: AuditPlace | null = null;
  const entries = lines.slice(0, -2);
  const first = lineIn(entries[0] ?? "");
  const told = (brokenAtLine: number | null) => ({
    ...{
      first: first === null ? 0 : firstOf(first),
      last: place?.seq ?? 0,
      brokenAtLine,
    },
    ...{ previous: first?.previous ?? "", hash: place?.hash ?? "" },
  });
  for (const [at, text] of entries.entries()) {
    const line = lineIn(text);
    const holds =
      line !== null &&
      follows(place ?? before(line), line) &&
      isProvenLine(line, [REMOVED, ELSEWHERE], keys);
    if (!holds) return told(at + 1);
    place = { seq: line.seq, hash: line.hash };
  }
  const isWhole =
    checkpoint !== null &&
    checkpoint.seq === place?.seq &&
    checkpoint.hash === place.hash &&
    keys.some((key) => isSigned(checkpoint, key));
  return told(isWhole ? null : lines.length - 1);
}

/** Where a file begins is not for itself to prove. */
function before(line: AuditLine): AuditPlace {
  return { seq: firstOf(line) - 1, hash: line.previous };
}

function lineIn(untrustedText: string): AuditLine | null {
  try {
    const read = JSON.parse(untrustedText) as Partial<AuditLine>;
    const { seq, at, act, actor, item, facts, previous, hash } = read;
    const texts = [act, actor, facts, previous, hash];
    const isOne =
      Number.isSafeInteger(seq) &&
      Number.isSafeInteger(at) &&
      (item === null || typeof item === "string") &&
      texts.every((one) => typeof one === "string");
    return isOne ? (read as AuditLine) : null;
  } catch {
    return null;
  }
}
