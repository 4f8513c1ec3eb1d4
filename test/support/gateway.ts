import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { simpleParser, type ParsedMail } from "mailparser";
import { stringify } from "yaml";
import { parseDialog, playDialog } from "../../fixtures/smtp/dialog.ts";

const LAUNCHER = fileURLToPath(
  new URL("../../src/cli/sekisho.mjs", import.meta.url),
);
const START_DEADLINE_MS = 30_000;
/** What the tests give to all that they start (`jest.config.mjs`). */
const COMPILED = { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };

export interface GatewayOptions {
  /** Merged over the settings below, section by section. */
  readonly settings?: Readonly<
    Record<string, Readonly<Record<string, unknown>>>
  >;
  readonly tenants?: readonly unknown[];
  /** `worker:point`; the world stops there. `@FILE`: at the point that stands in the file at that moment. */
  readonly failpoint?: string;
  /** Continue in the folder of an earlier one. */
  readonly folder?: string;
  /** On top of what every gateway gets. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The real program as `npm start` runs it, in a folder of its own, ended with everything it started. */
export class TestGateway {
  readonly folder: string;
  readonly ports: {
    readonly smtp: number;
    readonly lgwan: number;
    readonly console: number;
  };
  readonly #child: ChildProcess;
  readonly #read = new Map<string, DeliveredMail>();
  #log = "";

  private constructor(
    folder: string,
    ports: TestGateway["ports"],
    child: ChildProcess,
  ) {
    this.folder = folder;
    this.ports = ports;
    this.#child = child;
    child.stdout?.on(
      "data",
      (chunk: Buffer) => (this.#log += chunk.toString()),
    );
    child.stderr?.on(
      "data",
      (chunk: Buffer) => (this.#log += chunk.toString()),
    );
  }

  static async start(options: GatewayOptions = {}): Promise<TestGateway> {
    const folder =
      options.folder ?? (await mkdtemp(join(tmpdir(), "sekisho-test-")));
    const ports = {
      smtp: await freePort(),
      lgwan: await freePort(),
      console: await freePort(),
    };
    const file = join(folder, "sekisho.yaml");
    await writeFile(
      file,
      stringify({
        ...settingsFor(folder, ports, options.settings ?? {}),
        ...(options.tenants === undefined ? {} : { tenants: options.tenants }),
      }),
    );
    await writeFile(join(folder, "sample-sent"), "");
    const child = spawn(process.execPath, [LAUNCHER, "up", "--config", file], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        ...COMPILED,
        ...(options.failpoint === undefined
          ? {}
          : { NODE_ENV: "test", SEKISHO_FAILPOINT: options.failpoint }),
        ...options.environment,
      },
    });
    const gateway = new TestGateway(folder, ports, child);
    try {
      await gateway.logged("is running", START_DEADLINE_MS);
    } catch (error) {
      await gateway.kill();
      if (options.folder === undefined) await gateway.remove();
      throw error;
    }
    return gateway;
  }

  get configFile(): string {
    return join(this.folder, "sekisho.yaml");
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get log(): string {
    return this.#log;
  }

  /** Waits until the output holds the words. */
  async logged(words: string, deadlineMs = 20_000): Promise<void> {
    await until(
      () => this.#log.includes(words) || this.#child.exitCode !== null,
      deadlineMs,
      () => this.#log,
    );
    if (!this.#log.includes(words))
      throw new Error(
        `the gateway ended without saying "${words}":\n${this.#log}`,
      );
  }

  /** Mails that reached the built-in mailbox, oldest first, once there are so many. */
  async delivered(
    count: number,
    deadlineMs = 30_000,
  ): Promise<readonly DeliveredMail[]> {
    let mails: readonly DeliveredMail[] = [];
    await until(
      async () => (mails = await this.mailbox()).length >= count,
      deadlineMs,
      () => `${mails.length} of ${count} delivered\n${this.#log}`,
    );
    return mails;
  }

  /** All mails that fit, once there are so many. */
  async arrivedAll(
    fits: (mail: DeliveredMail) => boolean,
    count: number,
    deadlineMs = 30_000,
  ): Promise<readonly DeliveredMail[]> {
    let found: readonly DeliveredMail[] = [];
    await until(
      async () => (found = (await this.mailbox()).filter(fits)).length >= count,
      deadlineMs,
      () => `${found.length} of ${count} arrived\n${this.#log}`,
    );
    return found;
  }

  async arrived(
    fits: (mail: DeliveredMail) => boolean,
    deadlineMs?: number,
  ): Promise<DeliveredMail> {
    const [first] = await this.arrivedAll(fits, 1, deadlineMs);
    return first as DeliveredMail;
  }

  /** Who the built-in mailbox got it for. */
  async envelopeOf({ name }: DeliveredMail): Promise<unknown> {
    const file = join(this.folder, "mailbox", name.replace(/\.eml$/, ".json"));
    return JSON.parse(await readFile(file, "utf8"));
  }

  /** Speaks a dialogue with the intake (see `fixtures/smtp/dialog.ts`). */
  async says(dialog: string): Promise<void> {
    const lines = dialog.replace(/^ +/gm, "");
    await playDialog(parseDialog(lines), this.ports.smtp);
  }

  async mailbox(): Promise<readonly DeliveredMail[]> {
    const folder = join(this.folder, "mailbox");
    const names = (await readdir(folder).catch(() => []))
      .filter((name) => name.endsWith(".eml"))
      .sort();
    return Promise.all(
      names.map(async (name) => {
        const known = this.#read.get(name);
        if (known !== undefined) return known;
        const raw = await readFile(join(folder, name));
        const mail = await simpleParser(raw, {
          skipTextToHtml: true,
          skipHtmlToText: true,
        });
        const read = { name, raw, mail };
        this.#read.set(name, read);
        return read;
      }),
    );
  }

  /** Of the worker that runs now; 0 when none does. */
  workerPid(name: string): number {
    const script = `workers/${name}/main.ts`;
    const found = readdirSync("/proc").find((pid) => {
      if (!/^\d+$/.test(pid)) return false;
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(
          readFileSync(`/proc/${pid}/status`, "utf8"),
        )?.[1];
        return (
          Number(parent) === this.pid &&
          readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(script)
        );
      } catch {
        return false;
      }
    });
    return Number(found ?? 0);
  }

  /** The same program that died or was stopped, in the same folder, on the same settings. */
  async restart(options: GatewayOptions = {}): Promise<TestGateway> {
    await this.kill();
    return TestGateway.start({ ...options, folder: this.folder });
  }

  /** Everything accepted so far has an ending. */
  async settled(deadlineMs = 30_000): Promise<Counts> {
    let counts: Counts = {};
    await until(
      async () => {
        counts = (await this.status()).counts;
        return UNFINISHED.every((state) => (counts[state] ?? 0) === 0);
      },
      deadlineMs,
      () => `${JSON.stringify(counts)}\n${this.#log}`,
    );
    return counts;
  }

  async status(): Promise<{ readonly counts: Counts }> {
    const answer = await fetch(
      `http://127.0.0.1:${this.ports.console}/api/v1/status`,
    );
    return (await answer.json()) as { readonly counts: Counts };
  }

  /** What is held now, as the command lists it. */
  async held(): Promise<readonly HeldRow[]> {
    const { stdout } = await this.command("quarantine", "list", "--json");
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as HeldRow);
  }

  /** A command of the same program on the same folder. */
  command(...args: readonly string[]): Promise<CommandResult> {
    return runCommand([...args, "--config", this.configFile]);
  }

  async stop(): Promise<number | null> {
    const gone = new Promise<number | null>((resolve) =>
      this.#child.once("exit", resolve),
    );
    if (this.#child.exitCode === null && this.#child.signalCode === null)
      this.#child.kill("SIGTERM");
    else return this.#child.exitCode;
    return gone;
  }

  /** The power goes: every process of the gateway at once. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    process.kill(-this.pid, "SIGKILL");
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, {
      recursive: true,
      force: true,
      maxRetries: 5,
      retryDelay: 100,
    });
  }
}

export interface DeliveredMail {
  readonly name: string;
  readonly raw: Buffer;
  readonly mail: ParsedMail;
}

export type Counts = Readonly<Record<string, number>>;

const UNFINISHED = ["received", "inspected", "planned", "sanitized", "cleared"];

export interface HeldRow {
  readonly item: string;
  readonly part: string | null;
  readonly code: string;
  readonly detail: string;
  readonly name: string | null;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [LAUNCHER, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env.PATH,
        ...COMPILED,
        ...environment,
      },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

export async function until(
  holds: () => boolean | Promise<boolean>,
  deadlineMs: number,
  explain: () => string = () => "",
): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > end)
      throw new Error(`not within ${deadlineMs} ms: ${explain()}`);
    await sleep(50);
  }
}

/** Below those that the kernel gives to connections, each of jest's processes in a range of its own: nobody is faster. */
const FIRST_PORT = 12_000;
const PORTS_A_PROCESS = 2_500;
const PROCESSES = 8;
/** The one beside a port belongs to nobody; a test asks for it. */
const STRIDE = 7;
const ownPorts =
  FIRST_PORT +
  (Number(process.env["JEST_WORKER_ID"] ?? 1) % PROCESSES) * PORTS_A_PROCESS;
let nextPort = Math.floor(Math.random() * PORTS_A_PROCESS);

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PORTS_A_PROCESS; tries += 1) {
    nextPort = (nextPort + STRIDE) % PORTS_A_PROCESS;
    const port = ownPorts + nextPort;
    if (await isFree(port)) return port;
  }
  throw new Error("no free port");
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function settingsFor(
  folder: string,
  ports: TestGateway["ports"],
  over: NonNullable<GatewayOptions["settings"]>,
): Record<string, unknown> {
  const base: Record<string, Record<string, unknown>> = {
    gateway: { hostname: "gate.test", varFolder: folder },
    smtp: { port: ports.smtp },
    lgwan: {
      port: ports.lgwan,
      retryMinutes: [0.02],
      answerDeadlineSeconds: 10,
      askEverySeconds: 0,
    },
    console: { port: ports.console },
    selfTest: { hour: null },
    janitor: { everySeconds: 1, quietSeconds: 2 },
  };
  for (const [section, values] of Object.entries(over))
    base[section] = { ...base[section], ...values };
  return base;
}
