import { EVERY_TENANT } from "../../core/account.ts";
import type { Account } from "../../core/account.ts";
import { GAUGES, HISTORY_RANGES, isOfTenants } from "../../core/history.ts";
import type { HistoryReader, RangeName } from "../../core/history.ts";
import { COUNTERS, quantile, STAGES } from "../../core/measure.ts";
import type { Stage } from "../../core/measure.ts";
import { REASONS } from "../../policy/reasons.ts";
import { may, tenantsWith } from "../../policy/rights.ts";
import { measuresFor } from "../watching.ts";
import type { Watching } from "../watching.ts";
import { done, NO_RIGHT, problemOf } from "./route.ts";
import type { Answer, Ask, Route } from "./route.ts";
import {
  facts,
  flag,
  list,
  number,
  object,
  oneOf,
  orNull,
  text,
  time,
  words,
} from "./schema.ts";

const MAX_SERIES = 40;

const NOT_MEASURED: Answer = problemOf(
  503,
  "WATCH_SILENT",
  "いまの数字がありません。見張り（watchman）が動き出すまでお待ちください。",
);

export const trouble = object({
  ...{ code: text, about: text, severity: text, stops: orNull(text) },
  ...{ title: text, message: text, advice: text, since: time },
});

const lane = {
  ...{ waiting: number, oldestMs: orNull(number) },
};

export const measures = object({
  at: time,
  lanes: list(
    object({
      ...{ lane: text, ...lane },
      tenants: list(object({ tenant: text, ...lane })),
    }),
  ),
  tenants: list(
    object({
      tenant: text,
      ...Object.fromEntries(COUNTERS.map((name) => [name, number])),
    }),
  ),
  stages: list(
    object({
      ...{ stage: text, count: number },
      ...{ p50Ms: orNull(number), p95Ms: orNull(number) },
    }),
  ),
  faults: facts,
  authentications: facts,
  workers: list(
    object({
      ...{ name: text, alive: flag, pid: number, startedAt: time, at: time },
      ...{ residentBytes: number, cpuSeconds: number },
    }),
  ),
  scanner: orNull(
    object({ engine: text, signatures: text, builtAt: orNull(number) }),
  ),
  lgwan: orNull(object({ answers: flag, untrustedDetail: text, at: time })),
  disk: object({ freeBytes: number, totalBytes: number, minFreeBytes: number }),
  held: list(object({ tenant: text, code: text, count: number })),
  malicious: list(object({ tenant: text, name: text, count: number })),
  events: object({ last: number, sent: facts }),
  troubles: list(trouble),
});

const points = object({
  range: text,
  stepSeconds: number,
  from: time,
  until: time,
  times: { ...list(number), description: "epoch ms, where each step begins" },
  series: list(
    object({
      name: text,
      unit: oneOf(["mails", "ms", "bytes", "share"]),
      values: list(orNull(number)),
      "most?": list(orNull(number)),
    }),
  ),
});

export function measureRoutes(
  watching: Watching,
  clock: () => number,
): readonly Route[] {
  return [
    {
      ...{ method: "GET", path: "/api/v1/measures", right: "status.view" },
      ...{ openAtFirst: true, passive: true, onWall: true, answer: measures },
      summary: "Everything that is measured, as of now, and what is wrong",
      run: async ({ account }) => {
        const now = await watching.now();
        return now === null ? NOT_MEASURED : done(measuresFor(now, account));
      },
    },
    {
      ...{ method: "GET", path: "/api/v1/measures/history" },
      ...{ right: "status.view", openAtFirst: true, passive: true },
      onWall: true,
      summary:
        "Counts, levels and times of the past: series are those of the counters, held.CODE, the levels, p50.STAGE and p95.STAGE",
      query: object({
        range: oneOf(Object.keys(HISTORY_RANGES)),
        series: words(2000, 1),
        "tenant?": words(63, 1),
      }),
      answer: points,
      run: async (ask) => historyOf(watching, clock(), ask),
    },
  ];
}

function historyOf(watching: Watching, now: number, ask: Ask): Answer {
  const { range = "hour", series = "", tenant } = ask.query;
  const names = [...new Set(series.split(","))];
  if (names.length > MAX_SERIES || !names.every(isSeries))
    return problemOf(400, "BAD_REQUEST", "系列の名前が正しくありません。");
  if (tenant !== undefined && !may(ask.account, "status.view", tenant))
    return NO_RIGHT;
  const history = watching.history();
  if (history === null) return NOT_MEASURED;
  const { spanMs, stepMs } = HISTORY_RANGES[range as RangeName];
  const until = stepAfter(now, stepMs);
  const from = until - spanMs;
  const times = Array.from(
    { length: Math.round(spanMs / stepMs) },
    (_, at) => from + at * stepMs,
  );
  try {
    const window = { stepMs, from, until, times };
    return done({
      ...{ range, stepSeconds: stepMs / 1000, from, until, times },
      series: names.map((name) =>
        seriesOf(history, name, {
          ...window,
          tenants: tenantsFor(ask.account, name, tenant),
        }),
      ),
    });
  } finally {
    history.close();
  }
}

interface Window {
  readonly stepMs: number;
  readonly from: number;
  readonly until: number;
  readonly times: readonly number[];
  readonly tenants: readonly string[] | null;
}

/** Days begin at midnight in Japan. */
const DAY_BEGINS_MS = 9 * 3600_000;

function stepAfter(now: number, stepMs: number): number {
  const shifted = now + DAY_BEGINS_MS;
  return shifted - (shifted % stepMs) + stepMs - DAY_BEGINS_MS;
}

/** Levels of the whole gateway stand under no tenant; counts are added up over the tenants. */
function tenantsFor(
  account: Account,
  name: string,
  tenant: string | undefined,
): readonly string[] | null {
  if (!isOfTenants(name)) return [""];
  if (tenant !== undefined) return [tenant];
  const mine = tenantsWith(account, "status.view");
  if (mine !== EVERY_TENANT) return mine;
  return isLevel(name) ? [""] : null;
}

function isLevel(name: string): boolean {
  return GAUGES.some((gauge) => gauge === name);
}

const HELD_PREFIX = "held.";
const TIMED = /^(p50|p95)\.([a-z]+)$/;

function stageOf(name: string): Stage | null {
  const stage = TIMED.exec(name)?.[2];
  return STAGES.find((one) => one === stage) ?? null;
}

function isSeries(name: string): boolean {
  return (
    COUNTERS.some((counter) => counter === name) ||
    isLevel(name) ||
    stageOf(name) !== null ||
    (name.startsWith(HELD_PREFIX) &&
      Object.hasOwn(REASONS, name.slice(HELD_PREFIX.length)))
  );
}

function seriesOf(history: HistoryReader, name: string, window: Window) {
  const stage = stageOf(name);
  if (stage !== null) return timesOf(history, { name, stage }, window);
  const { stepMs, from, until, times, tenants } = window;
  const ask = { series: name, tenants, stepMs, from, until };
  const found = new Map(
    history.series(ask).map((point) => [point.at, point] as const),
  );
  const unit = unitOf(name);
  const empty = isLevel(name) ? null : 0;
  const values = times.map((at) => found.get(at)?.value ?? empty);
  if (!isLevel(name)) return { name, unit, values };
  return {
    name,
    unit,
    values,
    most: times.map((at) => found.get(at)?.most ?? null),
  };
}

function timesOf(
  history: HistoryReader,
  { name, stage }: { readonly name: string; readonly stage: Stage },
  { stepMs, from, until, times }: Window,
) {
  const share = name.startsWith("p50") ? 0.5 : 0.95;
  const found = new Map(
    history
      .times({ stage, stepMs, from, until })
      .map((one) => [one.at, quantile(one.times, share)] as const),
  );
  const values = times.map((at) => found.get(at) ?? null);
  return { name, unit: "ms", values };
}

function unitOf(name: string): string {
  if (name.startsWith("oldest.") || name === "signatures.age") return "ms";
  if (name === "disk.free") return "bytes";
  return name.endsWith(".answers") ? "share" : "mails";
}
