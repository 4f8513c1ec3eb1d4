/** The walls as one list of arguments, each with its reason. */
import type { Limits } from "../core/limits.ts";
import { MIB } from "../core/units.ts";
import { NODE_INSIDE, type Program } from "./program.ts";

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Read by bubblewrap from descriptor 3 upwards, in this order. */
  readonly descriptors: readonly (string | Uint8Array)[];
  /** Besides PATH, for the programs before the walls; nothing of it gets in. */
  readonly environment?: Readonly<Record<string, string>>;
}

const FIRST_DESCRIPTOR = 3;
/** Of what is written anew for a pit, the largest file. */
export const MAX_FILE_BYTES = MIB;
const NOBODY = "65534";

/** `bwrap` is looked up on PATH unless given. */
export function wallCommand(
  program: Program,
  limits: Limits,
  seccomp: Uint8Array,
): Command {
  const descriptors: (string | Uint8Array)[] = [seccomp];
  const files = program.files.flatMap(({ path, content }) => {
    descriptors.push(content);
    const descriptor = FIRST_DESCRIPTOR + descriptors.length - 1;
    return ["--ro-bind-data", String(descriptor), path];
  });
  return {
    file: "prlimit",
    args: [
      ...processLimits(limits, program),
      ...(program.givesWay === true ? ["nice", "-n", "10"] : []),
      // When memory runs out, the kernel takes the pit and not the gateway.
      "choom",
      "-n",
      "1000",
      "--",
      "bwrap",
      ...WALLS,
      ...scratchPlace(program),
      ...program.windows.flatMap(({ host, path, device }) => [
        device === true ? "--dev-bind" : "--ro-bind",
        host,
        path,
      ]),
      ...files,
      // The root is a tmpfs of bubblewrap: after this nobody can write to it, so there is no disk at all.
      "--remount-ro",
      "/",
      "--seccomp",
      String(FIRST_DESCRIPTOR),
      "--",
      NODE_INSIDE,
      ...nodeArguments(limits),
      program.main,
    ],
    descriptors,
  };
}

const WALLS = [
  // Own network (none), processes, mounts, IPC, host name, cgroups and users.
  "--unshare-all",
  // Nobody in there, also when the gateway runs as root; and no way back up through another user namespace.
  "--unshare-user",
  "--uid",
  NOBODY,
  "--gid",
  NOBODY,
  "--disable-userns",
  "--cap-drop",
  "ALL",
  // No terminal to push keys into (CVE-2017-5226).
  "--new-session",
  // When the gateway dies, the pit does too.
  "--die-with-parent",
  // Secrets live in the environment of the gateway.
  "--clearenv",
  "--hostname",
  "pit",
  "--chdir",
  "/",
] as const;

function scratchPlace({ scratch }: Program): readonly string[] {
  if (scratch === undefined) return [];
  return ["--size", String(scratch.bytes), "--tmpfs", scratch.path];
}

function processLimits(limits: Limits, program: Program): readonly string[] {
  const cpu = limits.pitCpuSeconds;
  return [
    // SIGXCPU first, SIGKILL for who does not listen.
    `--cpu=${cpu}:${cpu + 2}`,
    // Private writable memory. RLIMIT_AS would break Node, which reserves far more than it uses.
    `--data=${limits.pitMemoryBytes}`,
    // Room for bubblewrap to lay out our program; afterwards there is nothing left to write to.
    `--fsize=${program.scratch?.bytes ?? MAX_FILE_BYTES}`,
    "--core=0",
    `--nofile=${program.scratch === undefined ? 64 : 256}`,
    "--memlock=0",
  ];
}

const WASM_PAGE_BYTES = 65536;

/** Counted of every Node before it did anything, nearly all of it a place for machine code that stays empty; and some for what it does. */
const NODE_ROOM_BYTES = 704 * MIB;
const LEAST_WASM_BYTES = 64 * MIB;

/** V8 and what it runs meet limits of their own before that of the process: who is refused memory by those can still say so. */
function nodeArguments({ pitMemoryBytes }: Limits): readonly string[] {
  const heapMib = Math.max(64, Math.floor(pitMemoryBytes / 4 / MIB));
  const wasmBytes = Math.max(
    LEAST_WASM_BYTES,
    pitMemoryBytes - NODE_ROOM_BYTES,
  );
  const wasmPages = Math.floor(wasmBytes / WASM_PAGE_BYTES);
  return [
    `--max-old-space-size=${heapMib}`,
    `--wasm-max-mem-pages=${wasmPages}`,
    // No inspector by signal, no eval, no warnings on stderr.
    "--disable-sigusr1",
    "--disallow-code-generation-from-strings",
    "--no-warnings",
  ];
}
