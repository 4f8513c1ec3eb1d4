/*
NAME       opening: try a password on what is locked of a held item; when it fits, make the item anew with it
ZONE       airlock, and the pit
READS      vault, ledger      WRITES  ledger, and what the line writes
SECURITY   the password is in memory for the time of one try and of one making, and goes to the pit alone. Nothing moves
           before it fitted: a wrong one sends no mail a second time
NOT HERE   who may, how often (give-password)
*/
import { toFault } from "../core/fault.ts";
import type { Override } from "../core/plan.ts";
import type { ItemRecord } from "../core/item-record.ts";
import { DAY, MINUTE } from "../core/units.ts";
import type { PartOutcome } from "../policy/notice.ts";
import type { OpeningAnswer, OpeningAsk } from "../wire/opening.ts";
import { inspect } from "./inspect.ts";
import type { LineTools } from "./line-tools.ts";
import { passOn } from "./line.ts";
import { readOriginal } from "./original.ts";
import { plan } from "./plan.ts";
import { waivedBefore } from "./release.ts";
import { foundIn } from "./rescan.ts";
import { sanitize } from "./sanitize.ts";
import { scan } from "./scan.ts";

/** Each may fill a pit for a while. */
const MAX_OPENINGS = 2;
const MAX_HOLDS = 1000;
/** Nobody else begins it meanwhile: they would not have the password. */
const MAKING_MS = 15 * MINUTE;

export interface Opening {
  open(ask: OpeningAsk): Promise<OpeningAnswer>;
  /** What is being made is done. */
  close(): Promise<void>;
}

export function createOpening(tools: LineTools): Opening {
  const making = new Set<Promise<void>>();
  let trying = 0;
  return {
    async open(ask) {
      if (trying + making.size >= MAX_OPENINGS) return { kind: "busy" };
      trying += 1;
      try {
        const answer = await tryOut(tools, ask);
        if (answer.kind !== "fits") return answer;
        const item = await goOn(tools, ask);
        if (item === null) return { kind: "changed" };
        const work = make(tools, item, ask.password).finally(() =>
          making.delete(work),
        );
        making.add(work);
        return { kind: "opened", item };
      } finally {
        trying -= 1;
      }
    },
    async close() {
      await Promise.all(making);
    },
  };
}

async function tryOut(
  tools: LineTools,
  ask: OpeningAsk,
): Promise<OpeningAnswer | { readonly kind: "fits" }> {
  const { ledger } = tools;
  const { item } = ask;
  if ((await ledger.version(item)) !== ask.seen) return { kind: "changed" };
  const record = await ledger.item(item);
  const holds = await ledger.holds({ item, state: "held", limit: MAX_HOLDS });
  const locked = holds.flatMap(({ code, part }) =>
    code === "ENCRYPTED" ? [part] : [],
  );
  if (record === null || locked.length === 0) return { kind: "not-locked" };
  const workspace = tools.workspace();
  try {
    const { password } = ask;
    const override = overrideOf(ask, record);
    const given = { password, workspace, override };
    const made = await makeOnTrial(tools, record, given);
    if (made.kind === "hold") return { kind: "not-made", code: made.code };
    if (made.found.viruses.length > 0) {
      const { who, why, via } = ask;
      const asked = { who, why, via, whenClean: "stay" } as const;
      await ledger.askRescan(item, asked);
      await ledger.settleRescan(item, made.found);
      return { kind: "malicious" };
    }
    return judge(made.outcomes, locked);
  } finally {
    await workspace.dispose();
  }
}

async function makeOnTrial(
  tools: LineTools,
  record: ItemRecord,
  given: {
    readonly password: string;
    readonly workspace: ReturnType<LineTools["workspace"]>;
    readonly override: Override;
  },
) {
  const { limits, pit, render, madeBefore } = tools;
  const { password, workspace, override } = given;
  const policy = tools.policyFor(record.tenant);
  const original = await readOriginal(tools, record, workspace);
  const tree = await inspect(original, {
    ...{ limits, workspace },
    unpack: (container) => pit.unpack(container, password),
  });
  const verdicts = await scan(original, tree, tools.scanner);
  const rules = { policy, override, now: Date.now() };
  const decision = plan(tree, verdicts, rules);
  const found = foundIn(record.id, tree, decision);
  const { disposition } = decision;
  if (disposition.kind === "hold" && found.viruses.length === 0)
    return { kind: "hold", code: disposition.code } as const;
  if (found.viruses.length > 0)
    return { kind: "made", found, outcomes: [] } as const;
  const { links, pages, notice } = policy;
  const { outcomes } = await sanitize(tree, decision.plan, {
    ...{ pit, render, limits, links, pages, notice, madeBefore, password },
    tenant: record.tenant,
  });
  return { kind: "made", found, outcomes } as const;
}

function judge(
  outcomes: readonly PartOutcome[],
  locked: readonly (string | null)[],
): OpeningAnswer | { readonly kind: "fits" } {
  const own = outcomes.filter(({ part: { path } }) =>
    locked.some(
      (one) => one === null || path === one || path.startsWith(`${one}.`),
    ),
  );
  const held = own.filter((outcome) => outcome.kind === "held");
  const isLocked = held.some(({ code }) => code === "ENCRYPTED");
  // Of a mail of which nobody knows any more what was locked, all has to open.
  if (isLocked && locked.includes(null)) return { kind: "wrong" };
  if (own.some(({ kind }) => kind !== "held" && kind !== "dropped"))
    return { kind: "fits" };
  if (isLocked || held[0] === undefined) return { kind: "wrong" };
  return { kind: "not-made", code: held[0].code };
}

async function goOn({ ledger }: LineTools, ask: OpeningAsk) {
  const override = overrideOf(ask, await ledger.item(ask.item));
  return ledger.release(ask.item, override, { seen: ask.seen, via: ask.via });
}

function overrideOf(
  { who, why }: OpeningAsk,
  record: ItemRecord | null,
): Override {
  const now = Date.now();
  return {
    ...{ who, why, at: new Date(now).toISOString() },
    until: new Date(now + DAY).toISOString(),
    ...{ waives: waivedBefore(record), act: "password" },
  };
}

async function make(
  tools: LineTools,
  item: ItemRecord["id"],
  password: string,
): Promise<void> {
  try {
    const record = await tools.ledger.begin(item);
    if (record === null) return;
    const dueAt = Date.now() + MAKING_MS;
    await tools.ledger.defer(item, dueAt, "DOCUMENT_ENCRYPTED", true);
    await passOn(tools, record, { lane: "sanitize", password });
  } catch (error) {
    const fault = toFault(error);
    tools.log.error("opening.fault", { item, fault: fault.code });
  }
}
