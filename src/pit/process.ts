/** One pit process: started, fed, listened to, watched and ended. Nothing here knows what it says. */
import { spawn, type ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { Fault, type FaultCode } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import { endedWithin, endProcess, type Ended } from "./ending.ts";
import { openPair, type Pair } from "./pair.ts";
import type { PitReader } from "./reader.ts";
import { measureTree } from "./tree.ts";
import type { Command } from "./walls.ts";

/** Where Debian keeps bwrap, prlimit and choom; the caller's own path decides nothing. */
const PROGRAM_PATH = "/usr/local/bin:/usr/bin:/bin";

const SAMPLE_MS = 50;
const MAX_STDERR_BYTES = 4096;
/** Exit codes of a shell and of bubblewrap: 128 + signal. */
const SIGXCPU = 128 + 24;
const SIGKILL = 128 + 9;
const DYING_MS = 2000;

export class PitProcess {
  readonly stdin: Writable;
  /** Of what it says. */
  readonly reader: PitReader;
  readonly #ours: Socket;
  readonly #child: ChildProcess;
  #limits: Limits;
  readonly #ended: Promise<Ended>;
  #sampler: NodeJS.Timeout;
  #deadline: NodeJS.Timeout;
  #stderr = "";
  #stopped: FaultCode | null = null;
  #peakBytes = 0;
  #cpuSeconds = 0;
  #startedAt = performance.now();
  #hasEnded = false;
  /** Nobody holds it who would end it. */
  #isResting = false;

  /** Faults: PIT_UNAVAILABLE. */
  static async start(command: Command, limits: Limits): Promise<PitProcess> {
    const pair = await openPair();
    try {
      return new PitProcess(command, limits, pair);
    } catch (error) {
      pair.ours.destroy();
      pair.theirs.destroy();
      throw error;
    }
  }

  private constructor(
    command: Command,
    limits: Limits,
    { ours, reader, theirs }: Pair,
  ) {
    this.#limits = limits;
    this.#ours = ours;
    this.reader = reader;
    this.#child = spawn(command.file, command.args, {
      // Its own process group, so that it is killed as one.
      detached: true,
      cwd: "/",
      env: { PATH: PROGRAM_PATH, ...command.environment },
      stdio: [
        "pipe",
        theirs,
        "pipe",
        ...command.descriptors.map(() => "pipe" as const),
      ],
    });
    this.#ended = this.#watchEnd();
    // It has its own by now; while we have one too, its end would not be heard.
    theirs.destroy();
    // Node gives none when there was no room for a process; the reason comes as an event.
    if ((this.#child.stdio as unknown) === undefined)
      throw new Fault("PIT_UNAVAILABLE", { spawned: false });
    const [stdin, , stderr, ...others] = this.#child.stdio;
    this.stdin = stdin as Writable;
    // Who has ended does not read: the reason is asked of `failure`, not of the stream.
    this.stdin.on("error", ignore);
    (stderr as Readable).on("error", ignore);
    (stderr as Readable).on("data", (bytes: Buffer) => this.#hearStderr(bytes));
    command.descriptors.forEach((text, place) => {
      const pipe = others[place] as Writable;
      pipe.on("error", ignore);
      pipe.end(text);
    });
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_MS);
    this.#deadline = setTimeout(
      () => this.stop("PIT_DEADLINE"),
      limits.pitDeadlineMs,
    );
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** As far as the samples tell: of several processes one may have ended at its own limit, unseen by the others. */
  get isOutOfCpu(): boolean {
    return this.#cpuSeconds >= this.#limits.pitCpuSeconds * 0.9;
  }

  /** Until `begin`: watched by nothing but a clock, since it has met nothing yet, and no reason for us to stay awake. */
  rest(idleMs: number): void {
    this.#stopClocks();
    if (this.#hasEnded) return void this.end();
    this.#isResting = true;
    this.#deadline = setTimeout(() => void this.end(), idleMs).unref();
    this.#child.unref();
    for (const stream of this.#streams()) stream.unref();
  }

  /** As if it had been started now. */
  begin(limits: Limits): void {
    this.#stopClocks();
    this.#isResting = false;
    this.#limits = limits;
    this.#startedAt = performance.now();
    this.#child.ref();
    for (const stream of this.#streams()) stream.ref();
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_MS);
    this.allow(limits.pitDeadlineMs);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it wrote to stderr, escaped and cut: for an operator's eyes, never for a decision. */
  get murmur(): string {
    return this.#stderr.replace(/[^\x20-\x7e]/g, "?").slice(0, 200);
  }

  /** More pages, more time: counted from the start, so that waiting does not renew it. */
  allow(totalMs: number): void {
    clearTimeout(this.#deadline);
    const leftMs = totalMs - (performance.now() - this.#startedAt);
    this.#deadline = setTimeout(
      () => this.stop("PIT_DEADLINE"),
      Math.max(0, leftMs),
    );
  }

  /** Another question, another time: so many from now on. */
  renew(ms: number): void {
    if (this.#hasEnded) return;
    this.#startedAt = performance.now();
    this.allow(ms);
  }

  /** The first reason stands. Ends the process; whoever reads from it learns the reason from `failure`. */
  stop(reason: FaultCode): void {
    if (this.#stopped !== null) return;
    this.#stopped = reason;
    void this.end();
  }

  /** Resolves when nothing of it is left, or when the kernel does not let it go. May be called again. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    this.#stopClocks();
    for (const stream of this.#streams()) stream.destroy();
    if (this.pid !== undefined)
      await endProcess({ pid: this.pid, ended: this.#ended });
  }

  /** Why it fell silent before it was done. */
  async failure(stood: boolean): Promise<Fault> {
    const ended = await endedWithin(
      { pid: this.pid ?? 0, ended: this.#ended },
      DYING_MS,
    );
    if (this.#stopped !== null)
      return new Fault(this.#stopped, { peakBytes: this.#peakBytes });
    if (!stood) return new Fault("PIT_UNAVAILABLE", { said: this.murmur });
    if (ended === null) return new Fault("PIT_PROTOCOL", { alive: true });
    return this.#endedAs(ended);
  }

  #endedAs({ code, signal }: Ended): Fault {
    const exit = code ?? -1;
    const facts = { exit, signal: signal ?? "", peakBytes: this.#peakBytes };
    if (
      exit === SIGXCPU ||
      signal === "SIGXCPU" ||
      (exit === SIGKILL && this.isOutOfCpu)
    )
      return new Fault("PIT_CPU", facts);
    if (exit === 0) return new Fault("PIT_PROTOCOL", facts);
    // Memory refused to a runtime ends in an abort or a trap; the samples tell it from other ones, and see less than was asked for.
    if (exit > 128 && this.#peakBytes > this.#limits.pitMemoryBytes / 3)
      return new Fault("PIT_MEMORY", facts);
    return new Fault("PIT_CRASHED", facts);
  }

  #sample(): void {
    if (this.pid === undefined) return;
    const { bytes, cpuSeconds } = measureTree(this.pid);
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    this.#cpuSeconds = Math.max(this.#cpuSeconds, cpuSeconds);
    if (bytes > this.#limits.pitMemoryBytes) this.stop("PIT_MEMORY");
    if (cpuSeconds > this.#limits.pitCpuSeconds) this.stop("PIT_CPU");
  }

  #hearStderr(bytes: Buffer): void {
    if (this.#stderr.length < MAX_STDERR_BYTES)
      this.#stderr += bytes.toString(
        "latin1",
        0,
        MAX_STDERR_BYTES - this.#stderr.length,
      );
  }

  #watchEnd(): Promise<Ended> {
    const { promise, resolve } = Promise.withResolvers<Ended>();
    const end = (ended: Ended) => {
      this.#hasEnded = true;
      // Not the deadline: something below may have its end of the socket still.
      clearInterval(this.#sampler);
      if (this.#isResting) void this.end();
      resolve(ended);
    };
    this.#child.once("exit", (code, signal) => end({ code, signal }));
    this.#child.once("error", (error) => {
      this.#stderr = error.message;
      end({ code: null, signal: null });
    });
    return promise;
  }

  #streams(): readonly Socket[] {
    const own = this.#child.stdio.filter((stream) => stream !== null);
    return [this.#ours, ...(own as Socket[])];
  }

  #stopClocks(): void {
    clearInterval(this.#sampler);
    clearTimeout(this.#deadline);
  }
}

function ignore(): void {
  // See the constructor.
}
