/*
NAME       preview: show a held mail to an administrator, page by page, without a byte of it leaving
ZONE       airlock, and the pit for documents and pictures
READS      spool or vault (one original), ledger       WRITES  work folder of the item
TALKS TO   pits, clamd where no verdict is on record
SECURITY   takes the mail apart with the functions of the line; what is shown are pixels encoded anew and clean text
LIMITS     core/limits.ts; questions at a time, open mails and documents, bytes of cached pages
FAULTS     none: each becomes a refusal of a closed list
NOT HERE   who may see it, and that somebody did (console)
*/
import type { UntrustedContent } from "../../core/content.ts";
import { toFault } from "../../core/fault.ts";
import type { ItemId } from "../../core/id.ts";
import type { Log } from "../../core/log.ts";
import type { Pit, ViewPit } from "../../core/pit.ts";
import type { Render } from "../../core/render.ts";
import { holdFor } from "../../policy/fault-holds.ts";
import { textForm } from "../../policy/text-form.ts";
import type {
  OpenedPart,
  ShownPart,
  ShownParts,
  ShownText,
  ViewRefusal,
} from "../../wire/viewer.ts";
import { bodyText } from "../body-text.ts";
import { createMadeBefore } from "../made-before.ts";
import { readText } from "../read-text.ts";
import { sanitize } from "../sanitize.ts";
import {
  Documents,
  type DocumentTools,
  type Drawn,
  type PageWish,
} from "./documents.ts";
import { KeptOpen } from "./kept-open.ts";
import {
  leafletsOf,
  NotShown,
  openMail,
  type Leaflet,
  type OpenMail,
  type OpenMailTools,
} from "./open-mail.ts";
import { Turns } from "./turns.ts";

export interface PreviewTools extends Omit<OpenMailTools, "pit"> {
  readonly pit: Pit & ViewPit;
  readonly render: Render;
  readonly encode: DocumentTools["encode"];
  readonly rules: PreviewRules;
  readonly log: Log;
}

export interface PreviewRules {
  /** What holds a virus may be looked at, too. */
  readonly showsMalicious: boolean;
  /** Questions that are worked on at once. */
  readonly atATime: number;
  readonly mayWait: number;
  /** How long a mail and a document stay open for the next page. */
  readonly keepMs: number;
  readonly maxCacheBytes: number;
}

const OPEN_MAILS = 8;
/** Reading a mail again takes longer than drawing a page, and holds no process. */
const MAIL_KEPT_TIMES = 6;
/** Somebody is gone. */
const GONE = "VIEWER_FAILED";

export type Shown<Value> =
  | { readonly kind: "shown"; readonly value: Value }
  | { readonly kind: "refused"; readonly code: ViewRefusal };

export class Preview {
  readonly #tools: PreviewTools;
  readonly #mails: KeptOpen<OpenMail>;
  readonly #documents: Documents;
  readonly #turns: Turns;

  constructor(tools: PreviewTools) {
    const { rules, pit, encode } = tools;
    const { atATime, mayWait, keepMs, maxCacheBytes } = rules;
    this.#tools = tools;
    this.#turns = new Turns(atATime, mayWait);
    this.#documents = new Documents({
      ...{ pit, encode, atATime, keepMs, maxCacheBytes },
    });
    this.#mails = new KeptOpen({
      ...{ most: OPEN_MAILS, keepMs: keepMs * MAIL_KEPT_TIMES },
      close: ({ workspace }) => workspace.dispose(),
    });
  }

  parts(item: ItemId, signal: AbortSignal): Promise<Shown<ShownParts>> {
    return this.#look(item, signal, async (mail) => ({
      parts: leafletsOf(mail).map((leaflet) => this.#tell(leaflet, mail)),
    }));
  }

  part(
    item: ItemId,
    path: string,
    signal: AbortSignal,
  ): Promise<Shown<OpenedPart>> {
    return this.#look(item, signal, async (mail) => {
      const leaflet = this.#find(mail, path);
      const { name } = leaflet.planned;
      const drawn = drawnOf(leaflet);
      if (drawn === null)
        return {
          shows: "text",
          path,
          name,
          text: await this.#textOf(leaflet, mail),
        };
      const pages = await this.#documents.count(drawn, signal);
      return { shows: "pages", path, name, pages };
    });
  }

  /** A PNG. */
  page(
    item: ItemId,
    wish: PageWish & { readonly part: string },
    signal: AbortSignal,
  ): Promise<Shown<Uint8Array>> {
    return this.#look(item, signal, async (mail) => {
      const drawn = drawnOf(this.#find(mail, wish.part));
      if (drawn === null) throw new NotShown("NO_PAGE");
      return this.#documents.page(drawn, wish, signal);
    });
  }

  /** The text that the reader would get, but for the notice below it. */
  text(item: ItemId, signal: AbortSignal): Promise<Shown<ShownText>> {
    return this.#look(item, signal, async (mail) => {
      const { tree, plan, record } = mail;
      const isNowhere = leafletsOf(mail).every(
        ({ isMalicious }) => isMalicious,
      );
      if (
        isNowhere &&
        plan.parts.length > 0 &&
        !this.#tools.rules.showsMalicious
      )
        throw new NotShown("MALICIOUS");
      const { pit, render, limits } = this.#tools;
      const { links, pages, notice } = mail.policy;
      const parts = plan.parts.filter(({ treatment }) =>
        isOfTheText(treatment.kind),
      );
      const { bodies } = await sanitize(
        tree,
        { ...plan, parts },
        {
          ...{ pit, render, limits, links, pages, notice },
          ...{ tenant: record.tenant, madeBefore: createMadeBefore(0) },
        },
      );
      return { text: bodyText(tree, bodies, links) };
    });
  }

  /** The bytes of a part as they came: only for whoever has proven that two persons decided so. */
  original(
    item: ItemId,
    path: string,
    signal: AbortSignal,
  ): Promise<Shown<UntrustedContent>> {
    return this.#look(item, signal, async (mail) => {
      const leaflet = leafletsOf(mail).find(
        ({ planned }) => planned.path === path,
      );
      if (leaflet === undefined) throw new NotShown("NO_PART");
      if (leaflet.isMalicious) throw new NotShown("MALICIOUS");
      return leaflet.part.leaf.content;
    });
  }

  async end(): Promise<void> {
    await this.#documents.end();
    await this.#mails.end();
  }

  /** Every question comes through here: its turn, its mail, and one answer whatever happens. */
  async #look<Value>(
    item: ItemId,
    signal: AbortSignal,
    work: (mail: OpenMail) => Promise<Value>,
  ): Promise<Shown<Value>> {
    try {
      const shown = await this.#turns.run(signal, () =>
        this.#mails.use(item, {
          signal,
          open: () => openMail(this.#tools, item),
          // What a document does is no reason to take its mail apart again.
          work: (mail) =>
            work(mail).then(
              (value): Shown<Value> => ({ kind: "shown", value }),
              (error: unknown) => this.#refuse(item, error, signal),
            ),
        }),
      );
      return shown ?? { kind: "refused", code: "BUSY" };
    } catch (error) {
      return this.#refuse(item, error, signal);
    }
  }

  #refuse(
    item: ItemId,
    error: unknown,
    signal: AbortSignal,
  ): { readonly kind: "refused"; readonly code: ViewRefusal } {
    if (error instanceof NotShown) return { kind: "refused", code: error.code };
    if (signal.aborted) {
      const isLate =
        (signal.reason as Error | undefined)?.name === "TimeoutError";
      return { kind: "refused", code: isLate ? "TOO_LONG" : GONE };
    }
    const fault = toFault(error);
    this.#tools.log.warn("view.fault", {
      item,
      fault: fault.code,
      detail: fault.message,
    });
    return { kind: "refused", code: refusalFor(fault.code) };
  }

  #find(mail: OpenMail, path: string): Leaflet {
    const found = leafletsOf(mail).find(({ planned }) => planned.path === path);
    if (found === undefined) throw new NotShown("NO_PART");
    const why = this.#whyNot(found);
    if (why !== null) throw new NotShown(why);
    if (showsOf(found) === "members") throw new NotShown("NOT_SHOWN");
    return found;
  }

  #whyNot(leaflet: Leaflet): ViewRefusal | null {
    const { isMalicious, treatment } = leaflet;
    if (isMalicious && !this.#tools.rules.showsMalicious) return "MALICIOUS";
    if (showsOf(leaflet) !== null) return null;
    const isLocked =
      treatment.kind === "notice" && treatment.hold === "ENCRYPTED";
    return isLocked ? "ENCRYPTED" : "NOT_SHOWN";
  }

  #tell(leaflet: Leaflet, { tree, plan }: OpenMail): ShownPart {
    const { planned, part } = leaflet;
    const { path, name, kind, bytes, sha256 } = planned;
    const why = this.#whyNot(leaflet);
    const drawn = drawnOf(leaflet);
    const own = plan.parts.find(({ id }) => id === part.id)?.treatment;
    return {
      ...{ path, name, kind: kind.label, type: kind.type, bytes, sha256 },
      within: containerOf(part.id, tree),
      isBody:
        own !== undefined &&
        isOfTheText(own.kind) &&
        leaflet.treatment.kind === "keep-text",
      shows: why === null ? showsOf(leaflet) : null,
      why,
      pages: drawn === null ? null : this.#documents.knownPages(drawn),
    };
  }

  async #textOf({ part }: Leaflet, { policy }: OpenMail): Promise<string> {
    const { limits } = this.#tools;
    const rules = { limits, links: policy.links };
    return (await readText(part, textForm(part), rules)).text;
  }
}

/** Path of the archive it lies in, or of the document it is attached to. */
function containerOf(id: number, tree: OpenMail["tree"]): string | null {
  let above = tree.parts[tree.parts[id]?.parent ?? -1];
  while (above !== undefined && above.leaf === null)
    above = tree.parts[above.parent ?? -1];
  return above?.path ?? null;
}

function isOfTheText(kind: string): boolean {
  return kind === "body-text" || kind === "drop";
}

function showsOf({ treatment }: Leaflet): ShownPart["shows"] {
  switch (treatment.kind) {
    case "rasterize":
    case "re-encode":
      return "pages";
    case "keep-text":
    case "body-text":
      return "text";
    case "repack":
      return "members";
    case "drop":
    case "notice":
      return null;
  }
}

function drawnOf({ part, treatment }: Leaflet): Drawn | null {
  return treatment.kind === "rasterize" || treatment.kind === "re-encode"
    ? { content: part.leaf.content, treatment }
    : null;
}

function refusalFor(code: ReturnType<typeof toFault>["code"]): ViewRefusal {
  if (code === "DOCUMENT_ENCRYPTED") return "ENCRYPTED";
  if (
    code === "PIT_UNAVAILABLE" ||
    code === "CONVERTER_MISSING" ||
    code === "UNPACKER_MISSING"
  )
    return "NO_PIT";
  if (code.startsWith("CLAMD_")) return "NOT_EXAMINED";
  return holdFor(code) === null ? "VIEWER_FAILED" : "UNREADABLE";
}
