/*
NAME       sanitize: make every part anew as its plan says
ZONE       airlock, and the pit for documents and pictures
READS      leaves of one item       WRITES  nothing but what it returns
TALKS TO   pits (frames of pixels)
SECURITY   text is decoded here; documents only in the pit. What comes back is pixels, encoded by us
LIMITS     pages, pixels, text bytes, clean part bytes
FAULTS     those of the content become holds of the part; PIT_UNAVAILABLE and the like let the mail wait
NOT HERE   choosing the treatment (plan), writing the mail (rebuild)
*/
import { createHash } from "node:crypto";
import { memoryContent, type CleanContent } from "../core/content.ts";
import { Fault, toFault } from "../core/fault.ts";
import type { Limits } from "../core/limits.ts";
import type { CleanPart } from "../core/message.ts";
import type { Part, PartTree } from "../core/part.ts";
import type { LinkMode, Plan, PlannedPart, TextForm } from "../core/plan.ts";
import type { Pit } from "../core/pit.ts";
import type { Render } from "../core/render.ts";
import type { Finding, HoldCode } from "../core/verdict.ts";
import { uniqueNames } from "../mime/file-name.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { NoticeSettings, PartOutcome } from "../policy/notice.ts";
import type { PageRules } from "../policy/policy.ts";
import { textForm } from "../policy/text-form.ts";
import { archiveAround } from "./archive-place.ts";
import { addDifferingForms } from "./differing-forms.ts";
import { removeJoinedFiles } from "./joined-bodies.ts";
import type { MadeBefore } from "./made-before.ts";
import { documentShare, overBudget } from "./mail-budget.ts";
import { nameFiles, type MadePart, type NewFile } from "./new-file.ts";
import { readText } from "./read-text.ts";
import { repackArchives } from "./repack.ts";
import { makeOnce, type PitTools, type PitTreatment } from "./through-pit.ts";

export interface SanitizeTools {
  readonly pit: Pit;
  readonly render: Render;
  readonly limits: Limits;
  readonly links: LinkMode;
  readonly tenant: string;
  readonly madeBefore: MadeBefore;
  readonly pages: PageRules;
  readonly notice: NoticeSettings;
  /** For encrypted documents; never written down. */
  readonly password?: string;
}

export interface Sanitized {
  /** Clean text by part id, in document order. */
  readonly bodies: ReadonlyMap<number, string>;
  readonly parts: readonly CleanPart[];
  readonly outcomes: readonly PartOutcome[];
  readonly findings: readonly Finding[];
  /** What became of the members of each archive, as a text that may leave, by part id. */
  readonly records: ReadonlyMap<number, CleanContent>;
  /** For what is still to be shown of the sender's words: the headings of attached mails. */
  readonly links: LinkMode;
}

export async function sanitize(
  tree: PartTree,
  plan: Plan,
  tools: SanitizeTools,
): Promise<Sanitized> {
  const bodies = new Map<number, string>();
  const made: MadePart[] = [];
  const held = new Map<number, HeldOutcome>();
  const findings: Finding[] = [];
  const { policyVersion } = plan;
  const shareBytes = documentShare(plan, tools.pages);
  const place: PitTools = { ...tools, policyVersion, shareBytes };

  for (const planned of plan.parts) {
    const part = tree.parts[planned.id];
    if (part === undefined) continue;
    try {
      const work = await treat(part, planned, place);
      findings.push(...work.findings);
      if (work.body !== null) bodies.set(planned.id, work.body);
      if (work.hold)
        held.set(planned.id, {
          ...{ kind: "held", part: planned },
          ...{ code: work.hold, detail: "in the text" },
        });
      if (work.files.length > 0) made.push({ planned, files: work.files });
    } catch (error) {
      held.set(planned.id, heldOutcome(planned, error));
    }
  }

  findings.push(...(await addDifferingForms(tree, plan, { bodies, tools })));
  findings.push(...removeJoinedFiles(tree, bodies));
  for (const planned of plan.parts)
    if (planned.treatment.kind === "notice")
      held.set(planned.id, noticeOutcome(planned, tree));
  const { limits, notice } = tools;
  const maxBytes = limits.maxCleanPartBytes;
  const packed = repackArchives({ tree, plan, made, held, notice, maxBytes });
  findings.push(...packed.findings);
  for (const planned of plan.parts) {
    const fault = packed.failed.get(planned.id);
    if (fault !== undefined) held.set(planned.id, heldOutcome(planned, fault));
  }
  const parts = named(packed.made, tree);
  findings.push(...overBudget(parts, findings, tools.pages));
  const madeIds = new Set(made.map(({ planned }) => planned.id));
  const outcomes = plan.parts.map((planned): PartOutcome => {
    const archive = archiveAround(planned.id, tree);
    const around =
      archive === null ? {} : { archive: nameIn(plan, archive.id) };
    const hold = held.get(planned.id);
    if (hold !== undefined) return { ...hold, ...around };
    if (bodies.has(planned.id)) return { kind: "body", part: planned };
    if (archive !== null)
      return madeIds.has(planned.id) || packed.counts.has(planned.id)
        ? { kind: "packed", part: planned }
        : { kind: "dropped", part: planned };
    const own = parts.filter((clean) => clean.from === planned.path);
    if (own.length === 0) return { kind: "dropped", part: planned };
    return {
      kind: "made",
      part: planned,
      names: own.map((clean) => clean.name),
      pages: own[0]?.pages ?? null,
      ...filesIn(packed.counts.get(planned.id)),
    };
  });
  const records = new Map(
    [...packed.records].map(([id, bytes]) => [id, cleanContent(bytes)]),
  );
  return { bodies, parts, outcomes, findings, records, links: tools.links };
}

function filesIn(files: number | undefined): { readonly files?: number } {
  return files === undefined ? {} : { files };
}

type HeldOutcome = PartOutcome & { readonly kind: "held" };

function noticeOutcome(planned: PlannedPart, tree: PartTree): HeldOutcome {
  const { treatment } = planned;
  const code = treatment.kind === "notice" ? treatment.hold : "NOT_UNDERSTOOD";
  const detail = tree.parts[planned.id]?.unopenedBy ?? scanDetail(planned);
  return { kind: "held", part: planned, code, detail };
}

function nameIn(plan: Plan, id: number): string {
  return plan.parts.find((part) => part.id === id)?.name ?? "";
}

interface Work {
  readonly body: string | null;
  readonly files: readonly NewFile[];
  readonly findings: readonly Finding[];
  /** A part of this part has to wait for a person. */
  readonly hold?: HoldCode | null;
}

async function treat(
  part: Part,
  planned: PlannedPart,
  tools: PitTools,
): Promise<Work> {
  switch (planned.treatment.kind) {
    case "body-text": {
      const read = await readText(part, planned.treatment.from, tools);
      return {
        ...{ body: read.text, files: [] },
        ...{ findings: read.findings, hold: read.hold },
      };
    }
    case "keep-text":
      return keepText(part, planned, tools);
    case "rasterize":
    case "re-encode":
      return throughPit(part, planned.treatment, tools);
    // Its members are parts of their own.
    case "repack":
    case "drop":
    case "notice":
      return { body: null, files: [], findings: [] };
  }
}

async function throughPit(
  part: Part,
  treatment: PitTreatment,
  tools: PitTools,
): Promise<Work> {
  const { leaf, path } = part;
  if (leaf === null) return { body: null, files: [], findings: [] };
  const made = await makeOnce({ ...part, leaf }, treatment, tools);
  const findings = made.findings.map((found) => ({ ...found, part: path }));
  return { body: null, files: made.files, findings };
}

const WHOLE_OR_NOT: ReadonlySet<TextForm> = new Set(["plain", "html"]);
const isShortened = ({ code }: Finding) => code === "text-shortened";

async function keepText(
  part: Part,
  planned: PlannedPart,
  tools: PitTools,
): Promise<Work> {
  const form = textForm(part);
  const read = await readText(part, form, tools);
  // A body that ends early can still be read; a list without its last lines would be believed.
  if (WHOLE_OR_NOT.has(form) && read.findings.some(isShortened))
    throw new Fault("TEXT_TOO_BIG", { bytes: planned.bytes });
  if (read.hold !== null)
    return { body: null, files: [], findings: read.findings, hold: read.hold };
  const csv = planned.kind.type === "text/csv";
  const bytes = new TextEncoder().encode(read.text.replaceAll("\n", "\r\n"));
  const file: NewFile = {
    type: csv ? "text/csv" : "text/plain",
    extension: csv ? "csv" : "txt",
    bytes,
  };
  return { body: null, files: [file], findings: read.findings };
}

function named(made: readonly MadePart[], tree: PartTree): CleanPart[] {
  const files = nameFiles(made, tree);
  const names = uniqueNames(files.map(({ name }) => name));
  return files.map(({ planned, file }, index) => ({
    from: planned.path,
    name: names[index] ?? `添付${index + 1}.${file.extension}`,
    type: file.type,
    content: cleanContent(file.bytes),
    ...(file.pages === undefined ? {} : { pages: file.pages }),
  }));
}

function cleanContent(bytes: Uint8Array): CleanContent {
  return memoryContent(
    bytes,
    createHash("sha256").update(bytes).digest("hex"),
  ) as CleanContent;
}

/** The content's own fault holds this part alone; every other fault is thrown on and the mail waits. */
function heldOutcome(planned: PlannedPart, error: unknown): HeldOutcome {
  const fault = toFault(error);
  const code = holdFor(fault.code);
  if (code === null) throw fault;
  return { kind: "held", part: planned, code, detail: fault.message };
}

function scanDetail(planned: PlannedPart): string {
  if (planned.scan.kind === "malicious") return planned.scan.signature;
  return planned.scan.kind === "unexaminable"
    ? planned.scan.detail
    : planned.kind.type;
}
