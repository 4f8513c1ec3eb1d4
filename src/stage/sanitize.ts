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
import type { Pit, Render } from "../core/ports.ts";
import type { Finding, HoldCode } from "../core/verdict.ts";
import { uniqueNames } from "../mime/file-name.ts";
import { saysMuchMore } from "../mime/text-difference.ts";
import { holdFor } from "../policy/fault-holds.ts";
import type { NoticeSettings, PartOutcome } from "../policy/notice.ts";
import { textForm } from "../policy/text-form.ts";
import { archiveAround } from "./archive-place.ts";
import { nameFiles, type MadePart, type NewFile } from "./new-file.ts";
import { readText } from "./read-text.ts";
import { repackArchives } from "./repack.ts";

export interface SanitizeTools {
  readonly pit: Pit;
  readonly render: Render;
  readonly limits: Limits;
  readonly links: LinkMode;
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

  for (const planned of plan.parts) {
    const part = tree.parts[planned.id];
    if (part === undefined) continue;
    try {
      const work = await treat(part, planned, tools);
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
  return { bodies, parts, outcomes, findings };
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

const OTHER_FORM = "──── HTML形式の本文 ────";

/** The HTML twin of a text is shown too where it says much that the text does not; else a reader would miss it. */
async function addDifferingForms(
  tree: PartTree,
  plan: Plan,
  { bodies, tools }: { bodies: Map<number, string>; tools: SanitizeTools },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { id, path, treatment } of plan.parts) {
    const part = tree.parts[id];
    if (treatment.kind !== "drop" || treatment.why !== "alternative") continue;
    if (part?.declaredType !== "text/html") continue;
    const other = await readText(part, "html", tools);
    if (!saysMuchMore(other.text, [...bodies.values()].join("\n"))) continue;
    bodies.set(id, `${OTHER_FORM}\n${other.text}`);
    findings.push(...other.findings, {
      ...{ code: "alternative-differs", part: path, detail: "" },
    });
  }
  return findings;
}

interface Work {
  readonly body: string | null;
  readonly files: NewFile[];
  readonly findings: readonly Finding[];
  /** A part of this part has to wait for a person. */
  readonly hold?: HoldCode | null;
}

async function treat(
  part: Part,
  planned: PlannedPart,
  tools: SanitizeTools,
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
      return throughPit(part, planned.treatment.pit, tools);
    // Its members are parts of their own.
    case "repack":
    case "drop":
    case "notice":
      return { body: null, files: [], findings: [] };
  }
}

const WHOLE_OR_NOT: ReadonlySet<TextForm> = new Set(["plain", "html"]);
const isShortened = ({ code }: Finding) => code === "text-shortened";

async function keepText(
  part: Part,
  planned: PlannedPart,
  tools: SanitizeTools,
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

async function throughPit(
  part: Part,
  kind: "pdf" | "image",
  tools: SanitizeTools,
): Promise<Work> {
  if (part.leaf === null) return { body: null, files: [], findings: [] };
  const document = await tools.pit.open(
    kind,
    part.leaf.content,
    tools.password,
  );
  const findings = document.findings.map((code) => ({
    code,
    part: part.path,
    detail: "",
  }));
  if (kind === "pdf") {
    const pdf = await tools.render.pdf(document.pages);
    const file: NewFile = {
      type: "application/pdf",
      extension: "pdf",
      bytes: pdf.bytes,
      pages: pdf.pages,
    };
    return { body: null, files: [file], findings };
  }
  const files: NewFile[] = [];
  for await (const page of document.pages) {
    const photo = page.channels !== 4 && PHOTOGRAPHIC.has(part.leaf.kind.type);
    const type = photo ? "image/jpeg" : "image/png";
    files.push({
      type,
      extension: photo ? "jpg" : "png",
      bytes: await tools.render.picture(page, type),
    });
  }
  return { body: null, files, findings };
}

/** Formats that mostly carry photographs; the others keep every pixel. */
const PHOTOGRAPHIC: ReadonlySet<string> = new Set([
  "image/jpeg",
  "image/webp",
  "image/heic",
  "image/heif",
]);

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
