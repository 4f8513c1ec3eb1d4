import type { Authentication } from "../core/authentication.ts";
import type { UntrustedContent } from "../core/content.ts";
import type { Disposition } from "../core/disposition.ts";
import { toFault } from "../core/fault.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { LaneName } from "../core/lanes.ts";
import type { PartTree } from "../core/part.ts";
import type { Pit } from "../core/pit.ts";
import type { Plan } from "../core/plan.ts";
import type { Workspace } from "../core/stores.ts";
import type { HoldCode } from "../core/verdict.ts";
import { cleanLine } from "../mime/clean-text.ts";
import { decodeHeaderText } from "../mime/encoded-word.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { Policy } from "../policy/policy.ts";
import { isWorthTwoMails } from "../policy/staged.ts";
import { authenticationOf } from "./authentication.ts";
import { withExceptions } from "./except.ts";
import { holdWhole } from "./hold-whole.ts";
import { inspect } from "./inspect.ts";
import type { LineTools } from "./line-tools.ts";
import { makeAndClear, toOutbox } from "./make-and-clear.ts";
import { readOriginal } from "./original.ts";
import { isOwnMail, writeOwnMail } from "./own-mail.ts";
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
import { rebuildHeader, subjectIn } from "./rebuild.ts";
import { scan } from "./scan.ts";
import { withPasswords } from "./try-passwords.ts";

/** One item on its way; each step's result is the next step's only input. */
export class Passage {
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
      const became = await makeAndClear(tools, {
        ...{ record: this.#record, original, tree, portion, patch, pit },
        ...{ policy: this.#policy(), workspace: this.#workspace },
        ...this.#password,
      });
      if (became === "made again") return await this.#ring("sanitize");
      if (became === "opened nothing")
        return await this.#hold(
          "ENCRYPTED",
          "no word of the password mail opens it",
        );
      if (became !== "cleared") return;
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
    await toOutbox(tools, this.#record, cleared, { verdict: "clean", plan });
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

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

function senderOf(tree: PartTree): string {
  const value =
    tree.headers.find((field) => field.name.toLowerCase() === "from")
      ?.untrustedValue ?? "";
  return cleanLine(decodeHeaderText(value), 200);
}
