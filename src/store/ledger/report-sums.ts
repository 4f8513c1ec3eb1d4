import { EVERY_TENANT } from "../../core/account.ts";
import { SELF_TEST_TENANT } from "../../core/check.ts";
import type { ItemState } from "../../core/item.ts";
import { DECISIONS, STOP_ACTS } from "../../core/report.ts";
import type { Decision, Report, ReportAsk } from "../../core/report.ts";
import type { RequestKind, RequestState } from "../../core/request.ts";
import { DAY } from "../../core/units.ts";
import type { HoldCode, VerdictKind } from "../../core/verdict.ts";

type Row = Readonly<Record<string, unknown>>;

const MAX_VIRUS_NAMES = 1000;
const MAX_PEOPLE = 1000;
const MAX_STOPS = 100;
const MAX_RELEASES = 1_000_000;
const OTHERS = "other";
/** Days that stand for themselves; a longer time is told by months. */
const MAX_DAYS = 62;
/** Not people. The janitor discards what its own self-test held. */
const OF_THE_GATEWAY: readonly string[] = [
  ...["janitor", "supervisor", "watchman", "console", "sekisho", "recipient"],
];

/** Adds up what the windows of a report bring. Nothing in it grows with the number of mails but the times of releases. */
export class ReportSums {
  readonly #ask: ReportAsk;
  readonly #sums = new Counts();
  readonly #requests = new Counts();
  readonly #tenants = new Map<string, Counts>();
  readonly #steps = new Map<string, Counts>();
  readonly #people = new Map<string, Counts>();
  readonly #releases: number[] = [];
  readonly #stops: Report["stops"][number][] = [];
  readonly #exceptions: Report["exceptions"];

  constructor(ask: ReportAsk) {
    this.#ask = ask;
    const none = { inForce: 0, added: 0, revoked: 0 };
    this.#exceptions = { block: { ...none }, trust: { ...none } };
    for (let at = ask.from; at < ask.until; at += DAY)
      countsOf(this.#steps, this.#step(Math.floor((at + 32_400_000) / DAY)));
  }

  addItems(row: Row): void {
    const count = Number(row["count"]);
    const state = String(row["state"]);
    this.#sums.add("received", count);
    this.#sums.add("bytes", Number(row["bytes"]));
    this.#sums.add(`state ${state}`, count);
    this.#sums.add(`verdict ${verdictOf(row)}`, count);
    const step = countsOf(this.#steps, this.#step(Number(row["day"])));
    step.add("received", count);
    const tenant = countsOf(this.#tenants, String(row["tenant"]));
    tenant.add("received", count);
    if (state === "delivered") tenant.add("delivered", count);
  }

  addHolds(row: Row): void {
    const [count, mails] = [Number(row["count"]), Number(row["mails"])];
    const code = String(row["code"]);
    this.#sums.add("held", mails);
    this.#sums.add(`hold ${code}`, count);
    countsOf(this.#steps, this.#step(Number(row["day"]))).add("held", mails);
    const tenant = countsOf(this.#tenants, String(row["tenant"]));
    tenant.add("held", mails);
    if (code !== "VIRUS_FOUND") return;
    tenant.add("viruses", count);
    const name = `virus ${virusName(String(row["name"]))}`;
    const isFull = this.#sums.size > MAX_VIRUS_NAMES && !this.#sums.has(name);
    this.#sums.add(isFull ? `virus ${OTHERS}` : name, count);
  }

  addRequests(row: Row): void {
    const name = `${String(row["kind"])} ${String(row["state"])}`;
    this.#requests.add(name, Number(row["count"]));
  }

  addExceptions(row: Row): void {
    const found = this.#exceptions[row["kind"] as "block" | "trust"];
    Object.assign(found, {
      inForce: Number(row["inForce"]),
      added: Number(row["added"]),
      revoked: Number(row["revoked"] ?? 0),
    });
  }

  addEntry(row: Row): void {
    const act = String(row["act"]);
    if (act === "self-test-passed" || act === "self-test-failed")
      return this.#sums.add(act, 1);
    const who = String(row["actor"]);
    const facts = JSON.parse(String(row["facts"])) as Row;
    const tenant = tenantOf(row, facts);
    if (STOP_ACTS.includes(act as Decision))
      this.#addStop(act as Decision, tenant, { ...row, ...facts });
    if (tenant === SELF_TEST_TENANT || OF_THE_GATEWAY.includes(who)) return;
    if (!this.#isAsked(tenant)) return;
    const isFull = this.#people.size >= MAX_PEOPLE && !this.#people.has(who);
    countsOf(this.#people, isFull ? OTHERS : who).add(act, 1);
    if (act === "discarded") this.#sums.add("discards", 1);
    if (act !== "released") return;
    this.#sums.add("releases", 1);
    const heldAt = row["held_at"];
    if (typeof heldAt === "number" && this.#releases.length < MAX_RELEASES)
      this.#releases.push(Math.max(0, Number(row["at"]) - heldAt));
  }

  /** A stop of everything is everybody's. */
  #addStop(act: Decision, tenant: string | null, row: Row): void {
    if (this.#stops.length >= MAX_STOPS) return;
    if (tenant !== null && !this.#isAsked(tenant)) return;
    const why = typeof row["why"] === "string" ? row["why"] : null;
    const who = String(row["actor"]);
    this.#stops.push({ at: Number(row["at"]), act, who, tenant, why });
  }

  #isAsked(tenant: string | null): boolean {
    const { tenants } = this.#ask;
    return tenants === null || (tenant !== null && tenants.includes(tenant));
  }

  #step(day: number): string {
    const name = new Date(day * DAY).toISOString();
    const isLong = this.#ask.until - this.#ask.from > MAX_DAYS * DAY;
    return name.slice(0, isLong ? 7 : 10);
  }

  report(
    madeAt: number,
    bounds: Pick<Report, "forgottenBefore" | "recordFrom">,
  ): Report {
    const sums = this.#sums;
    const times = this.#releases.sort((a, b) => a - b);
    return {
      ...{ ...this.#ask, ...bounds, madeAt },
      received: sums.of("received"),
      bytes: sums.of("bytes"),
      states: Object.fromEntries(
        STATES.map((state) => [state, sums.of(`state ${state}`)]),
      ) as Record<ItemState, number>,
      verdicts: Object.fromEntries(
        VERDICTS.map((verdict) => [verdict, sums.of(`verdict ${verdict}`)]),
      ) as Record<VerdictKind | "none", number>,
      steps: [...this.#steps].map(([name, one]) => ({
        ...{ name, received: one.of("received"), heldMails: one.of("held") },
      })),
      tenantsTold: [...this.#tenants]
        .map(([tenant, one]) => ({
          ...{ tenant, received: one.of("received") },
          ...{ delivered: one.of("delivered"), heldMails: one.of("held") },
          viruses: one.of("viruses"),
        }))
        .sort((a, b) => b.received - a.received),
      heldMails: sums.of("held"),
      holds: sums.under("hold ").map(([code, count]) => ({
        ...{ code: code as HoldCode, count },
      })),
      viruses: sums.under("virus ").map(([name, count]) => ({ name, count })),
      releases: {
        count: sums.of("releases"),
        medianMs: rank(times, 0.5),
        p95Ms: rank(times, 0.95),
      },
      discards: sums.of("discards"),
      exceptions: this.#exceptions,
      people: [...this.#people]
        .map(([who, one]) => ({ who, acts: one.all(), total: one.total }))
        .sort((a, b) => b.total - a.total || (a.who < b.who ? -1 : 1)),
      requests: this.#requests.under("").map(([name, count]) => {
        const [kind, state] = name.split(" ") as [RequestKind, RequestState];
        return { kind, state, count };
      }),
      stops: this.#stops,
      selfTests: {
        passed: sums.of("self-test-passed"),
        failed: sums.of("self-test-failed"),
      },
    };
  }
}

const STATES: readonly ItemState[] = [
  ...(["received", "inspected", "planned", "sanitized", "cleared"] as const),
  ...(["delivered", "held", "discarded"] as const),
];
const VERDICTS: readonly (VerdictKind | "none")[] = [
  ...(["clean", "cleaned", "unexaminable", "malicious", "none"] as const),
];

class Counts {
  readonly #counts = new Map<string, number>();

  add(name: string, count: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }
  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
  has(name: string): boolean {
    return this.#counts.has(name);
  }
  get size(): number {
    return this.#counts.size;
  }
  get total(): number {
    return [...this.#counts.values()].reduce((all, one) => all + one, 0);
  }
  all(): Readonly<Partial<Record<Decision, number>>> {
    return Object.fromEntries(
      DECISIONS.flatMap((act) => (this.has(act) ? [[act, this.of(act)]] : [])),
    );
  }
  /** Without the prefix, most first. */
  under(prefix: string): readonly (readonly [string, number])[] {
    return [...this.#counts]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, count]) => [name.slice(prefix.length), count] as const)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  }
}

function countsOf(all: Map<string, Counts>, name: string): Counts {
  const known = all.get(name) ?? new Counts();
  all.set(name, known);
  return known;
}

/** Null: of all of them, or of one that nobody knows any more. */
function tenantOf(row: Row, facts: Row): string | null {
  const told = row["item"] === null ? facts["tenant"] : row["tenant"];
  return typeof told === "string" && told !== EVERY_TENANT ? told : null;
}

function verdictOf({ verdict }: Row): string {
  return typeof verdict === "string" ? verdict : "none";
}

/** As a scanner names it; whatever else stands there is one name. */
function virusName(untrusted: string): string {
  return /^[\x21-\x7e]{1,100}$/.test(untrusted) ? untrusted : OTHERS;
}

/** The nearest rank, of sorted times. */
function rank(times: readonly number[], share: number): number | null {
  return times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? null;
}
