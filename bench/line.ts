import { startClamd } from "./clamd.ts";
import type { Clamd } from "./clamd.ts";
import { startGateway } from "./gateway.ts";
import { interleave, median } from "./measure.ts";
import { cpuMs, lastWords } from "./processes.ts";
import type { Relay } from "./relay.ts";
import { startNaive } from "./rivals/naive.ts";
import { startPostfix } from "./rivals/postfix.ts";
import type { Room } from "./room.ts";
import { startSink, timeThrough } from "./traffic.ts";
import type { Sink } from "./traffic.ts";

/** A relay with the sink behind it, warm and waiting. */
export interface Lane {
  readonly relay: Relay;
  readonly sink: Sink;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly clamd: Clamd;
  /** Who could not start, and why. */
  readonly absent: readonly string[];
}

export interface LaneFigures {
  readonly mailsPerSecond: number;
  /** Of the relay and, if it scans, clamd. */
  readonly cpuMsPerMail: number;
}

/** Starts ours and the rivals, all with the same clamd, each with a sink of its own. */
export async function startLanes(room: Room): Promise<Lanes> {
  room.progress("starting clamd, the gateway, Postfix and the naive relay");
  const clamd = await startClamd(room);
  const lanes: Lane[] = [];
  const absent: string[] = [];
  const starters = {
    ours: (sinkPort: number) => startGateway(room, sinkPort, clamd),
    postfix: (sinkPort: number) => startPostfix(room, sinkPort),
    naive: (sinkPort: number) => startNaive(room, sinkPort, clamd),
  };
  for (const [name, start] of Object.entries(starters)) {
    const sink = await startSink(room);
    try {
      const relay = await start(sink.port);
      if (relay === null) absent.push(`${name} (needs the program and root)`);
      else lanes.push({ relay, sink });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      absent.push(`${name} (${why})`);
    }
  }
  return { lanes, clamd, absent };
}

export interface LineLoad {
  readonly files: readonly string[];
  /** To warm up with and to guess from how many mails fill a run. */
  readonly firstMails: number;
  readonly secondsPerRun: number;
  readonly rounds: number;
}

const RUN_DEADLINE_MS = 120_000;

/** Medians of interleaved runs, after one run each to warm up. */
export async function runLine(
  room: Room,
  { lanes, clamd }: Lanes,
  load: LineLoad,
): Promise<ReadonlyMap<string, LaneFigures>> {
  const run = async ({ relay, sink }: Lane, mails: number) => {
    const pids = relay.scans ? [relay.pid, clamd.pid] : [relay.pid];
    const before = await cpuOf(pids);
    const { files } = load;
    const wanted = { port: relay.port, files, mails };
    const ms = await timeThrough(sink, wanted, RUN_DEADLINE_MS).catch(
      (error: unknown) => {
        throw new Error(`${relay.name}: ${String(error)}; ${lastWords(relay)}`);
      },
    );
    return {
      mailsPerSecond: (mails / ms) * 1000,
      cpuMsPerMail: ((await cpuOf(pids)) - before) / mails,
    };
  };
  const mailsPerRun = new Map<string, number>();
  for (const lane of lanes) {
    const { name } = lane.relay;
    room.progress(`warming up ${name}`);
    const { mailsPerSecond } = await run(lane, load.firstMails);
    const mails = mailsPerSecond * load.secondsPerRun;
    mailsPerRun.set(name, roundUp(mails, load.files.length));
  }
  const runs = await interleave(
    load.rounds,
    lanes.map((lane) => ({
      name: lane.relay.name,
      run: () => run(lane, mailsPerRun.get(lane.relay.name) ?? 0),
    })),
    room.progress,
  );
  return new Map(
    [...runs].map(([name, figures]) => [
      name,
      {
        mailsPerSecond: median(figures.map((one) => one.mailsPerSecond)),
        cpuMsPerMail: median(figures.map((one) => one.cpuMsPerMail)),
      },
    ]),
  );
}

function roundUp(count: number, step: number): number {
  return Math.max(1, Math.ceil(count / step)) * step;
}

async function cpuOf(pids: readonly number[]): Promise<number> {
  const times = await Promise.all(pids.map(cpuMs));
  return times.reduce((sum, ms) => sum + ms, 0);
}

export function rivalRates(
  figures: ReadonlyMap<string, LaneFigures>,
): Record<string, number> {
  return Object.fromEntries(
    [...figures]
      .filter(([name]) => name !== "ours")
      .map(([name, { mailsPerSecond }]) => [name, mailsPerSecond]),
  );
}

export function absentNote(absent: readonly string[]): string {
  return absent.length === 0 ? "" : ` Left out: ${absent.join("; ")}.`;
}
