import type { Account } from "../core/account.ts";
import type { Pin, Rescan } from "../core/acts.ts";
import { UNFINISHED } from "../core/item.ts";
import type { HoldRecord } from "../core/hold.ts";
import type { ItemRecord, RecipientRecord } from "../core/item-record.ts";
import type { AuditRecord, QuarantineRow } from "../core/quarantine.ts";
import { findingRow } from "../policy/findings.ts";
import { REASONS } from "../policy/reasons.ts";
import { whyNoRelease } from "../policy/releasable.ts";
import { may } from "../policy/rights.ts";
import { authenticationTold } from "./authentication-view.ts";
import {
  KIND_WORDS,
  HOLD_STATE_WORDS,
  RECIPIENT_WORDS,
  RESCAN_WORDS,
  STATE_WORDS,
  TREATMENT_WORDS,
  VERDICT_WORDS,
} from "./words.ts";
import { ACT_WORDS } from "../policy/act-words.ts";

/** Mails as the API tells them. Whoever may not read a mail gets null for every word that the sender chose. */

export function rowTold(account: Account, row: QuarantineRow): object {
  const reads = may(account, "mail.read", row.tenant);
  const own = (word: string | null) => (reads ? word : null);
  return {
    item: row.id,
    tenant: row.tenant,
    state: row.state,
    stateWords: STATE_WORDS[row.state],
    verdict: row.verdict,
    verdictWords: row.verdict === null ? null : VERDICT_WORDS[row.verdict],
    receivedAt: row.receivedAt,
    bytes: row.bytes,
    subject: own(row.subject),
    from: own(row.from ?? row.reversePath),
    recipients: reads ? row.recipients : [],
    recipientCount: row.recipients.length,
    holds: row.holds.map((hold) => holdTold(hold, reads)),
    ...{ holdCount: row.holdCount, version: row.version },
    may: mayDecide(account, row, row.holds),
  };
}

export function holdTold(hold: HoldRecord, reads: boolean): object {
  const { title, message, advice } = REASONS[hold.code];
  return {
    part: hold.part,
    name: reads ? hold.name : null,
    kind: hold.kind?.label ?? null,
    bytes: hold.bytes,
    sha256: hold.sha256,
    code: hold.code,
    ...{ title, message, advice },
    detail: reads ? hold.detail : null,
    at: hold.at,
    state: hold.state,
    stateWords: HOLD_STATE_WORDS[hold.state],
    decidedBy: hold.decidedBy,
    decidedWhy: reads ? hold.decidedWhy : null,
    decidedAt: hold.decidedAt,
  };
}

export interface MailFacts {
  readonly item: ItemRecord;
  readonly recipients: readonly RecipientRecord[];
  readonly holds: readonly HoldRecord[];
  readonly history: readonly AuditRecord[];
  readonly version: string | null;
  readonly tenantName: string;
  readonly pin: Pin | null;
  readonly rescan: Rescan | null;
  readonly variants: readonly {
    readonly name: string;
    readonly title: string;
  }[];
}

export function mailTold(account: Account, facts: MailFacts): object {
  const { item, holds } = facts;
  const reads = may(account, "mail.read", item.tenant);
  const own = (word: string | null) => (reads ? word : null);
  const { client, reversePath } = item.envelope;
  return {
    item: item.id,
    ...{ tenant: item.tenant, tenantName: facts.tenantName },
    version: facts.version ?? "",
    ...{ state: item.state, stateWords: STATE_WORDS[item.state] },
    verdict: item.verdict,
    verdictWords: item.verdict === null ? null : VERDICT_WORDS[item.verdict],
    ...{ receivedAt: item.receivedAt, updatedAt: item.updatedAt },
    ...{ bytes: item.bytes, sha256: item.sha256, parent: item.parent },
    kind: item.kind ?? null,
    kindWords: item.kind === undefined ? null : KIND_WORDS[item.kind],
    passwordFrom: item.passwordFrom ?? null,
    ...{ subject: own(item.subject), from: own(item.from) },
    envelope: {
      reversePath: own(reversePath),
      ...{ client: client.address, helo: own(client.helo), tls: client.tls },
    },
    recipients: facts.recipients.map((one) => ({
      address: own(one.address),
      ...{ state: one.state, stateWords: RECIPIENT_WORDS[one.state] },
      ...{ attempts: one.attempts, reply: own(one.reply) },
    })),
    authentication: authenticationTold(item.plan?.authentication, reads),
    parts: partsTold(item, reads),
    findings: findingsTold(item, reads),
    policyVersion: item.plan?.policyVersion ?? null,
    override: overrideTold(item, reads),
    holds: holds.map((hold) => holdTold(hold, reads)),
    history: historyTold(facts, reads),
    pin: pinTold(facts.pin, reads),
    rescan: rescanTold(facts.rescan),
    variants: facts.variants.map(({ name, title }) => ({ name, title })),
    may: {
      ...mayDecide(account, item, holds),
      noRelease: whyNoRelease(holds.filter(({ state }) => state === "held")),
      ...mayAlso(account, facts),
      note: may(account, "mail.note", item.tenant),
      preview: may(account, "mail.preview", item.tenant),
      certificate:
        may(account, "mail.read", item.tenant) &&
        (item.state === "cleared" || item.state === "delivered") &&
        item.plan?.made !== undefined,
    },
  };
}

function partsTold(item: ItemRecord, reads: boolean): readonly object[] {
  return (item.plan?.parts ?? []).map((part) => ({
    path: part.path,
    name: reads ? part.name : null,
    ...{ kind: part.kind.label, type: part.kind.type },
    ...{ bytes: part.bytes, sha256: part.sha256 },
    scan: part.scan.kind,
    scanWords: VERDICT_WORDS[part.scan.kind],
    engine: part.scan.engine,
    signature: part.scan.kind === "malicious" ? part.scan.signature : null,
    treatment: part.treatment.kind,
    treatmentWords: TREATMENT_WORDS[part.treatment.kind],
    hold: part.treatment.kind === "notice" ? part.treatment.hold : null,
  }));
}

function findingsTold(item: ItemRecord, reads: boolean): readonly object[] {
  return (item.plan?.findings ?? []).map(({ code, part, detail }) => ({
    ...{ code, part, words: findingRow(code).words },
    detail: reads ? detail : null,
  }));
}

function overrideTold(item: ItemRecord, reads: boolean): object | null {
  const { override } = item;
  if (override === null) return null;
  const { who, why, at, until, waives, act, variant } = override;
  return {
    ...{ who, why: reads ? why : null, at, until, waives },
    ...{ act: act ?? "release", variant: variant ?? null },
  };
}

function pinTold(pin: Pin | null, reads: boolean): object | null {
  if (pin === null) return null;
  return { who: pin.who, why: reads ? pin.why : null, at: pin.at };
}

function rescanTold(rescan: Rescan | null): object | null {
  if (rescan === null) return null;
  const { who, at, whenClean } = rescan;
  return { who, at, whenClean };
}

/** The steps that every mail takes stand in its own row; the others come from the record. */
function historyTold(
  { item, history }: MailFacts,
  reads: boolean,
): readonly object[] {
  const told = history.map(({ at, act, actor, facts }) => ({
    ...{ at, act, words: actWords(act, facts["outcome"]), actor },
    why: reads ? wordIn(facts["why"] ?? facts["text"]) : null,
    into: wordIn(facts["into"]),
    from: wordIn(facts["from"]),
    until: wordIn(facts["until"]),
    via: wordIn(facts["via"]),
  }));
  const none = { why: null, into: null, from: null, until: null, via: null };
  const step = (at: number, act: string, actor: string) => ({
    ...{ at, act, words: ACT_WORDS[act] ?? act, actor, ...none },
  });
  return [
    step(item.receivedAt, "received", "intake"),
    ...told,
    ...(item.state === "delivered"
      ? [step(item.updatedAt, "delivered", "courier")]
      : []),
  ].sort((a, b) => a.at - b.at);
}

function actWords(act: string, outcome: unknown): string {
  const words = ACT_WORDS[act] ?? act;
  const told = act === "rescanned" ? RESCAN_WORDS[String(outcome)] : undefined;
  return told === undefined ? words : `${words}：${told}`;
}

function wordIn(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Which buttons make sense. The server asks again when one is pressed. */
function mayDecide(
  account: Account,
  item: Pick<ItemRecord, "tenant" | "state">,
  holds: readonly HoldRecord[],
): { readonly release: boolean; readonly discard: boolean } {
  const open = holds.filter((hold) => hold.state === "held");
  const isEnded = !UNFINISHED.includes(item.state);
  const isReleasable = whyNoRelease(open) === null;
  return {
    release:
      may(account, "mail.release", item.tenant) && isEnded && isReleasable,
    discard:
      may(account, "mail.discard", item.tenant) && isEnded && open.length > 0,
  };
}

function mayAlso(
  account: Account,
  { item, holds, pin, rescan }: MailFacts,
): object {
  const open = holds.filter((hold) => hold.state === "held");
  const isEnded = !UNFINISHED.includes(item.state);
  return {
    password:
      may(account, "mail.release", item.tenant) &&
      isEnded &&
      open.some((hold) => hold.code === "ENCRYPTED"),
    rescan:
      may(account, "mail.rescan", item.tenant) &&
      isEnded &&
      open.length > 0 &&
      rescan === null,
    pin:
      may(account, "mail.pin", item.tenant) && pin === null && holds.length > 0,
    unpin: may(account, "mail.pin", item.tenant) && pin !== null,
  };
}
