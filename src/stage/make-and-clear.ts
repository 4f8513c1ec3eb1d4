import type { UntrustedContent } from "../core/content.ts";
import type { Hold } from "../core/hold.ts";
import type { ItemPatch, ItemRecord } from "../core/item-record.ts";
import type { ClearedMessage } from "../core/message.ts";
import type { PartTree } from "../core/part.ts";
import type { Pit } from "../core/pit.ts";
import type { Plan } from "../core/plan.ts";
import type { Workspace } from "../core/stores.ts";
import { MINUTE } from "../core/units.ts";
import type { VerdictKind } from "../core/verdict.ts";
import type { PartOutcome } from "../policy/notice.ts";
import { mentionsPassword } from "../policy/password-candidates.ts";
import type { Policy } from "../policy/policy.ts";
import { partHolds, verdictOf } from "./dispose.ts";
import { keepOriginal } from "./find-original.ts";
import type { LineTools } from "./line-tools.ts";
import type { MadeBefore } from "./made-before.ts";
import { madeRecord, NO_ENGINES } from "./made-record.ts";
import type { Portion } from "./portion.ts";
import { rebuild } from "./rebuild.ts";
import { sanitize } from "./sanitize.ts";

const MAX_HOLDS = 1000;
const NOT_REMEMBERED: MadeBefore = { once: (_from, make) => make() };

/** What was read and planned of an item, and is now to be made new. */
export interface Planned {
  readonly record: ItemRecord;
  readonly original: UntrustedContent;
  readonly tree: PartTree;
  readonly portion: Portion;
  readonly policy: Policy;
  readonly patch: ItemPatch;
  readonly pit: Pit;
  readonly workspace: Workspace;
  readonly password?: string;
}

export type Made =
  | "cleared"
  /** Not to go on; the ledger says what became of it. */
  | "elsewhere"
  /** Somebody decided meanwhile about what the password opened; what is left is to be made. */
  | "made again"
  /** What it was to open is held where it was; once a person let the try itself go, it is for a person again. */
  | "opened nothing";

/** From the plan to commit B. Throws what the steps throw; the ledger then stands where it stood. */
export async function makeAndClear(
  tools: LineTools,
  planned: Planned,
): Promise<Made> {
  const { record, original, tree, portion, policy, pit } = planned;
  const { plan: made, second } = portion;
  const { id: item, passwordFrom } = record;
  const { links, pages, notice } = policy;
  const { render, limits } = tools;
  // What a password opened is nothing to remember for others.
  const madeBefore = pit === tools.pit ? tools.madeBefore : NOT_REMEMBERED;
  const { password } = planned;
  const content = await sanitize(tree, made, {
    ...{ pit, render, limits, links, pages, notice, madeBefore },
    tenant: record.tenant,
    ...(password === undefined ? {} : { password }),
  });
  const opened = openedOf(portion.closed, content.outcomes);
  if (passwordFrom !== undefined && opened.length === 0)
    return (await tools.ledger.refusePassword(item))
      ? "elsewhere"
      : "opened nothing";
  const sanitized = {
    ...content,
    findings: [...portion.findings, ...content.findings],
    outcomes: [
      ...content.outcomes,
      ...portion.later.map((part) => ({ kind: "later", part }) as const),
    ],
  };
  tools.probe("sanitized");
  const verdict = verdictOf(sanitized.outcomes, [
    ...made.findings,
    ...sanitized.findings,
  ]);
  const link = policy.recipientLink ? tools.recipientLink : null;
  const rebuilt = await rebuild(
    {
      item,
      originalSha256: record.sha256,
      tree,
      headers: portion.headers,
      plan: made,
      sanitized,
      verdict,
      notice,
      ...(link === null ? {} : { page: () => link(record) }),
      lead: portion.lead,
    },
    { workspace: planned.workspace, limits },
  );
  tools.probe("rebuilt");
  const cleared = await tools.clear(rebuilt);
  tools.probe("cleared");
  const holds = await newHolds(tools, record, sanitized.outcomes);
  if (holds.length > 0) await keepOriginal(tools, record, original);
  tools.probe("vaulted");
  const clearedAt = await toOutbox(tools, record, cleared, {
    ...{ verdict, plan: made },
  });
  const engines = tools.engines ?? NO_ENGINES;
  const origin = madeRecord(cleared.content, made, {
    ...{ at: clearedAt, engines },
    ...{ files: sanitized.parts, findings: sanitized.findings },
  });
  const offersPassword =
    policy.secondMailPassword === "on" &&
    record.kind !== "attachments" &&
    mentionsPassword(sanitized.bodies.values());
  const isCleared = await tools.ledger.clear(item, verdict, holds, {
    ...{ ...planned.patch, plan: { ...made, made: origin } },
    ...(second === null ? {} : { second }),
    ...(offersPassword
      ? { offersPasswordForMs: policy.secondMailMinutes * MINUTE }
      : {}),
    ...(opened.length === 0 ? {} : { opened }),
  });
  if (isCleared) return "cleared";
  return opened.length > 0 ? "made again" : "elsewhere";
}

/** Durable when it resolves, to the time that stands in its manifest. */
export async function toOutbox(
  tools: LineTools,
  { id: item, tenant, envelope }: ItemRecord,
  cleared: ClearedMessage,
  { verdict, plan }: { readonly verdict: VerdictKind; readonly plan: Plan },
): Promise<string> {
  const clearedAt = new Date().toISOString();
  await tools.outbox.put(cleared, {
    ...{ version: 1, item, tenant, verdict },
    reversePath: envelope.reversePath,
    recipients: envelope.recipients,
    policyVersion: plan.policyVersion,
    clearedAt,
  });
  tools.probe("outbox-written");
  return clearedAt;
}

/** What stays closed after a try with a password is held already, where it was held. */
async function newHolds(
  { ledger }: LineTools,
  { id, parent, passwordFrom }: ItemRecord,
  outcomes: readonly PartOutcome[],
): Promise<readonly Hold[]> {
  const holds = partHolds(id, outcomes);
  if (passwordFrom === undefined || parent === null) return holds;
  const known = await ledger.holds({
    ...{ item: parent, state: "held", limit: MAX_HOLDS },
  });
  return holds.filter(
    ({ part, code }) =>
      !known.some((hold) => hold.part === part && hold.code === code),
  );
}

/** What was closed and is not any more; it may have to be held for another reason now. */
function openedOf(
  closed: readonly string[],
  outcomes: readonly PartOutcome[],
): readonly string[] {
  return closed.filter((path) =>
    outcomes.some(
      (outcome) =>
        outcome.part.path === path &&
        !(outcome.kind === "held" && outcome.code === "ENCRYPTED"),
    ),
  );
}
