import { Counter, Gauge, Registry } from "prom-client";
import { BOUNDS_MS, countOf, STAGES } from "../core/measure.ts";
import type { Measures, Times } from "../core/measure.ts";
import { SECOND } from "../core/units.ts";

export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Past so many tenants the rest is one, so that no series grows with what strangers send. */
const MAX_TENANTS = 1000;
const OTHERS = "other";

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** Everything that is measured in the text form of Prometheus: base units, totals end in `_total`, no label that a sender can fill. */
export function metricsText(measures: Measures): Promise<string> {
  const registry = new Registry();
  for (const family of FAMILIES) {
    const samples = family.samples(measures);
    if (family.kind === "histogram") {
      registry.registerMetric(histogram(family, measures) as unknown as Gauge);
      continue;
    }
    // Without labels prom-client would say 0 for what is not known.
    if (samples.length === 0) continue;
    const labelNames = [
      ...new Set(samples.flatMap(([labels]) => Object.keys(labels))),
    ];
    const { name, help } = family;
    const about = { name, help, labelNames, registers: [registry] };
    if (family.kind === "gauge") {
      const gauge = new Gauge(about);
      for (const [labels, value] of samples) gauge.set(labels, value);
    } else {
      const counter = new Counter(about);
      for (const [labels, value] of samples) counter.inc(labels, value);
    }
  }
  return registry.metrics();
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly kind: "gauge" | "counter" | "histogram";
  readonly samples: (measures: Measures) => readonly Sample[];
}

const none: Labels = {};
const one = (value: number): readonly Sample[] => [[none, value]];

const gauge = (
  name: string,
  help: string,
  samples: Family["samples"],
): Family => ({ name: `sekisho_${name}`, help, kind: "gauge", samples });
const counter = (
  name: string,
  help: string,
  samples: Family["samples"],
): Family => ({ name: `sekisho_${name}`, help, kind: "counter", samples });

const ofTenants =
  (field: Exclude<keyof Measures["tenants"][number], "tenant">) =>
  ({ tenants }: Measures): readonly Sample[] =>
    summed(tenants.map((row) => [{ tenant: row.tenant }, row[field]]));

export const FAMILIES: readonly Family[] = [
  gauge("lane_waiting_mails", "Mails that wait in a lane", ({ lanes }) =>
    summed(
      lanes.flatMap(({ lane, tenants }) =>
        tenants.map(({ tenant, waiting }): Sample => [
          { lane, tenant },
          waiting,
        ]),
      ),
    ),
  ),
  gauge(
    "lane_oldest_seconds",
    "Age of the oldest mail in a lane; 0 when none waits",
    ({ lanes }) =>
      lanes.map(({ lane, oldestMs }) => [{ lane }, (oldestMs ?? 0) / SECOND]),
  ),
  counter("mails_received_total", "Mails accepted", ofTenants("arrivals")),
  counter(
    "mails_delivered_total",
    "Mails of which every recipient has an ending",
    ofTenants("completions"),
  ),
  counter(
    "failures_total",
    "Recipients and mails that were given up on and held",
    ofTenants("failures"),
  ),
  counter("holds_total", "Mails and parts that were held", ofTenants("held")),
  counter("viruses_total", "Viruses that were found", ofTenants("malicious")),
  gauge("held", "Holds that nobody decided yet", ({ held }) =>
    summed(held.map(({ tenant, code, count }) => [{ tenant, code }, count])),
  ),
  {
    ...{ name: "sekisho_stage_duration_seconds", kind: "histogram" },
    help: "Time of each stage of the line; through is from acceptance to the last receipt",
    samples: () => [],
  },
  counter("faults_total", "Faults in the log by code", ({ faults }) =>
    Object.entries(faults).map(([code, count]) => [{ code }, count]),
  ),
  counter(
    "sender_checks_total",
    "Checks of senders by method and result (RFC 8601 §2.7)",
    ({ authentications }) =>
      Object.entries(authentications).map(([count, times]) => {
        const [method = "", result = ""] = count.split(" ");
        return [{ method, result }, times];
      }),
  ),
  gauge("worker_up", "Whether a worker was heard of lately", ({ workers }) =>
    workers.map(({ name, alive }) => [{ worker: name }, alive ? 1 : 0]),
  ),
  gauge("worker_start_time_seconds", "When a worker started", ({ workers }) =>
    workers.map(({ name, startedAt }) => [
      { worker: name },
      startedAt / SECOND,
    ]),
  ),
  gauge(
    "worker_resident_memory_bytes",
    "Memory that a worker takes",
    ({ workers }) =>
      workers.map(({ name, residentBytes }) => [
        { worker: name },
        residentBytes,
      ]),
  ),
  counter(
    "worker_cpu_seconds_total",
    "Processor time of a worker",
    ({ workers }) =>
      workers.map(({ name, cpuSeconds }) => [{ worker: name }, cpuSeconds]),
  ),
  gauge("scanner_up", "Whether the virus scanner answers", ({ scanner }) =>
    one(scanner === null ? 0 : 1),
  ),
  gauge(
    "scanner_signatures_build_time_seconds",
    "When the signatures were made",
    ({ scanner }) =>
      scanner?.builtAt == null ? [] : one(scanner.builtAt / SECOND),
  ),
  gauge(
    "lgwan_up",
    "Whether the mail server of the inner side greets",
    ({ lgwan }) => (lgwan === null ? [] : one(lgwan.answers ? 1 : 0)),
  ),
  gauge("disk_free_bytes", "Room on the disk of varFolder", ({ disk }) =>
    one(disk.freeBytes),
  ),
  gauge("disk_size_bytes", "Size of that disk", ({ disk }) =>
    one(disk.totalBytes),
  ),
  gauge(
    "disk_reserve_bytes",
    "With less room than this mail is put off",
    ({ disk }) => one(disk.minFreeBytes),
  ),
  gauge("audit_last_seq", "Last number of the record", ({ events }) =>
    one(events.last),
  ),
  gauge(
    "events_sent_seq",
    "Last number of the record that a collector has",
    ({ events }) =>
      Object.entries(events.sent).map(([collector, seq]) => [
        { collector },
        seq,
      ]),
  ),
  gauge("trouble", "1 for each thing that is wrong now", ({ troubles }) =>
    troubles.map(({ code, about, severity }) => [{ code, about, severity }, 1]),
  ),
  gauge("measured_time_seconds", "When all this was measured", ({ at }) =>
    one(at / SECOND),
  ),
];

/** Samples with the same labels are added up, and tenants past the limit are one. */
function summed(samples: readonly Sample[]): readonly Sample[] {
  const tenants = new Set<string>();
  const sums = new Map<string, [Labels, number]>();
  for (const [labels, value] of samples) {
    const told = { ...labels };
    if (told["tenant"] !== undefined) {
      tenants.add(told["tenant"]);
      if (tenants.size > MAX_TENANTS) {
        tenants.delete(told["tenant"]);
        told["tenant"] = OTHERS;
      }
    }
    const key = JSON.stringify(told);
    const known = sums.get(key);
    sums.set(key, [told, (known?.[1] ?? 0) + value]);
  }
  return [...sums.values()];
}

/** Buckets that were filled elsewhere: prom-client's own histogram can only be filled by observing. */
function histogram({ name, help }: Family, { times }: Measures) {
  const values = STAGES.flatMap((stage) => {
    const known = times[stage];
    return known === undefined ? [] : seriesOf(name, stage, known);
  });
  const metric = { name, help, type: "histogram", aggregator: "sum", values };
  return { name, get: async () => metric };
}

function seriesOf(name: string, stage: string, times: Times) {
  let sum = 0;
  const buckets = BOUNDS_MS.map((bound, at) => ({
    metricName: `${name}_bucket`,
    labels: { le: String(Number((bound / SECOND).toPrecision(3))), stage },
    value: (sum += times.counts[at] ?? 0),
  }));
  const count = countOf(times);
  return [
    ...buckets,
    {
      metricName: `${name}_bucket`,
      ...{ labels: { le: "+Inf", stage }, value: count },
    },
    {
      metricName: `${name}_sum`,
      ...{ labels: { stage }, value: times.sumMs / SECOND },
    },
    { metricName: `${name}_count`, ...{ labels: { stage }, value: count } },
  ];
}
