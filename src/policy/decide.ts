import type { Authentication } from "../core/authentication.ts";
import type { Anomaly, Part, PartTree } from "../core/part.ts";
import type {
  Override,
  Plan,
  PlannedPart,
  TextForm,
  Treatment,
} from "../core/plan.ts";
import type { Disposition } from "../core/disposition.ts";
import type { Finding, HoldCode, ScanVerdict } from "../core/verdict.ts";
import { isUnproven, whyHeld } from "./authentication.ts";
import { chooseBody } from "./body.ts";
import { isSuspicion } from "./heuristics.ts";
import { nameBelies } from "./name-kind.ts";
import type { Policy } from "./policy.ts";
import { isOffice, treatByKind } from "./treat.ts";

export interface Facts {
  readonly tree: PartTree;
  /** Scanner's word on the whole original, and on each leaf by part id. */
  readonly whole: ScanVerdict;
  readonly leaves: ReadonlyMap<number, ScanVerdict>;
  /** Clean names by part id. */
  readonly names: ReadonlyMap<number, string>;
  /** Null where nothing was checked. */
  readonly authentication: Authentication | null;
}

export interface Decision {
  readonly plan: Plan;
  /** `hold` keeps the whole mail; otherwise parts may still be held one by one. */
  readonly disposition: Disposition;
}

/** Two readers may see two different mails here: the parts themselves disagree (SECURITY: evasion by duplicates). */
const DISAGREEING: readonly Anomaly[] = [
  "duplicate-mime-header",
  "duplicate-parameter",
  "bad-boundary",
];

export interface Rules {
  readonly policy: Policy;
  readonly policyVersion: string;
  readonly override: Override | null;
}

/** Pure: the same facts and rules give the same plan, today and at an audit in five years. */
export function decide(facts: Facts, rules: Rules): Decision {
  const { body, twins } = chooseBody(facts.tree);
  const waived = new Set<HoldCode>(rules.override?.waives ?? []);
  const parts: PlannedPart[] = [];
  const findings: Finding[] = [];
  const archives = new Archives(facts, rules.policy);
  for (const part of facts.tree.parts) {
    for (const anomaly of part.anomalies)
      findings.push({ code: anomaly, part: part.path, detail: "" });
    if (part.leaf === null) {
      if (facts.tree.messages.has(part.id))
        findings.push({ code: "attached-mail", part: part.path, detail: "" });
      if (part.declaredType === OPENED_SIGNATURE)
        findings.push(signatureGone(part));
      continue;
    }
    if (isEmptyFile(part))
      findings.push({ code: "empty-attachment", part: part.path, detail: "" });
    const { type, label } = part.leaf.kind;
    if (nameBelies(part.untrustedName ?? "", type))
      findings.push({ code: "name-belies", part: part.path, detail: label });
    const scan = archives.verdict(part);
    const role: Role = {
      form: body.get(part.id),
      twin: twins.has(part.id),
      parentType: parentType(part, facts.tree),
      policy: rules.policy,
    };
    const treatment: Treatment =
      archives.dropped(part) ?? treat(part, scan, role);
    if (isContainer(part) && treatment.kind === "notice") archives.hold(part);
    if (treatment.kind === "drop" && treatment.why === "signature")
      findings.push(signatureGone(part));
    if (scan.kind === "malicious" && treatment.kind === "rasterize")
      findings.push(suspicion(part, scan.signature));
    if (treatment.kind === "body-text" && treatment.from === "calendar")
      findings.push({ code: "calendar-in-words", part: part.path, detail: "" });
    parts.push({
      id: part.id,
      path: part.path,
      name: facts.names.get(part.id) ?? "",
      kind: part.leaf.kind,
      bytes: part.leaf.content.bytes,
      sha256: part.leaf.content.sha256,
      scan,
      treatment,
    });
  }
  const { authentication } = facts;
  if (authentication !== null && isUnproven(authentication))
    findings.push(unproven(authentication));
  const plan: Plan = {
    policyVersion: rules.policyVersion,
    parts,
    findings,
    whole: facts.whole,
    override: rules.override,
    ...(authentication === null ? {} : { authentication }),
  };
  return {
    plan,
    disposition: dispose(facts, plan, { policy: rules.policy, waived }),
  };
}

/** A leaf until its content was read as part of the mail (`stage/enclosed.ts`). */
const OPENED_SIGNATURE = "application/pkcs7-mime";

/** Nothing will be made of it, and the sender meant something. */
function isEmptyFile(part: Part): boolean {
  const isFile =
    part.untrustedName !== null || part.disposition === "attachment";
  return isFile && part.leaf?.content.bytes === 0;
}

function signatureGone(part: Part): Finding {
  return { code: "signature-not-kept", part: part.path, detail: "" };
}

function unproven({ dmarc, spf }: Authentication): Finding {
  const detail = dmarc.domain ?? spf.domain ?? "";
  return { code: "sender-unproven", part: "0", detail };
}

function suspicion(part: Part, signature: string): Finding {
  return { code: "scanner-suspicion", part: part.path, detail: signature };
}

/**
 * An archive with a virus in it is held whole, with all that lies in it: who packed the virus packed the rest. The scanner
 * may see it in the archive or in the member only.
 */
class Archives {
  readonly #facts: Facts;
  readonly #policy: Policy;
  readonly #held = new Set<number>();
  readonly #infected = new Map<number, ScanVerdict>();
  readonly #none: boolean;

  constructor(facts: Facts, policy: Policy) {
    this.#facts = facts;
    this.#policy = policy;
    this.#none = !facts.tree.parts.some(isContainer);
    if (this.#none) return;
    for (const [id, verdict] of facts.leaves)
      if (verdict.kind === "malicious" && !mayBeOpened(verdict, policy))
        for (const archive of this.#around(id))
          if (!this.#infected.has(archive.id))
            this.#infected.set(archive.id, verdict);
  }

  verdict({ id }: Part): ScanVerdict {
    const own = this.#facts.leaves.get(id) ?? missing(this.#facts.whole);
    const isInfected =
      own.kind === "malicious" && !mayBeOpened(own, this.#policy);
    return isInfected ? own : (this.#infected.get(id) ?? own);
  }

  hold({ id }: Part): void {
    this.#held.add(id);
  }

  /** Null for what has a treatment of its own. */
  dropped(part: Part): Treatment | null {
    if (this.#none) return null;
    let inArchive = false;
    for (const { id } of this.#around(part.id)) {
      if (this.#held.has(id)) return { kind: "drop", why: "held-archive" };
      inArchive = true;
    }
    return inArchive && isSystemFile(part)
      ? { kind: "drop", why: "system-file" }
      : null;
  }

  *#around(id: number): Generator<Part> {
    const { parts } = this.#facts.tree;
    for (
      let part = parts[parts[id]?.parent ?? -1];
      part !== undefined;
      part = parts[part.parent ?? -1]
    )
      if (isContainer(part)) yield part;
  }
}

/** An archive, or a document with files attached to it. */
function isContainer({ unpacked, holdsFiles }: Part): boolean {
  return unpacked === true || holdsFiles === true;
}

const SYSTEM_NAME =
  /(?:^|[/\\])(?:__MACOSX[/\\].*|\._[^/\\]+|\.DS_Store|Thumbs\.db)$/i;
const SYSTEM_KIND =
  /^application\/(?:octet-stream|x-cfb|applefile|x-.*apple.*)$/;

/** Nobody sent it on purpose, and nobody would miss it: no file that could be made anew. */
function isSystemFile({ untrustedName, leaf }: Part): boolean {
  return (
    SYSTEM_NAME.test(untrustedName ?? "") &&
    SYSTEM_KIND.test(leaf?.kind.type ?? "")
  );
}

interface Role {
  readonly form: TextForm | undefined;
  readonly twin: boolean;
  readonly parentType: string | null;
  readonly policy: Policy;
}

function parentType(part: Part, tree: PartTree): string | null {
  return part.parent === null
    ? null
    : (tree.parts[part.parent]?.declaredType ?? null);
}

function treat(part: Part, scan: ScanVerdict, role: Role): Treatment {
  if (scan.kind === "malicious") {
    const drawn = treatByKind(part, role.parentType);
    return OPENS_SUSPECTS.has(drawn.kind) && mayBeOpened(scan, role.policy)
      ? drawn
      : { kind: "notice", hold: "VIRUS_FOUND" };
  }
  if (scan.kind === "unexaminable" && !pitMayOpen(part, scan.code))
    return { kind: "notice", hold: scan.code };
  if (role.twin) return { kind: "drop", why: "alternative" };
  const treatment = treatBySite(
    part,
    treatByKind(part, role.parentType),
    role.policy,
  );
  return role.form !== undefined && treatment.kind === "keep-text"
    ? { kind: "body-text", from: role.form }
    : treatment;
}

/** A converter of the site takes what nothing here reads, and what LibreOffice would read less well. */
export function treatBySite(
  part: Part,
  treatment: Treatment,
  { converters }: Policy,
): Treatment {
  const open =
    treatment.kind === "notice" && treatment.hold === "TYPE_NOT_CONVERTED";
  const office = treatment.kind === "rasterize" && treatment.pit === "office";
  const type = part.leaf?.kind.type ?? "";
  const own = converters.find(({ kinds }) => kinds.includes(type));
  return own !== undefined && (open || office)
    ? { kind: "rasterize", pit: "converter", converter: own.name }
    : treatment;
}

/** Oddly built PDFs are common and mostly harmless; as pixels they are harmless in any case. Of an archive each member is judged by itself. */
const OPENS_SUSPECTS: ReadonlySet<Treatment["kind"]> = new Set([
  "rasterize",
  "repack",
]);

function mayBeOpened(scan: ScanVerdict, policy: Policy): boolean {
  return policy.heuristics === "examine" && isSuspicion(scan);
}

/**
 * "Encrypted" is the scanner's last word on a document or an archive, not the pit's: many open with an empty password, or with the one that was
 * given. What does not open is held there for the same reason; what does comes out as pixels.
 */
function pitMayOpen(part: Part, code: HoldCode): boolean {
  const type = part.leaf?.kind.type ?? "";
  return (
    code === "ENCRYPTED" &&
    (part.unpacked === true || type === "application/pdf" || isOffice(type))
  );
}

function dispose(
  facts: Facts,
  plan: Plan,
  rules: { readonly policy: Policy; readonly waived: ReadonlySet<HoldCode> },
): Disposition {
  const leafHit = plan.parts.find(isHeldForVirus);
  if (
    plan.whole.kind === "malicious" &&
    leafHit === undefined &&
    !isDrawnSuspicion(plan.whole, plan.parts)
  ) {
    // Found in the whole but in none of the parts as we read them: the scanner read another mail than we did.
    return hold("VIRUS_FOUND", plan.whole.signature);
  }
  if (
    leafHit?.scan.kind === "malicious" &&
    rules.policy.malicious === "hold-mail"
  ) {
    return hold("VIRUS_FOUND", leafHit.scan.signature);
  }
  if (!rules.waived.has("AMBIGUOUS_STRUCTURE")) {
    const detail = disagreement(facts.tree, plan.findings);
    // A virus in one of the readings is what a person has to know, and no one may waive.
    if (detail !== null && leafHit?.scan.kind === "malicious")
      return hold("VIRUS_FOUND", leafHit.scan.signature);
    if (detail !== null) return hold("AMBIGUOUS_STRUCTURE", detail);
  }
  if (!rules.waived.has("NOT_UNDERSTOOD") && nothingRead(facts.tree)) {
    return hold(
      "NOT_UNDERSTOOD",
      `${facts.tree.outsideBytes} bytes in no part`,
    );
  }
  const why =
    facts.authentication === null
      ? null
      : whyHeld(facts.authentication, rules.policy.authentication);
  if (why !== null && !rules.waived.has("AUTH_FAILED"))
    return hold("AUTH_FAILED", why);
  return { kind: "deliver" };
}

function isHeldForVirus({ scan, treatment }: PlannedPart): boolean {
  return scan.kind === "malicious" && treatment.kind === "notice";
}

/** The scanner names a virus before it tells a suspicion: then nothing else is in the whole. */
function isDrawnSuspicion(
  whole: ScanVerdict,
  parts: readonly PlannedPart[],
): boolean {
  return (
    whole.kind === "malicious" &&
    isSuspicion(whole) &&
    parts.some(
      ({ scan }) =>
        scan.kind === "malicious" && scan.signature === whole.signature,
    )
  );
}

/** Null where the other readings give the same parts, or where there was no need of any. */
function disagreement(
  tree: PartTree,
  findings: readonly Finding[],
): string | null {
  if (tree.otherReadings?.agree === true) return null;
  const odd = findings.find((finding) =>
    DISAGREEING.includes(finding.code as Anomaly),
  );
  if (odd !== undefined) return `${odd.code} ${odd.part}`;
  if (tree.otherReadings === undefined) return null;
  const [first] = findings;
  return first === undefined ? "readings" : `${first.code} ${first.part}`;
}

/** A body that parses to nothing is the classic failure of a filter: it looks clean because it was not seen. */
function nothingRead(tree: PartTree): boolean {
  const undecoded = tree.parts.some((part) =>
    part.anomalies.includes("junk-in-base64"),
  );
  // A mail whose lines end in CR alone is one long header to us.
  const bareCr = tree.parts[0]?.anomalies.includes("bare-line-ending") ?? false;
  return (
    (tree.outsideBytes > 0 || undecoded || bareCr) &&
    tree.parts.every((part) => (part.leaf?.content.bytes ?? 0) === 0)
  );
}

function hold(code: HoldCode, detail: string): Disposition {
  return { kind: "hold", code, detail };
}

function missing(whole: ScanVerdict): ScanVerdict {
  return {
    kind: "unexaminable",
    engine: whole.engine,
    code: "SCANNER_UNAVAILABLE",
    detail: "not scanned",
  };
}
