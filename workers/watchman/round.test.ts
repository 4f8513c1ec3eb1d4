import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "../../src/core/fault.ts";
import type { FaultCode } from "../../src/core/fault.ts";
import type { Measures, Trouble } from "../../src/core/measure.ts";
import { HOUR, MINUTE } from "../../src/core/units.ts";
import { TROUBLES } from "../../src/policy/troubles.ts";
import { createHistory } from "../../src/store/history.ts";
import type { History } from "../../src/store/history.ts";
import type { AlertMessage } from "../../src/telemetry/tell.ts";
import { Alerts } from "./alerts.ts";
import { Round } from "./round.ts";

const NOW = Date.parse("2026-11-21T03:00:00Z");
const log = { info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let history: History;
/** What the disk and the ledger answer; null: all is well. */
let disk: FaultCode | null;
let ledger: FaultCode | null;
let ticks: number;
let troubles: readonly Trouble[];
let messages: AlertMessage[];
let written: Measures[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-round-"));
  history = createHistory(join(folder, "history.db"));
  [disk, ledger, ticks] = [null, null, 0];
  [troubles, messages, written] = [[], [], []];
});
afterEach(async () => {
  history.close();
  await rm(folder, { recursive: true, force: true });
});

const failAs = (code: FaultCode | null) => {
  if (code !== null) throw new Fault(code, {});
};

function newAlerts(
  tell = async (message: AlertMessage) => void messages.push(message),
) {
  return new Alerts({
    history: {
      note: (name) => history.note(name),
      setNote: (name, text) => {
        failAs(disk);
        history.setNote(name, text);
      },
    },
    rules: {
      ...{ forMinutes: 2, clearMinutes: 3, reminderHours: 6 },
      ...{ quiet: null, offsetMinutes: 9 * 60 },
    },
    ways: new Map([["webhook 1", tell]]),
    ...{ gateway: "gate.example", console: "https://console.example", log },
    ...{ clock: (ms) => new Date(ms).toISOString(), ticks: () => ticks },
  });
}

function newRound(alerts: Alerts): Round {
  return new Round({
    measure: async (at) => {
      failAs(ledger);
      return { at, troubles } as Measures;
    },
    keep: () => failAs(disk),
    tell: (at, found) => alerts.look(at, found),
    write: async (measures) => {
      failAs(disk);
      written.push(measures);
    },
    log,
  });
}

/** A look every half minute, from `from` to before `to`. */
async function minutes(round: Round, from: number, to: number): Promise<void> {
  for (let at = NOW + from * MINUTE; at < NOW + to * MINUTE; at += MINUTE / 2)
    await round.look(at);
}

const full: Trouble = {
  ...{ code: "DISK_FULL", about: "", message: "", since: NOW },
  ...TROUBLES.DISK_FULL,
};

const heard = () =>
  messages.flatMap(({ tellings }) =>
    tellings.map((one) => `${one.kind} ${one.trouble.code}`),
  );

describe("a watchman whose disk takes nothing any more", () => {
  it("tells what is wrong, and that it cannot write, once each", async () => {
    const alerts = newAlerts();
    const round = newRound(alerts);
    [disk, troubles] = ["STORE_FULL", [full]];
    await minutes(round, 0, 10);
    await alerts.end();
    expect(heard()).toEqual(["raised DISK_FULL", "raised WATCH_FAILED"]);
    const { message } = messages[1]!.tellings[0]!.trouble;
    expect(message).toContain("STORE_FULL");
    expect(written).toEqual([]);
  });

  it("tells the end when the disk has room again, and writes what it tells", async () => {
    const alerts = newAlerts();
    const round = newRound(alerts);
    [disk, troubles] = ["STORE_FULL", [full]];
    await minutes(round, 0, 5);
    [disk, troubles] = [null, []];
    await minutes(round, 5, 15);
    await alerts.end();
    expect(heard().slice(2)).toEqual([
      "solved DISK_FULL",
      "solved WATCH_FAILED",
    ]);
    expect(written.at(0)?.troubles.map(({ code }) => code)).toEqual([
      "WATCH_FAILED",
    ]);
    expect(written.at(-1)?.troubles).toEqual([]);
    // Nobody hears the same again after a restart.
    const again = newAlerts();
    await minutes(newRound(again), 15, 20);
    await again.end();
    expect(heard()).toHaveLength(4);
  });
});

describe("a watchman whose ledger cannot be read", () => {
  it("tells of it, and calls nothing solved that it cannot see", async () => {
    const alerts = newAlerts();
    const round = newRound(alerts);
    troubles = [full];
    await minutes(round, 0, 5);
    ledger = "STORE_DAMAGED";
    await minutes(round, 5, 60);
    await alerts.end();
    expect(heard()).toEqual(["raised DISK_FULL", "raised WATCH_FAILED"]);
    expect(written.at(-1)?.at).toBeLessThan(NOW + 5 * MINUTE);
  });
});

describe("a clock that is set back by 9 hours", () => {
  it("keeps no message waiting that could not be sent before", async () => {
    let isAway = true;
    const alerts = newAlerts(async (message) => {
      if (isAway) throw new Error("away");
      messages.push(message);
    });
    const round = newRound(alerts);
    troubles = [full];
    await minutes(round, 0, 3);
    isAway = false;
    ticks += 10 * MINUTE;
    await round.look(NOW + 3 * MINUTE - 9 * HOUR);
    await alerts.end();
    expect(heard()).toEqual(["raised DISK_FULL"]);
  });
});
