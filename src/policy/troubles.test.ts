import { describe, expect, it } from "@jest/globals";
import { DAY, HOUR, MINUTE } from "../core/units.ts";
import type { Trouble } from "../core/measure.ts";
import { alertWords } from "./alert-words.ts";
import { stepAlerts } from "./alerts.ts";
import type { AlertRules, AlertState } from "./alerts.ts";
import { findTroubles, TROUBLES, troubleKey } from "./troubles.ts";
import type { Thresholds, TroubleFacts } from "./troubles.ts";

const NOW = Date.parse("2026-11-21T03:00:00Z");

const LIMITS: Thresholds = {
  ...{ oldestMinutes: 10, waitingMails: 100, freeBytes: 1000 },
  ...{ signatureDays: 3, senderMails: 50, heldMails: 30 },
  ...{ refusedSignIns: 10, windowMinutes: 10, certificateDays: 30 },
};

const WELL: TroubleFacts = {
  at: NOW,
  lanes: [{ lane: "deliver", waiting: 1, oldestMs: 1000, tenants: [] }],
  scanner: { engine: "ClamAV 1", signatures: "27000", builtAt: NOW - DAY },
  signaturesMissing: false,
  lgwan: { answers: true, untrustedDetail: "220 hello", at: NOW },
  disk: { freeBytes: 5000, totalBytes: 9000, minFreeBytes: 500 },
  workers: [],
  queueAnswers: true,
  busiestSender: { sender: "a@example.com", mails: 3 },
  ...{ heldLately: 0, refusedLately: 0 },
  ...{ auditBrokenAt: null, configChangedAt: null },
  ...{ certificates: [], collectorsBehind: [], zoneName: "庁内" },
  acts: { stops: [], checks: [], disaster: { kind: "off" } },
};

const keys = (over: Partial<TroubleFacts>, standing: readonly string[] = []) =>
  findTroubles({ ...WELL, ...over }, LIMITS, new Set(standing)).map(troubleKey);

const check = (name: "self-test" | "state") => ({
  ...{ name, at: NOW, passed: false, detail: "違う" },
});

const lane = (waiting: number, oldestMs: number) =>
  [{ lane: "deliver", waiting, oldestMs, tenants: [] }] as const;

describe("troubles", () => {
  it("are none when all is well", () => expect(keys({})).toEqual([]));

  it.each<[string, Partial<TroubleFacts>]>([
    ["SCANNER_SILENT", { scanner: null }],
    ["SIGNATURES_MISSING", { signaturesMissing: true }],
    [
      "SIGNATURES_OLD",
      { scanner: { engine: "c", signatures: "1", builtAt: NOW - 3 * DAY } },
    ],
    [
      "LGWAN_SILENT",
      { lgwan: { answers: false, untrustedDetail: "refused", at: NOW } },
    ],
    [
      "DISK_FULL",
      { disk: { freeBytes: 499, totalBytes: 9000, minFreeBytes: 500 } },
    ],
    [
      "DISK_SHRINKING",
      { disk: { freeBytes: 999, totalBytes: 9000, minFreeBytes: 500 } },
    ],
    ["OLDEST_WAITING:deliver", { lanes: lane(1, 10 * MINUTE) }],
    ["BACKLOG:deliver", { lanes: lane(100, 1) }],
    ["QUEUE_SILENT", { queueAnswers: false }],
    ["SENDER_BURST", { busiestSender: { sender: "a@b", mails: 50 } }],
    ["HELD_BURST", { heldLately: 30 }],
    ["SIGN_IN_REFUSED", { refusedLately: 10 }],
    ["AUDIT_BROKEN", { auditBrokenAt: 7 }],
    ["CONFIG_CHANGED", { configChangedAt: NOW }],
    [
      "CROSSING_STOPPED:*",
      {
        acts: {
          ...WELL.acts,
          stops: [{ tenant: "*", since: NOW, who: "sato", why: "調査" }],
        },
      },
    ],
    [
      "SELF_TEST_FAILED",
      { acts: { ...WELL.acts, checks: [check("self-test")] } },
    ],
    ["STATE_CHANGED", { acts: { ...WELL.acts, checks: [check("state")] } }],
    [
      "CERTIFICATE_ENDING:smtp",
      { certificates: [{ name: "smtp", endsAt: NOW + 29 * DAY }] },
    ],
    [
      "EVENTS_BEHIND:syslog",
      { collectorsBehind: [{ name: "syslog", entries: 9 }] },
    ],
  ])("name %s alone", (key, over) => expect(keys(over)).toEqual([key]));

  it("name a worker that is gone", () => {
    const worker = {
      ...{ name: "courier", alive: false, pid: 1, startedAt: 0, at: NOW },
      ...{ residentBytes: 0, cpuSeconds: 0 },
    };
    expect(keys({ workers: [worker] })).toEqual(["WORKER_GONE:courier"]);
  });

  it("stand until they are a fifth better than what raised them", () => {
    expect(keys({ lanes: lane(85, 1) })).toEqual([]);
    expect(keys({ lanes: lane(85, 1) }, ["BACKLOG:deliver"])).toEqual([
      "BACKLOG:deliver",
    ]);
    expect(keys({ lanes: lane(79, 1) }, ["BACKLOG:deliver"])).toEqual([]);
  });

  it("each have a title and an advice of their own", () => {
    const rows = Object.values(TROUBLES);
    expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
    for (const { title, advice } of rows)
      expect([title.endsWith("。"), advice.endsWith("。")]).toEqual([
        false,
        true,
      ]);
  });
});

const RULES: AlertRules = {
  ...{ forMinutes: 2, clearMinutes: 3, reminderHours: 4 },
  ...{ quiet: null, offsetMinutes: 9 * 60 },
};

const trouble = (over: Partial<Trouble> = {}): Trouble => ({
  ...{ code: "SCANNER_SILENT", about: "", message: "m", since: NOW },
  ...TROUBLES.SCANNER_SILENT,
  ...over,
});

/** Steps through minutes; `wrong` says when the trouble is there. Gives back what was told at which minute. */
function told(
  minutes: number,
  wrong: (minute: number) => boolean,
  {
    rules = RULES,
    what = trouble(),
    start = NOW,
  }: { rules?: AlertRules; what?: Trouble; start?: number } = {},
): string[] {
  let states: readonly AlertState[] = [];
  const said: string[] = [];
  for (let minute = 0; minute <= minutes; minute += 1) {
    const at = start + minute * MINUTE;
    const troubles = wrong(minute) ? [{ ...what, since: at }] : [];
    const step = stepAlerts(states, { at, troubles }, rules);
    states = JSON.parse(JSON.stringify(step.states)) as AlertState[];
    said.push(...step.tellings.map(({ kind }) => `${minute} ${kind}`));
  }
  return said;
}

describe("alerts", () => {
  it("are raised after 2 minutes, and solved 3 minutes after the end", () => {
    expect(told(20, (minute) => minute < 10)).toEqual([
      "2 raised",
      "12 solved",
    ]);
  });

  it("say nothing of what lasts one minute", () => {
    expect(told(20, (minute) => minute % 5 === 0)).toEqual([]);
  });

  it("do not flutter: what comes back within 3 minutes was never away", () => {
    expect(told(30, (minute) => minute < 20 && minute % 3 !== 2)).toEqual([
      "3 raised",
      "22 solved",
    ]);
  });

  it("remind every 4 hours", () => {
    expect(told(8 * 60 + 2, () => true)).toEqual([
      "2 raised",
      "242 reminder",
      "482 reminder",
    ]);
  });

  /** `told`, with a clock that is set back by 9 hours at that minute. */
  const setBack = (back: number, wrong: (minute: number) => boolean) => {
    let states: readonly AlertState[] = [];
    const said: string[] = [];
    for (let minute = 0; minute <= 30; minute += 1) {
      const at = NOW + minute * MINUTE - (minute >= back ? 9 * HOUR : 0);
      // As the watchman first saw it, before or after.
      const troubles = wrong(minute) ? [trouble()] : [];
      const step = stepAlerts(states, { at, troubles }, RULES);
      states = step.states;
      said.push(...step.tellings.map(({ kind }) => `${minute} ${kind}`));
    }
    return said;
  };

  it("wait no longer than usual when the clock is set back by 9 hours", () => {
    const wrong = (minute: number) => minute < 10;
    expect(setBack(1, wrong)).toEqual(["3 raised", "12 solved"]);
    expect(setBack(5, wrong)).toEqual(["2 raised", "12 solved"]);
    expect(setBack(11, wrong)).toEqual(["2 raised", "14 solved"]);
  });

  const night = { ...RULES, quiet: { fromMinute: 22 * 60, toMinute: 7 * 60 } };
  /** 21:50 in Japan. */
  const evening = Date.parse("2026-11-21T12:50:00Z");

  it("wait for the morning with a warning that comes in quiet hours", () => {
    const what = trouble({ severity: "warning" });
    const begins = (minute: number) => minute >= 15;
    expect(told(600, begins, { rules: night, what, start: evening })[0]).toBe(
      "550 raised",
    );
  });

  it("do not wait with what is critical", () => {
    const begins = (minute: number) => minute >= 15;
    expect(told(30, begins, { rules: night, start: evening })).toEqual([
      "17 raised",
    ]);
  });

  it("say a notice once and at once, and nothing of its end", () => {
    const what = trouble({ severity: "notice" });
    expect(told(600, (minute) => minute < 60, { what })).toEqual(["0 raised"]);
  });
});

describe("the words of an alert", () => {
  const place = {
    gateway: "gate.example",
    console: "https://console.example",
    clock: (ms: number) => new Date(ms).toISOString().slice(11, 16),
  };

  it("say what, since when and what to do", () => {
    const telling = {
      kind: "raised",
      trouble: trouble(),
      until: null,
    } as const;
    const { subject, text } = alertWords([telling], place);
    expect(subject).toBe(
      "[関所] 発生：ウイルス検査が応答しません（gate.example）",
    );
    expect(text).toContain(
      "【至急】ウイルス検査が応答しません\nm\n03:00 から\n",
    );
    expect(text).toContain("していただくこと：clamd の状態を");
  });

  it("say how long it lasted when it is over", () => {
    const until = NOW + HOUR;
    const telling = { kind: "solved", trouble: trouble(), until } as const;
    expect(alertWords([telling], place).text).toContain(
      "解消しました：ウイルス検査が応答しません\n03:00 から 04:00 まで（約 60 分）",
    );
  });
});
