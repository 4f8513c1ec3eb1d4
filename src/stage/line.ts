/*
NAME       line: take one item through its steps, and turn every fault into one outcome in this one place
ZONE       airlock
READS      ledger, spool, vault      WRITES  ledger, vault, outbox
TALKS TO   clamd, pits, the bell
SECURITY   the only caller of clear and of the outbox; an original has no way past them
FAULTS     of the content: hold. Of an operator's matter: wait, without counting. Of ours: wait and count, then hold
NOT HERE   delivery (deliver), people's decisions (release)
*/
import type { Disposition } from "../core/disposition.ts";
import { Fault, toFault } from "../core/fault.ts";
import type { UntrustedContent } from "../core/content.ts";
import type { ItemId } from "../core/id.ts";
import type { Limits } from "../core/limits.ts";
import type { ClearedMessage, RebuiltMessage } from "../core/message.ts";
import type { PartTree } from "../core/part.ts";
import type { Plan } from "../core/plan.ts";
import type {
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
import type { HoldCode } from "../core/verdict.ts";
import { cleanLine } from "../mime/clean-text.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { ExceptionTable } from "../policy/exceptions.ts";
import type { Policy } from "../policy/policy.ts";
import { partHolds, verdictFor, verdictOf, wholeHold } from "./dispose.ts";
import { inspect } from "./inspect.ts";
import type { MadeBefore } from "./made-before.ts";
import { madeRecord, NO_ENGINES, type Engines } from "./made-record.ts";
import { readOriginal } from "./original.ts";
import { inForce, needsPit, plan, recordedVerdicts } from "./plan.ts";
import { rebuild, rebuildHeader, subjectIn } from "./rebuild.ts";
import { rescanHeld } from "./rescan.ts";
import { sanitize } from "./sanitize.ts";
import { scan } from "./scan.ts";
import { withExceptions } from "./except.ts";

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
  /** For the record of what was made by what. */
  readonly engines?: Engines;
  readonly log: Log;
  /** Told the name of each point between two steps; tests stop the world there. */
  readonly probe: (point: LinePoint) => void;
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
    const record = await tools.ledger.begin(job.item);
    if (record !== null) return passOn(tools, record, { lane });
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
    if (this.#record.attempts > tools.limits.maxAttempts) {
      return this.#hold(
        "ATTEMPTS_EXHAUSTED",
        this.#record.lastFault ?? "the process ended each time",
      );
    }
    // Without it the same part would stay closed, and its mail only come a second time.
    if (
      this.#record.override?.act === "password" &&
      this.#password.password === undefined
    )
      return this.#hold("ENCRYPTED", "the password is to be given again");
    const original = await this.#original();
    const tree = await this.#inspect(original, lane);
    if (tree === "for the pit") {
      if (!(await tools.ledger.advance(item, "inspected"))) return;
      return tools.lanes.ring("sanitize", { item });
    }
    tools.probe("inspected");
    const header = rebuildHeader(tree.headers, {
      receivedAt: new Date(this.#record.receivedAt),
      messageId: `<${item}@sekisho.invalid>`,
      trace: { by: tools.hostname, item },
    });
    const patch = { subject: subjectIn(header.headers), from: senderOf(tree) };

    const { plan: made, disposition } = await this.#plan(original, tree);
    if (disposition.kind === "hold") {
      await tools.ledger.advance(item, "inspected", patch);
      return this.#hold(disposition.code, disposition.detail, original);
    }
    const planned = { ...patch, plan: made };
    if (lane === "inspect" && needsPit(made)) {
      if (!(await tools.ledger.advance(item, "planned", planned))) return;
      tools.probe("planned");
      return tools.lanes.ring("sanitize", { item });
    }
    tools.probe("planned");

    // From here to commit B in one go: nothing in between must outlive a fall, and what fell is planned again.
    try {
      await this.#makeAndClear(original, { tree, header }, planned);
    } catch (error) {
      // Whoever decides about what is held then sees the parts.
      if (holdFor(toFault(error).code) !== null)
        await tools.ledger.advance(item, "planned", planned);
      throw error;
    }
    tools.probe("committed");
    await tools.lanes.ring("deliver", { item });
  }

  /** A container is unpacked in the lane of the pit, so that it keeps no text mail waiting. */
  async #inspect(
    original: UntrustedContent,
    lane: LaneName,
  ): Promise<PartTree | "for the pit"> {
    const { limits, pit } = this.#tools;
    let forThePit = false;
    const unpack: Pit["unpack"] = async (container) => {
      const { password } = this.#password;
      if (lane !== "inspect") return pit.unpack(container, password);
      forThePit = true;
      return nothing();
    };
    const place = { limits, workspace: this.#workspace, unpack };
    const tree = await inspect(original, place);
    return forThePit ? "for the pit" : tree;
  }

  #original(): Promise<UntrustedContent> {
    return readOriginal(this.#tools, this.#record, this.#workspace);
  }

  async #plan(
    original: UntrustedContent,
    tree: PartTree,
  ): Promise<{ plan: Plan; disposition: Disposition }> {
    const rules = {
      policy: this.#policy(),
      override: this.#record.override,
      now: Date.now(),
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

  async #makeAndClear(
    original: UntrustedContent,
    mail: {
      readonly tree: PartTree;
      readonly header: ReturnType<typeof rebuildHeader>;
    },
    planned: ItemPatch & { readonly plan: Plan },
  ): Promise<void> {
    const { tree, header } = mail;
    const made = planned.plan;
    const { tools, item } = { tools: this.#tools, item: this.#record.id };
    const { links, pages, notice } = this.#policy();
    const { pit, render, limits, madeBefore } = tools;
    const content = await sanitize(tree, made, {
      ...{ pit, render, limits, links, pages, notice, madeBefore },
      tenant: this.#record.tenant,
      ...this.#password,
    });
    const findings = [...header.findings, ...content.findings];
    const sanitized = { ...content, findings };
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
        headers: header.headers,
        plan: made,
        sanitized,
        verdict,
        notice,
      },
      { workspace: this.#workspace, limits: tools.limits },
    );
    tools.probe("rebuilt");
    const cleared = await tools.clear(rebuilt);
    tools.probe("cleared");
    const holds = partHolds(item, sanitized.outcomes, decidedBefore(made));
    if (holds.length > 0) await tools.vault.put(item, original);
    tools.probe("vaulted");
    const clearedAt = new Date().toISOString();
    await tools.outbox.put(cleared, {
      version: 1,
      item,
      tenant: this.#record.tenant,
      reversePath: this.#record.envelope.reversePath,
      recipients: this.#record.envelope.recipients,
      verdict,
      policyVersion: made.policyVersion,
      clearedAt,
    });
    tools.probe("outbox-written");
    const engines = tools.engines ?? NO_ENGINES;
    const record = madeRecord(cleared.content, made, {
      ...{ at: clearedAt, files: sanitized.parts, engines },
    });
    const carriedOut = { ...planned, plan: { ...made, made: record } };
    await tools.ledger.clear(item, verdict, holds, carriedOut);
  }

  async #hold(
    code: HoldCode,
    detail: string,
    original?: UntrustedContent,
  ): Promise<void> {
    await holdWhole(this.#tools, this.#record.id, {
      code,
      detail,
      original: original ?? (await this.#original()),
    });
  }
}

/** A trust speaks about the mail as a whole: nobody has seen its parts yet. */
function decidedBefore({ override }: Plan): Plan["override"] {
  return override?.act === "trust" ? null : override;
}

/** The original is durable in the vault before the ledger says that it is held there. */
async function holdWhole(
  tools: LineTools,
  item: ItemId,
  why: {
    readonly code: HoldCode;
    readonly detail: string;
    readonly original: UntrustedContent | null;
  },
): Promise<void> {
  if (why.original !== null) await tools.vault.put(item, why.original);
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
    const original =
      (await tools.spool.read(record.id)) ??
      (await tools.vault.read(record.id).catch(() => null));
    return holdWhole(tools, record.id, {
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

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

function senderOf(tree: PartTree): string {
  const value =
    tree.headers.find((field) => field.name.toLowerCase() === "from")
      ?.untrustedValue ?? "";
  return cleanLine(decodeHeaderText(value), 200);
}
