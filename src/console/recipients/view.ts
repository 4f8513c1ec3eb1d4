import type { ItemId } from "../../core/id.ts";
import type { HoldRecord } from "../../core/hold.ts";
import type { ItemRecord, RecipientRecord } from "../../core/item-record.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { PlannedPart } from "../../core/plan.ts";
import type {
  ChildStanding,
  LinePlace,
  RequestRecord,
} from "../../core/request.ts";
import type { HoldCode } from "../../core/verdict.ts";
import type { RecipientLink } from "../../wire/recipient-link.ts";

/** What a recipient may see of one mail: its own files and requests, no word of how anything is done. */
export interface MailView {
  readonly link: RecipientLink;
  readonly item: ItemRecord;
  readonly tenantName: string;
  readonly files: readonly FileView[];
  readonly requests: readonly RequestView[];
  readonly mayAsk: boolean;
  readonly hasReported: boolean;
  /** The link is for several recipients, so that whoever asks says who that is. */
  readonly asksWho: boolean;
}

export interface FileView {
  /** Path of the part; null for the mail as a whole. */
  readonly part: string | null;
  /** Null for the mail as a whole. */
  readonly name: string | null;
  readonly kind: string | null;
  readonly bytes: number | null;
  readonly standing: Standing;
}

export type Standing =
  /** By a release: what could not be made even then is told by the notice of that mail alone. */
  | { readonly kind: "handed"; readonly isSecond: boolean }
  | { readonly kind: "on-its-way" }
  | { readonly kind: "processing"; readonly place: LinePlace | null }
  | {
      readonly kind: "held";
      readonly code: HoldCode;
      readonly takesPassword: boolean;
    }
  /** Let go; `then` is how far the second mail has come. */
  | { readonly kind: "released"; readonly then: Standing | null }
  | { readonly kind: "discarded" }
  /** The original is kept no longer. */
  | { readonly kind: "expired" };

export interface RequestView {
  readonly id: number;
  readonly kind: RequestRecord["kind"];
  readonly state: RequestRecord["state"];
  readonly at: number;
  readonly decidedAt: number | null;
  readonly answer: string | null;
  readonly mayWithdraw: boolean;
}

export type ViewLedger = Pick<
  Ledger,
  "item" | "recipients" | "holds" | "requestsOf" | "childrenOf" | "placeOf"
>;

const MAX_HOLDS = 1000;
/** Who ends what nobody asked for in time. */
const KEEPER = "janitor";

/** Null when there is no such mail, or it is nothing of this recipient's. */
export async function viewMail(
  ledger: ViewLedger,
  link: RecipientLink,
  how: { readonly tenantName: (id: string) => string; readonly opens: boolean },
): Promise<MailView | null> {
  const item = await ledger.item(link.item);
  if (item === null) return null;
  const [recipients, holds, requests, children] = await Promise.all([
    ledger.recipients(item.id),
    ledger.holds({ item: item.id, limit: MAX_HOLDS }),
    ledger.requestsOf(item.id),
    holdsWereReleased(item) ? ledger.childrenOf(item.id) : [],
  ]);
  if (link.recipient !== null && recipients[link.recipient] === undefined)
    return null;
  const own = requests.filter(
    ({ recipient }) => link.recipient === null || recipient === link.recipient,
  );
  const tell = new Teller(ledger, { item, holds, children, opens: how.opens });
  const whole = standingOfWhole(item, recipients, link.recipient);
  const files = await tell.files(whole);
  const isOpen = ({ state, kind }: RequestRecord) =>
    state === "asked" && kind === "release";
  return {
    ...{ link, item, files },
    tenantName: how.tenantName(item.tenant),
    requests: own.map((request) => requestView(request, link)),
    mayAsk:
      (link.recipient === null || !own.some(isOpen)) &&
      holds.some(({ state, code }) => state === "held" && isAskable(code)),
    hasReported: own.some(({ kind }) => kind === "report"),
    asksWho: link.recipient === null && recipients.length > 1,
  };
}

function holdsWereReleased({ state }: ItemRecord): boolean {
  return state === "delivered";
}

/** What has a virus is let go by nobody, so nobody is asked. */
function isAskable(code: HoldCode): boolean {
  return code !== "VIRUS_FOUND";
}

function requestView(
  { id, kind, state, at, decidedAt, answer, recipient }: RequestRecord,
  link: RecipientLink,
): RequestView {
  const isOwn = link.recipient !== null && recipient === link.recipient;
  return {
    ...{ id, kind, state, at, decidedAt, answer },
    mayWithdraw: isOwn && state === "asked" && kind === "release",
  };
}

/** Of a mail as this recipient finds it; `held` is told by its holds. */
function standingOfWhole(
  { state }: ItemRecord,
  recipients: readonly RecipientRecord[],
  recipient: number | null,
): "handed" | "on-its-way" | "processing" | "held" | "discarded" {
  if (state === "held" || state === "discarded") return state;
  if (state !== "cleared" && state !== "delivered") return "processing";
  const one = recipient === null ? undefined : recipients[recipient]?.state;
  if (one === "delivered" || one === "discarded")
    return one === "delivered" ? "handed" : "discarded";
  return state === "delivered" ? "handed" : "on-its-way";
}

interface TellerFacts {
  readonly item: ItemRecord;
  readonly holds: readonly HoldRecord[];
  readonly children: readonly ChildStanding[];
  readonly opens: boolean;
}

class Teller {
  readonly #ledger: ViewLedger;
  readonly #facts: TellerFacts;
  /** One look for all files of a mail. */
  readonly #places = new Map<ItemId, Promise<LinePlace | null>>();

  constructor(ledger: ViewLedger, facts: TellerFacts) {
    this.#ledger = ledger;
    this.#facts = facts;
  }

  async files(
    whole: ReturnType<typeof standingOfWhole>,
  ): Promise<readonly FileView[]> {
    const { item, holds } = this.#facts;
    const parts = filesOf(item.plan?.parts ?? [], holds);
    const ofWhole = holds.filter(
      ({ part, state }) => part === null && state === "held",
    );
    if (ofWhole.length > 0 || parts.length === 0)
      return this.#wholeMail(whole, ofWhole);
    return Promise.all(
      parts.map(async (part) => ({
        ...{ part: part.path, name: part.name },
        ...{ kind: part.kind.label, bytes: part.bytes },
        standing: await this.#standing(part.path, whole),
      })),
    );
  }

  async #wholeMail(
    whole: ReturnType<typeof standingOfWhole>,
    holds: readonly HoldRecord[],
  ): Promise<readonly FileView[]> {
    const none = { part: null, name: null, kind: null, bytes: null };
    if (holds.length > 0)
      return holds.map(({ code }) => ({
        ...none,
        standing: { kind: "held", code, takesPassword: false },
      }));
    return [{ ...none, standing: await this.#plain(whole) }];
  }

  async #standing(
    path: string,
    whole: ReturnType<typeof standingOfWhole>,
  ): Promise<Standing> {
    // Newest first: what was held again after a release is held.
    const hold = this.#facts.holds.find(({ part }) => part === path);
    if (hold === undefined) return this.#unheld(path, whole);
    switch (hold.state) {
      case "held":
        return {
          ...{ kind: "held", code: hold.code },
          takesPassword: this.#facts.opens && hold.code === "ENCRYPTED",
        };
      case "released":
        return { kind: "released", then: await this.#second() };
      case "discarded":
        return hold.decidedBy === KEEPER
          ? { kind: "expired" }
          : { kind: "discarded" };
    }
  }

  /** Releases of earlier versions ended the hold of what can't be made safe; the part is in no mail all the same. */
  async #unheld(
    path: string,
    whole: ReturnType<typeof standingOfWhole>,
  ): Promise<Standing> {
    const parts = this.#facts.item.plan?.parts ?? [];
    const treatment = parts.find((part) => part.path === path)?.treatment;
    return treatment?.kind === "notice"
      ? { kind: "held", code: treatment.hold, takesPassword: false }
      : this.#plain(whole);
  }

  async #second(): Promise<Standing | null> {
    const child = this.#facts.children.at(-1);
    if (child === undefined) return null;
    if (child.state === "delivered") return { kind: "handed", isSecond: true };
    if (child.state === "discarded" || child.state === "held") return null;
    if (child.state === "cleared") return { kind: "on-its-way" };
    return { kind: "processing", place: await this.#place(child.id) };
  }

  async #plain(whole: ReturnType<typeof standingOfWhole>): Promise<Standing> {
    if (whole === "held")
      return { kind: "held", code: "NOT_UNDERSTOOD", takesPassword: false };
    const { item } = this.#facts;
    if (whole === "handed")
      return { kind: whole, isSecond: item.override !== null };
    if (whole !== "processing") return { kind: whole };
    return { kind: whole, place: await this.#place(item.id) };
  }

  #place(item: ItemId): Promise<LinePlace | null> {
    const known = this.#places.get(item) ?? this.#ledger.placeOf(item);
    this.#places.set(item, known);
    return known;
  }
}

/** As the notice of the mail lists them: files in a new ZIP stand in its line, but for those that are not in it. */
function filesOf(
  parts: readonly PlannedPart[],
  holds: readonly HoldRecord[],
): readonly PlannedPart[] {
  const packed = parts.filter(({ treatment }) => treatment.kind === "repack");
  return parts.filter(({ path, treatment }) => {
    const isHeld = holds.some(({ part }) => part === path);
    if (isHeld) return true;
    if (treatment.kind === "body-text" || treatment.kind === "drop")
      return false;
    return !packed.some((zip) => path.startsWith(`${zip.path}.`));
  });
}
