import { timingSafeEqual, createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { EVERY_TENANT } from "../core/account.ts";
import type { Account } from "../core/account.ts";
import type { HistoryReader } from "../core/history.ts";
import type { Measures, Trouble } from "../core/measure.ts";
import { may, tenantsWith } from "../policy/rights.ts";
import type { TroubleCode } from "../policy/troubles.ts";

/** What the console is given to show how the gateway does. */
export interface Watching {
  /** Null when nothing was measured within the last 20 seconds. */
  readonly now: () => Promise<Measures | null>;
  /** Null while there is no history yet. */
  readonly history: () => HistoryReader | null;
  /** In the text form of Prometheus, and its media type. */
  readonly metrics: (
    measures: Measures,
  ) => Promise<{ readonly text: string; readonly type: string }>;
  readonly metricsFrom: readonly string[];
  readonly metricsToken: string | null;
}

/** About all tenants together: whoever answers for one of them is not told. */
const OF_EVERY_TENANT: readonly TroubleCode[] = [
  "SENDER_BURST",
  "HELD_BURST",
  "SIGN_IN_REFUSED",
];
/** Their words name a sender. */
const NAMES_SENDER: readonly string[] = ["SENDER_BURST"];

/** In one line for people; without what only those may read who may read mail. */
export function troubleText({ code, title, message, advice }: Trouble): string {
  const told = NAMES_SENDER.includes(code) ? "" : message;
  const end = told === "" || told.endsWith("。") ? "" : "。";
  return `${title}。${told}${end}${advice}`;
}

/** About the tenant that `about` names. */
const OF_ONE_TENANT: readonly TroubleCode[] = ["CROSSING_STOPPED"];

/** What a person may know: nothing about other tenants, and words of senders only with the right to read mail. */
export function troublesFor(
  troubles: readonly Trouble[],
  account: Account,
): readonly Trouble[] {
  const isTold = ({ code, about }: Trouble) => {
    if (OF_EVERY_TENANT.some((one) => one === code))
      return may(account, "status.view", EVERY_TENANT);
    const isAll = about === EVERY_TENANT;
    return (
      !OF_ONE_TENANT.some((one) => one === code) ||
      isAll ||
      may(account, "status.view", about)
    );
  };
  const reads = may(account, "mail.read", EVERY_TENANT);
  return troubles
    .filter(isTold)
    .map((one) =>
      NAMES_SENDER.includes(one.code) && !reads ? { ...one, message: "" } : one,
    );
}

/** What a person may see of it: their tenants alone. */
export function measuresFor(measures: Measures, account: Account): Measures {
  const tenants = tenantsWith(account, "status.view");
  const troubles = troublesFor(measures.troubles, account);
  if (tenants === EVERY_TENANT) return { ...measures, troubles };
  const mine = ({ tenant }: { readonly tenant: string }) =>
    tenants.includes(tenant);
  return {
    ...measures,
    troubles,
    lanes: measures.lanes.map(({ lane, tenants: all }) => {
      const own = all.filter(mine);
      return {
        lane,
        waiting: own.reduce((sum, { waiting }) => sum + waiting, 0),
        oldestMs: own.reduce<number | null>(
          (most, { oldestMs }) =>
            oldestMs === null ? most : Math.max(most ?? 0, oldestMs),
          null,
        ),
        tenants: own,
      };
    }),
    tenants: measures.tenants.filter(mine),
    held: measures.held.filter(mine),
    malicious: measures.malicious.filter(mine),
  };
}

/** For Prometheus: no session, but a known address or a token. */
export function addMetrics(app: FastifyInstance, watching: Watching): void {
  app.get("/metrics", async (request, reply) => {
    if (!mayScrape(request, watching))
      return reply.code(403).type("text/plain").send("forbidden\n");
    const measures = await watching.now();
    if (measures === null)
      return reply.code(503).type("text/plain").send("not measured\n");
    const { text, type } = await watching.metrics(measures);
    return reply.type(type).send(text);
  });
}

function mayScrape(
  { headers, ip, socket }: FastifyRequest,
  { metricsFrom, metricsToken }: Watching,
): boolean {
  if (metricsToken !== null && isToken(headers.authorization, metricsToken))
    return true;
  // Behind a proxy that we were not told of everybody comes from the proxy's address.
  const isRelayed =
    headers["x-forwarded-for"] !== undefined ||
    headers["forwarded"] !== undefined;
  if (isRelayed && ip === socket.remoteAddress) return false;
  return metricsFrom.includes(ip.replace(/^::ffff:(?=\d+\.)/, ""));
}

function isToken(untrustedHeader: string | undefined, token: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(untrustedHeader ?? ""), hash(`Bearer ${token}`));
}
