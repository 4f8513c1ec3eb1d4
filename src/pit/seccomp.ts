/**
 * The inner wall: system calls that a rasterizer never needs. Threads may be started, processes may not, so the limits
 * of the one process are the limits of the document. A classic BPF program, eight bytes an instruction (linux/filter.h).
 */
import { endianness } from "node:os";

/**
 * `processes` for a program that starts another one inside the walls, which may listen on a local socket to itself (an
 * office suite does not start without). Nobody may connect to anything, and namespaces stay refused.
 */
export type SeccompProfile = "one-process" | "processes";

interface Architecture {
  /** AUDIT_ARCH_* (linux/audit.h). */
  readonly audit: number;
  readonly clone: number;
  /** Other ways than `clone` to start a process. */
  readonly forks: readonly number[];
  readonly socket: number;
  /** bind, listen */
  readonly listening: readonly number[];
  /** Fail with EPERM. */
  readonly refused: readonly number[];
}

/** Numbers are the same everywhere since Linux 5.1. */
const CLONE3 = 435;
const REFUSED_EVERYWHERE = [
  425,
  426,
  427, // io_uring
  428,
  429,
  430,
  431,
  432,
  433,
  442, // open_tree … fspick, mount_setattr
  434,
  438, // pidfd_open, pidfd_getfd
  440,
  448, // process_madvise, process_mrelease
];

const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    forks: [57, 58], // fork, vfork
    socket: 41,
    listening: [49, 50],
    refused: [
      322, // execveat
      53,
      42, // socketpair, connect
      101,
      310,
      311,
      312, // ptrace, process_vm_readv, process_vm_writev, kcmp
      165,
      166,
      155,
      161,
      272,
      308, // mount, umount2, pivot_root, chroot, unshare, setns
      248,
      249,
      250, // add_key, request_key, keyctl
      321,
      323,
      298, // bpf, userfaultfd, perf_event_open
      246,
      320,
      175,
      313,
      176, // kexec, modules
      304,
      303, // open_by_handle_at, name_to_handle_at
      29,
      30,
      31,
      68,
      69,
      70,
      71,
      64,
      65,
      66,
      240, // System V and POSIX IPC
    ],
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    forks: [],
    socket: 198,
    listening: [200, 201],
    refused: [
      281, // execveat
      199,
      203,
      117,
      270,
      271,
      272,
      40,
      39,
      41,
      51,
      97,
      268,
      217,
      218,
      219,
      280,
      282,
      241,
      104,
      294,
      105,
      273,
      106,
      265,
      264,
      194,
      195,
      196,
      186,
      187,
      188,
      189,
      190,
      191,
      193,
      180,
    ],
  },
};

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const JUMP_BITS = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K

const ALLOW = 0x7fff0000;
const KILL = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;

/** Offsets in struct seccomp_data. */
const CALL = 0;
const AUDIT = 4;
const FIRST_ARGUMENT = 16;

const AF_UNIX = 1;
const CLONE_THREAD = 0x00010000;
/** CLONE_NEW*: mounts, cgroup, host name, IPC, users, processes, network. */
const CLONE_NAMESPACES = 0x7e020000;
/** x32 calls reach the same functions by other numbers. */
const X32 = 0x40000000;

/** Null on processors whose numbers are not written here: then there is no pit. */
export function seccompFilter(
  processor: string,
  profile: SeccompProfile = "one-process",
): Uint8Array | null {
  const architecture = ARCHITECTURES[processor];
  if (architecture === undefined || endianness() !== "LE") return null;
  const program: Instruction[] = [
    [LOAD, 0, 0, AUDIT],
    [JUMP_EQUAL, 1, 0, architecture.audit],
    [RETURN, 0, 0, KILL],
    [LOAD, 0, 0, CALL],
    [JUMP_AT_LEAST, 0, 1, X32],
    [RETURN, 0, 0, EPERM],
    // glibc asks for clone3 first; told that there is none, it takes clone, whose flags can be seen here.
    [JUMP_EQUAL, 0, 1, CLONE3],
    [RETURN, 0, 0, ENOSYS],
  ];
  for (const call of refusedCalls(architecture, profile))
    program.push([JUMP_EQUAL, 0, 1, call], [RETURN, 0, 0, EPERM]);
  if (profile === "processes")
    program.push(
      [JUMP_EQUAL, 0, 4, architecture.socket],
      [LOAD, 0, 0, FIRST_ARGUMENT],
      [JUMP_EQUAL, 1, 0, AF_UNIX],
      [RETURN, 0, 0, EPERM],
      [RETURN, 0, 0, ALLOW],
    );
  program.push(
    [JUMP_EQUAL, 1, 0, architecture.clone],
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    ...CLONE_CHECK[profile],
  );
  return assemble(program);
}

function refusedCalls(
  { refused, forks, socket, listening }: Architecture,
  profile: SeccompProfile,
): readonly number[] {
  const own = profile === "processes" ? [] : [...forks, socket, ...listening];
  return [...refused, ...own, ...REFUSED_EVERYWHERE];
}

/** Operation, jump when true, jump when false, operand. */
type Instruction = readonly [number, number, number, number];

const CLONE_CHECK: Readonly<Record<SeccompProfile, readonly Instruction[]>> = {
  "one-process": [
    [JUMP_BITS, 1, 0, CLONE_THREAD],
    [RETURN, 0, 0, EPERM],
    [RETURN, 0, 0, ALLOW],
  ],
  processes: [
    [JUMP_BITS, 0, 1, CLONE_NAMESPACES],
    [RETURN, 0, 0, EPERM],
    [RETURN, 0, 0, ALLOW],
  ],
};

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  program.forEach(([operation, yes, no, operand], place) => {
    view.setUint16(place * 8, operation, true);
    view.setUint8(place * 8 + 2, yes);
    view.setUint8(place * 8 + 3, no);
    view.setUint32(place * 8 + 4, operand, true);
  });
  return bytes;
}
