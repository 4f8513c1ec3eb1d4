/*
NAME       line: take one item through its steps, and turn every fault into one outcome in this one place
ZONE       airlock
READS      ledger, spool, vault      WRITES  ledger, vault, outbox
TALKS TO   clamd, pits, the bell; a DNS server where one is named
SECURITY   the only caller of clear and of the outbox; an original has no way past them
FAULTS     of the content: hold. Of an operator's matter: wait, without counting. Of ours: wait and count, then hold
NOT HERE   delivery (deliver), people's decisions (release)
*/
import type { Authenticate, Authentication } from "../core/authentication.ts";
import type { Disposition } from "../core/disposition.ts";
import { Fault, toFault } from "../core/fault.ts";
import type { UntrustedContent } from "../core/content.ts";
import type { ItemId } from "../core/id.ts";
import type { Limits } from "../core/limits.ts";
import type { ClearedMessage, RebuiltMessage } from "../core/message.ts";
import type { PartTree } from "../core/part.ts";
import type { Plan } from "../core/plan.ts";
import type {
  Hold,
  HoldRecord,
  ItemPatch,
  ItemRecord,
  Job,
  LaneName,
  Lanes,
  Ledger,
  Log,
  Outbox,
  Pit,
  Render,
  Scanner,
  Spool,
  Vault,
  Workspace,
} from "../core/ports.ts";
import { MINUTE, SECOND } from "../core/units.ts";
import type { HoldCode, VerdictKind } from "../core/verdict.ts";
import { cleanLine } from "../mime/clean-text.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { ExceptionTable } from "../policy/exceptions.ts";
import type { Policy } from "../policy/policy.ts";
import type { PartOutcome } from "../policy/notice.ts";
import { mentionsPassword } from "../policy/password-candidates.ts";
import { isWorthTwoMails } from "../policy/staged.ts";
import { authenticationOf } from "./authentication.ts";
import { partHolds, verdictFor, verdictOf, wholeHold } from "./dispose.ts";
import { findOriginal, keepOriginal } from "./find-original.ts";
import { inspect } from "./inspect.ts";
import type { MadeBefore } from "./made-before.ts";
import { madeRecord, NO_ENGINES, type Engines } from "./made-record.ts";
import { readOriginal } from "./original.ts";
import { isOwnMail, writeOwnMail, type OwnSender } from "./own-mail.ts";
import { passwordsIn } from "./password-mail.ts";
import {
  inForce,
  needsPit,
  plan,
  policyVersion,
  recordedVerdicts,
} from "./plan.ts";
import {
  attachmentsOfMail,
  textOfMail,
  wholeMail,
  type Portion,
  type PortionFrom,
} from "./portion.ts";
import { rebuild, rebuildHeader, subjectIn } from "./rebuild.ts";
import { rescanHeld } from "./rescan.ts";
import { sanitize } from "./sanitize.ts";
import { scan } from "./scan.ts";
import { withExceptions } from "./except.ts";
import { withPasswords } from "./try-passwords.ts";

export interface LineTools {
  readonly spool: Spool;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly lanes: Pick<Lanes, "ring">;
  readonly scanner: Scanner;
  readonly pit: Pit;
  readonly render: Render;
  readonly madeBefore: MadeBefore;
  readonly clear: (rebuilt: RebuiltMessage) => Promise<ClearedMessage>;
  readonly workspace: () => Workspace;
  readonly limits: Limits;
  /** Our name in the trace of what goes on. */
  readonly hostname: string;
  /** Faults: CONFIG_INVALID for a variant that is not in the settings. */
  readonly policyFor: (tenant: string, variant?: string) => Policy;
  /** As they stand now; asked anew for each mail. */
  readonly exceptions: () => ExceptionTable;
  /** Address of the recipients' page for an item; null where there is no such page. */
  readonly recipientLink: ((item: ItemRecord) => string) | null;
  /** Who stands as the author of what the gateway writes itself. */
  readonly ownSender: (tenant: string) => OwnSender;
  /** Checks whether a mail comes from whom it says. Left out: nothing is checked. */
  readonly authenticate?: Authenticate;
  /** Whose mail goes before that of others. Left out: nobody's. */
  readonly goesFirst?: (untrustedReversePath: string) => boolean;
  /** For the record of what was made by what. */
  readonly engines?: Engines;
  readonly log: Log;
  /** Told the name of each point between two steps; tests stop the world there. */
  readonly probe: (point: LinePoint) => void;
  /** A new one for each item: told the same points, to time what lies between. */
  readonly laps?: () => (point: LinePoint) => void;
}

export type LinePoint =
  | "begun"
  | "inspected"
  | "scanned"
  | "planned"
  | "sanitized"
  | "rebuilt"
  | "cleared"
  | "vaulted"
  | "outbox-written"
  | "committed";

const BACKOFF_MS = [2 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE] as const;

/** Handlers for the two lanes of the sanitizer. A job is an id; everything else is read from the ledger. */
export function createLine(
  tools: LineTools,
): (lane: "inspect" | "sanitize") => (job: Job) => Promise<void> {
  return (lane) => async (job) => {
    const watched = timed(tools);
    const record = await tools.ledger.begin(job.item);
    if (record !== null) return passOn(watched, record, { lane });
    if (lane === "sanitize") await rescanHeld(tools, job.item);
  };
}

/** One item that was begun, to its next state. `password` is for what is encrypted; it goes to the pit and nowhere else. */
export async function passOn(
  tools: LineTools,
  record: ItemRecord,
  way: { readonly lane: LaneName; readonly password?: string },
): Promise<void> {
  tools.probe("begun");
  const workspace = tools.workspace();
  try {
    await new Passage(tools, record, { ...way, workspace }).run(way.lane);
  } catch (error) {
    await settleFault(tools, record, toFault(error));
  } finally {
    await workspace.dispose();
  }
}

function timed(tools: LineTools): LineTools {
  const lap = tools.laps?.();
  if (lap === undefined) return tools;
  const probe: LineTools["probe"] = (point) => {
    lap(point);
    tools.probe(point);
  };
  return { ...tools, probe };
}

/** One item on its way; each step's result is the next step's only input. */
class Passage {
  readonly #tools: LineTools;
  readonly #record: ItemRecord;
  readonly #workspace: Workspace;
  readonly #password: { readonly password?: string };

  constructor(
    tools: LineTools,
    record: ItemRecord,
    way: { readonly workspace: Workspace; readonly password?: string },
  ) {
    this.#tools = tools;
    this.#record = record;
    this.#workspace = way.workspace;
    const { password } = way;
    this.#password = password === undefined ? {} : { password };
  }

  async run(lane: LaneName): Promise<void> {
    const { tools, item } = { tools: this.#tools, item: this.#record.id };
    const own = isOwnMail(this.#record);
    if (this.#record.attempts > tools.limits.maxAttempts) {
      return this.#hold(
        "ATTEMPTS_EXHAUSTED",
        this.#record.lastFault ?? "the process ended each time",
        own ? null : undefined,
      );
    }
    // Without it the same part would stay closed, and its mail only come a second time.
    if (
      this.#record.override?.act === "password" &&
      this.#password.password === undefined
    )
      return this.#hold("ENCRYPTED", "the password is to be given again");
    if (own) return this.#write();
    const original = await this.#original();
    const pit = await this.#pit(lane);
    const { tree, forThePit } = await this.#inspect(original, lane, pit);
    const mayGoFirst = lane === "inspect" && this.#mayBeTwo();
    if (forThePit && !mayGoFirst) return this.#toThePit();
    tools.probe("inspected");
    const { parent, kind, receivedAt } = this.#record;
    const header = rebuildHeader(tree.headers, {
      receivedAt: new Date(receivedAt),
      // What follows another mail names that one, also where its sender gave it no name.
      messageId: `<${kind === "attachments" && parent !== null ? parent : item}@sekisho.invalid>`,
      trace: { by: tools.hostname, item },
    });
    const patch = { subject: subjectIn(header.headers), from: senderOf(tree) };
    const authentication = await this.#authentication(original, tree);

    const { plan: made, disposition } = await this.#plan(
      original,
      tree,
      authentication,
    );
    const goesFirst =
      kind === "text" ||
      (mayGoFirst &&
        disposition.kind === "deliver" &&
        isWorthTwoMails(tree, made, forThePit) &&
        !(forThePit && this.#waitsForVerdict()));
    if (forThePit && !goesFirst) return this.#toThePit();
    if (disposition.kind === "hold") {
      // What the checks of the sender said can't be asked again: keys change.
      const kept = authentication === null ? patch : { ...patch, plan: made };
      await tools.ledger.advance(item, "inspected", kept);
      return this.#hold(disposition.code, disposition.detail, original);
    }
    const planned = { ...patch, plan: made };
    if (lane === "inspect" && !goesFirst && needsPit(made)) {
      if (!(await tools.ledger.advance(item, "planned", planned))) return;
      tools.probe("planned");
      return this.#ring("sanitize");
    }
    tools.probe("planned");

    const { headers, findings } = header;
    const from = { record: this.#record, tree, plan: made, headers, findings };
    const portion = goesFirst
      ? textOfMail(from, forThePit)
      : await this.#portion(from);

    // From here to commit B in one go: nothing in between must outlive a fall, and what fell is planned again.
    try {
      const cleared = await this.#makeAndClear(original, portion, {
        ...{ tree, patch, pit },
      });
      if (!cleared) return;
    } catch (error) {
      // Whoever decides about what is held then sees the parts.
      if (holdFor(toFault(error).code) !== null)
        await tools.ledger.advance(item, "planned", planned);
      throw error;
    }
    tools.probe("committed");
    await this.#ring("deliver");
    if (portion.second !== null)
      await tools.lanes.ring("sanitize", { item: portion.second.item });
  }

  /** A digest, or what tells that promised attachments are held: nothing came in, all of it stands in the ledger. */
  async #write(): Promise<void> {
    const { tools, tenant, item } = {
      ...{ tools: this.#tools, tenant: this.#record.tenant },
      item: this.#record.id,
    };
    const policy = tools.policyFor(tenant);
    const rebuilt = await writeOwnMail(this.#record, {
      ...tools,
      ...{ policy, workspace: this.#workspace },
      sender: tools.ownSender(tenant),
    });
    tools.probe("rebuilt");
    const cleared = await tools.clear(rebuilt);
    tools.probe("cleared");
    const plan: Plan = {
      policyVersion: policyVersion(policy),
      ...{ parts: [], findings: [], override: this.#record.override },
      whole: { kind: "clean", engine: "none: our own words" },
    };
    await this.#toOutbox(cleared, { verdict: "clean", plan });
    const { subject } = rebuilt.expected;
    await tools.ledger.clear(item, "clean", [], { plan, subject });
    tools.probe("committed");
    await this.#ring("deliver");
  }

  async #toThePit(): Promise<void> {
    if (!(await this.#tools.ledger.advance(this.#record.id, "inspected")))
      return;
    await this.#ring("sanitize");
  }

  /** Its text may go before its attachments. What a person let go is waited for as a whole. */
  #mayBeTwo(): boolean {
    const { kind, parent, override, tenant } = this.#record;
    if (kind !== undefined) return kind === "text";
    if (parent !== null || override !== null) return false;
    return this.#tools.policyFor(tenant).stagedDelivery === "on";
  }

  /** A virus that only unpacking brings to light would have to hold the text, too. */
  #waitsForVerdict(): boolean {
    const { malicious } = this.#tools.policyFor(this.#record.tenant);
    return malicious === "hold-mail";
  }

  async #portion(from: PortionFrom): Promise<Portion> {
    const { id, kind, tenant, passwordFrom } = this.#record;
    if (kind !== "attachments") return wholeMail(from);
    const { language } = this.#tools.policyFor(tenant).notice;
    const closed =
      passwordFrom === undefined ? [] : await this.#tools.ledger.toOpen(id);
    return attachmentsOfMail(from, closed, language);
  }

  #heldOf(item: ItemId): Promise<readonly HoldRecord[]> {
    return this.#tools.ledger.holds({ item, state: "held", limit: MAX_HOLDS });
  }

  /** Where another mail may hold the password, each of its words is tried; not where a person gave one. */
  async #pit(lane: LaneName): Promise<Pit> {
    const { passwordFrom } = this.#record;
    const isGiven = this.#password.password !== undefined;
    if (passwordFrom === undefined || lane === "inspect" || isGiven)
      return this.#tools.pit;
    const place = { ...this.#tools, workspace: this.#workspace };
    const candidates = await passwordsIn(passwordFrom, place);
    return withPasswords(this.#tools.pit, candidates, this.#workspace);
  }

  #ring(lane: LaneName): Promise<void> {
    const { lanes, goesFirst } = this.#tools;
    const { id: item, envelope } = this.#record;
    const first = goesFirst?.(envelope.reversePath) === true;
    return lanes.ring(lane, first ? { item, first } : { item });
  }

  /** A container is unpacked in the lane of the pit, so that it keeps no text mail waiting. */
  async #inspect(
    original: UntrustedContent,
    lane: LaneName,
    pit: Pit,
  ): Promise<{ readonly tree: PartTree; readonly forThePit: boolean }> {
    const { limits } = this.#tools;
    let forThePit = false;
    const unpack: Pit["unpack"] = async (container) => {
      const { password } = this.#password;
      if (lane !== "inspect") return pit.unpack(container, password);
      forThePit = true;
      return nothing();
    };
    const place = { limits, workspace: this.#workspace, unpack };
    const tree = await inspect(original, place);
    return { tree, forThePit };
  }

  #original(): Promise<UntrustedContent> {
    return readOriginal(this.#tools, this.#record, this.#workspace);
  }

  #authentication(
    original: UntrustedContent,
    { headers }: PartTree,
  ): Promise<Authentication | null> {
    return authenticationOf(this.#record, { original, headers }, this.#tools);
  }

  async #plan(
    original: UntrustedContent,
    tree: PartTree,
    authentication: Authentication | null,
  ): Promise<{ plan: Plan; disposition: Disposition }> {
    const rules = {
      policy: this.#policy(),
      override: this.#record.override,
      now: Date.now(),
      authentication,
    };
    const known = recordedVerdicts(this.#record, tree, rules);
    const verdicts = known ?? (await scan(original, tree, this.#tools.scanner));
    this.#tools.probe("scanned");
    const decision = plan(tree, verdicts, rules);
    const exceptions = this.#tools.exceptions();
    if (exceptions.size === 0) return decision;
    return withExceptions(
      { exceptions, record: this.#record, tree, decision },
      {
        ledger: this.#tools.ledger,
        planUnder: (override) => plan(tree, verdicts, { ...rules, override }),
      },
    );
  }

  #policy(): Policy {
    const { tenant, override } = this.#record;
    const variant = inForce(override, Date.now())?.variant;
    return this.#tools.policyFor(tenant, variant);
  }

  /** False when nothing was to go on. */
  async #makeAndClear(
    original: UntrustedContent,
    portion: Portion,
    mail: {
      readonly tree: PartTree;
      readonly patch: ItemPatch;
      readonly pit: Pit;
    },
  ): Promise<boolean> {
    const { tree, patch, pit } = mail;
    const { plan: made, second } = portion;
    const { tools, item } = { tools: this.#tools, item: this.#record.id };
    const policy = this.#policy();
    const { links, pages, notice } = policy;
    const link = policy.recipientLink ? tools.recipientLink : null;
    const { render, limits } = tools;
    // What a password opened is nothing to remember for others.
    const madeBefore = pit === tools.pit ? tools.madeBefore : NOT_REMEMBERED;
    const content = await sanitize(tree, made, {
      ...{ pit, render, limits, links, pages, notice, madeBefore },
      tenant: this.#record.tenant,
      ...this.#password,
    });
    const findings = [...portion.findings, ...content.findings];
    const opened = openedOf(portion.closed, content.outcomes);
    if (this.#record.passwordFrom !== undefined && opened.length === 0)
      return this.#nothingOpened();
    const outcomes = [
      ...content.outcomes,
      ...portion.later.map((part) => ({ kind: "later", part }) as const),
    ];
    const sanitized = { ...content, findings, outcomes };
    tools.probe("sanitized");
    const verdict = verdictOf(sanitized.outcomes, [
      ...made.findings,
      ...sanitized.findings,
    ]);
    const rebuilt = await rebuild(
      {
        item,
        originalSha256: this.#record.sha256,
        tree,
        headers: portion.headers,
        plan: made,
        sanitized,
        verdict,
        notice,
        ...(link === null ? {} : { page: () => link(this.#record) }),
        lead: portion.lead,
      },
      { workspace: this.#workspace, limits: tools.limits },
    );
    tools.probe("rebuilt");
    const cleared = await tools.clear(rebuilt);
    tools.probe("cleared");
    const holds = await this.#newHolds(sanitized.outcomes);
    if (holds.length > 0) await keepOriginal(tools, this.#record, original);
    tools.probe("vaulted");
    const clearedAt = await this.#toOutbox(cleared, { verdict, plan: made });
    const engines = tools.engines ?? NO_ENGINES;
    const record = madeRecord(cleared.content, made, {
      ...{ at: clearedAt, engines },
      ...{ files: sanitized.parts, findings: sanitized.findings },
    });
    const offers =
      policy.secondMailPassword === "on" &&
      this.#record.kind !== "attachments" &&
      mentionsPassword(sanitized.bodies.values());
    const isCleared = await tools.ledger.clear(item, verdict, holds, {
      ...{ ...patch, plan: { ...made, made: record } },
      ...(second === null ? {} : { second }),
      ...(offers
        ? { offersPasswordForMs: policy.secondMailMinutes * MINUTE }
        : {}),
      ...(opened.length === 0 ? {} : { opened }),
    });
    // Somebody decided meanwhile about what it opened; what is left is to be made.
    if (!isCleared && opened.length > 0) await this.#ring("sanitize");
    return isCleared;
  }

  /** What it was to open is held where it was. Once a person let the try itself go, it is for a person again. */
  async #nothingOpened(): Promise<false> {
    const { ledger } = this.#tools;
    if (!(await ledger.refusePassword(this.#record.id)))
      await this.#hold("ENCRYPTED", "no word of the password mail opens it");
    return false;
  }

  async #toOutbox(
    cleared: ClearedMessage,
    { verdict, plan }: { readonly verdict: VerdictKind; readonly plan: Plan },
  ): Promise<string> {
    const clearedAt = new Date().toISOString();
    const { id: item, tenant, envelope } = this.#record;
    await this.#tools.outbox.put(cleared, {
      ...{ version: 1, item, tenant, verdict },
      reversePath: envelope.reversePath,
      recipients: envelope.recipients,
      policyVersion: plan.policyVersion,
      clearedAt,
    });
    this.#tools.probe("outbox-written");
    return clearedAt;
  }

  /** What stays closed after a try with a password is held already, where it was held. */
  async #newHolds(outcomes: readonly PartOutcome[]): Promise<readonly Hold[]> {
    const { id, parent, passwordFrom } = this.#record;
    const holds = partHolds(id, outcomes);
    if (passwordFrom === undefined || parent === null) return holds;
    const known = await this.#heldOf(parent);
    return holds.filter(
      ({ part, code }) =>
        !known.some((hold) => hold.part === part && hold.code === code),
    );
  }

  async #hold(
    code: HoldCode,
    detail: string,
    original?: UntrustedContent | null,
  ): Promise<void> {
    await holdWhole(this.#tools, this.#record, {
      code,
      detail,
      original: original === undefined ? await this.#original() : original,
    });
  }
}

/** The original is durable in the vault before the ledger says that it is held there. */
async function holdWhole(
  tools: LineTools,
  record: ItemRecord,
  why: {
    readonly code: HoldCode;
    readonly detail: string;
    readonly original: UntrustedContent | null;
  },
): Promise<void> {
  const { id: item } = record;
  if (why.original !== null) await keepOriginal(tools, record, why.original);
  await tools.ledger.hold(item, verdictFor(why.code), [
    wholeHold(item, why.code, why.detail),
  ]);
}

async function settleFault(
  tools: LineTools,
  record: ItemRecord,
  fault: Fault,
): Promise<void> {
  tools.log.warn("item.fault", {
    item: record.id,
    fault: fault.code,
    attempt: record.attempts,
    detail: fault.message,
  });
  const code = holdFor(fault.code);
  if (code !== null) {
    const original = isOwnMail(record)
      ? null
      : await findOriginal(tools, record).catch(() => null);
    return holdWhole(tools, record, {
      code,
      detail: fault.message,
      original,
    });
  }
  const wait =
    BACKOFF_MS[Math.min(record.attempts, BACKOFF_MS.length) - 1] ??
    BACKOFF_MS[0];
  await tools.ledger.defer(
    record.id,
    Date.now() + wait,
    fault.code,
    fault.row.blame !== "operator",
  );
}

const MAX_HOLDS = 1000;
const NOT_REMEMBERED: MadeBefore = { once: (_from, make) => make() };

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

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

function senderOf(tree: PartTree): string {
  const value =
    tree.headers.find((field) => field.name.toLowerCase() === "from")
      ?.untrustedValue ?? "";
  return cleanLine(decodeHeaderText(value), 200);
}
