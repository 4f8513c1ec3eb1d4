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
import { cleanFileName, uniqueNames } from "../mime/file-name.ts";
import { saysMuchMore } from "../mime/text-difference.ts";
import { holdFor } from "../policy/fault-holds.ts";
import { DEFAULT_PAGES, type PageRules } from "../policy/policy.ts";
import type { PartOutcome } from "../policy/notice.ts";
import { textForm } from "../policy/text-form.ts";
import { readText } from "./read-text.ts";

export interface SanitizeTools {
  readonly pit: Pit;
  readonly render: Render;
  readonly limits: Limits;
  readonly links: LinkMode;
  readonly pages?: PageRules;
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
  const made: { planned: PlannedPart; files: NewFile[] }[] = [];
  const held = new Map<number, PartOutcome>();
  const findings: Finding[] = [];
  const room = new MailRoom(plan, tools.pages ?? DEFAULT_PAGES);

  for (const planned of plan.parts) {
    const part = tree.parts[planned.id];
    if (part === undefined) continue;
    try {
      const work = await treat(part, planned, { ...tools, room });
      room.take(planned, work.files);
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
  const parts = named(made, tree);
  const outcomes = plan.parts.map((planned): PartOutcome => {
    const hold = held.get(planned.id);
    if (hold !== undefined) return hold;
    if (planned.treatment.kind === "notice") {
      return {
        kind: "held",
        part: planned,
        code: planned.treatment.hold,
        detail: scanDetail(planned),
      };
    }
    if (bodies.has(planned.id)) return { kind: "body", part: planned };
    const own = parts.filter((clean) => clean.from === planned.path);
    if (own.length === 0) return { kind: "dropped", part: planned };
    return {
      kind: "made",
      part: planned,
      names: own.map((clean) => clean.name),
      pages: own[0]?.pages ?? null,
    };
  });
  return { bodies, parts, outcomes, findings };
}

/** What the files of one mail may come to; each document gets an even share of what those before it left. */
class MailRoom {
  readonly #documents: ReadonlySet<number>;
  #ahead: number;
  #leftBytes: number;

  constructor(plan: Plan, { budgetBytes }: PageRules) {
    const isDocument = ({ treatment }: PlannedPart) =>
      treatment.kind === "rasterize";
    this.#documents = new Set(
      plan.parts.filter(isDocument).map(({ id }) => id),
    );
    this.#ahead = this.#documents.size;
    this.#leftBytes = budgetBytes;
  }

  get shareBytes(): number {
    return Math.max(0, Math.floor(this.#leftBytes / Math.max(1, this.#ahead)));
  }

  take({ id }: PlannedPart, files: readonly NewFile[]): void {
    if (this.#documents.has(id)) this.#ahead -= 1;
    for (const { bytes } of files) this.#leftBytes -= bytes.length;
  }
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

interface NewFile {
  readonly type: CleanPart["type"];
  readonly extension: string;
  readonly bytes: Uint8Array;
  readonly pages?: number;
}

interface Work {
  readonly body: string | null;
  readonly files: NewFile[];
  readonly findings: readonly Finding[];
  /** A part of this part has to wait for a person. */
  readonly hold?: HoldCode | null;
}

interface TreatTools extends SanitizeTools {
  readonly room: MailRoom;
}

async function treat(
  part: Part,
  planned: PlannedPart,
  tools: TreatTools,
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
  tools: TreatTools,
): Promise<Work> {
  if (part.leaf === null) return { body: null, files: [], findings: [] };
  const { dpi, textLayer } = tools.pages ?? DEFAULT_PAGES;
  const document = await tools.pit.open(
    kind,
    part.leaf.content,
    tools.password,
    { dpi },
  );
  const findings = document.findings.map((code) => ({
    code,
    part: part.path,
    detail:
      code === "image-animation" ? `${document.pictures ?? 0} pictures` : "",
  }));
  if (kind === "pdf") {
    const { pageCount } = document;
    const pdf = await tools.render.pdf(document.pages, {
      textLayer,
      room: { bytes: tools.room.shareBytes, pages: pageCount },
    });
    for (const noted of pdf.findings)
      findings.push({ ...noted, part: part.path });
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
  "image/avif",
]);

function named(
  made: readonly { planned: PlannedPart; files: NewFile[] }[],
  tree: PartTree,
): CleanPart[] {
  const files = made.flatMap(({ planned, files }) =>
    files.map((file, index) => ({
      planned,
      file,
      suffix: files.length > 1 ? `-${index + 1}` : "",
    })),
  );
  const names = uniqueNames(
    files.map(({ planned, file, suffix }) => {
      const untrustedName = tree.parts[planned.id]?.untrustedName ?? null;
      const fallback = `添付${planned.path.replaceAll(".", "-")}`;
      const name = cleanFileName(untrustedName, file.extension, fallback);
      return suffix === "" ? name : name.replace(/(\.[a-z]+)$/, `${suffix}$1`);
    }),
  );
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
function heldOutcome(planned: PlannedPart, error: unknown): PartOutcome {
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
