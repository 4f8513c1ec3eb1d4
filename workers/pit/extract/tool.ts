/** One run of a program of the system. Files, not pipes: the walls let no socket pair be made, and nobody has to be listened to. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { PitRefusal } from "../speak.ts";
import type { Allowance } from "../unpack/allowance.ts";

const SCRATCH = "/tmp";
const OUT = `${SCRATCH}/out`;
const MURMUR = `${SCRATCH}/murmur`;
const HEARD = `${SCRATCH}/heard`;
export const ARCHIVE = `${SCRATCH}/archive`;
const MAX_MURMUR_BYTES = 64 * 1024;

export interface Run {
  readonly ok: boolean;
  readonly out: Uint8Array;
  /** What it said about itself: hostile names and all. */
  readonly murmur: string;
}

export function putArchive(document: Uint8Array): void {
  writeFileSync(ARCHIVE, document);
}

export interface RunWishes {
  /** What it can read on stdin. */
  readonly heard: Uint8Array;
  /** No more than these come out. */
  readonly maxOutBytes: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export function runTool(
  tool: readonly [file: string, ...args: string[]],
  { heard, maxOutBytes, environment = {} }: RunWishes,
): Run & { readonly cut: boolean } {
  writeFileSync(HEARD, heard);
  const files = [
    openSync(HEARD, "r"),
    openSync(OUT, "w"),
    openSync(MURMUR, "w"),
  ];
  // No file may grow beyond, and the one that it writes is the one that we read.
  const limit = `--fsize=${String(maxOutBytes)}`;
  const { status, signal } = spawnSync("/usr/bin/prlimit", [limit, ...tool], {
    cwd: SCRATCH,
    // Words in the language that is looked for below, names in UTF-8.
    env: { LC_ALL: "C.UTF-8", HOME: SCRATCH, ...environment },
    stdio: files,
  });
  for (const file of files) closeSync(file);
  const outBytes = statSync(OUT).size;
  return {
    ok: status === 0,
    cut: signal === "SIGXFSZ" || outBytes >= maxOutBytes,
    out: readFileSync(OUT),
    murmur: readFileSync(MURMUR)
      .subarray(0, MAX_MURMUR_BYTES)
      .toString("latin1"),
  };
}

/** All that it gives, as far as the allowance goes. Faults: UNPACKED_TOO_BIG, ARCHIVE_RATIO, DOCUMENT_*. */
export function outputOf(
  tool: readonly [file: string, ...args: string[]],
  {
    heard,
    allowance,
  }: { readonly heard: Uint8Array; readonly allowance: Allowance },
): Uint8Array {
  const maxOutBytes = allowance.leftBytes + 1;
  const run = runTool(tool, { heard, maxOutBytes });
  if (run.cut) allowance.takeBytes(maxOutBytes);
  requireOpened(run);
  return run.out;
}

export function requireOpened({ ok, murmur }: Run): void {
  if (ok) return;
  const isLocked = /password|encrypt/i.test(murmur);
  throw new PitRefusal(isLocked ? "DOCUMENT_ENCRYPTED" : "DOCUMENT_UNREADABLE");
}
