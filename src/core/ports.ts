import type { HeldActs } from "./acts.ts";
import type { Content, UntrustedContent } from "./content.ts";
import type { Checks } from "./check.ts";
import type { Crossing } from "./crossing.ts";
import type { Disasters } from "./disaster.ts";
import type { Envelope } from "./envelope.ts";
import type { ItemId } from "./id.ts";
import type { ItemKind, ItemState, RecipientState } from "./item.ts";
import type { ActGuard, AuditLine, Quarantine } from "./quarantine.ts";
import type { Requests } from "./request.ts";
import type {
  ClearedMessage,
  Manifest,
  Receipt,
  SealedMessage,
} from "./message.ts";
import type { FileKind } from "./part.ts";
import type { Override, Plan } from "./plan.ts";
import type { HoldCode, ScanVerdict, VerdictKind } from "./verdict.ts";

/** Where floors meet: stages know these shapes, adapters fill them, workers join the two. */

// ---------------------------------------------------------------- spool, vault, outbox

/** Accepted originals as files named by item id. */
export interface Spool {
  /**
   * Streams a new original in. Resolves when file and folder are durable (fsync, rename, fsync).
   * On any error nothing is left behind. Faults: STORE_FULL, STORE_FAILED, and whatever `source` throws.
   */
  write(
    item: ItemId,
    source: AsyncIterable<Uint8Array>,
  ): Promise<UntrustedContent>;
  /** Null when there is no such original. */
  read(item: ItemId): Promise<UntrustedContent | null>;
  remove(item: ItemId): Promise<void>;
  /** Everything that lies here, in no order; for the janitor. */
  list(): AsyncIterable<ItemId>;
  /** Removes half-written files; returns how many. Called once at start. */
  sweep(): Promise<number>;
}

/** Held originals, encrypted at rest. */
export interface Vault {
  /** Durable when it resolves; the same item may be put again. */
  put(item: ItemId, original: UntrustedContent): Promise<void>;
  /** Null when absent; STORE_DAMAGED when the bytes do not prove themselves. */
  read(item: ItemId): Promise<UntrustedContent | null>;
  remove(item: ItemId): Promise<void>;
  list(): AsyncIterable<ItemId>;
}

/** Cleared mails with their signed manifest, waiting for the courier. */
export interface Outbox {
  /** Commit B's file half: durable when it resolves. */
  put(
    message: ClearedMessage,
    manifest: Omit<Manifest, "bytes" | "sha256">,
  ): Promise<void>;
  /** Null when absent; SEAL_BROKEN when signature or hash fail. */
  read(item: ItemId): Promise<SealedMessage | null>;
  remove(item: ItemId): Promise<void>;
  list(): AsyncIterable<ItemId>;
}

/** Collects pieces into one content. Pieces must not be changed after they were added. */
export interface Holder {
  readonly bytes: number;
  /** Await what it returns before adding more: that is the backpressure. Faults: STORE_FULL, STORE_FAILED. */
  add(piece: Uint8Array): Promise<void> | undefined;
  finish(): Promise<Content>;
}

/** Scratch space of one item while it is on the line. */
export interface Workspace {
  hold(): Holder;
  /** Removes everything; contents made here are gone with it. */
  dispose(): Promise<void>;
}

// ---------------------------------------------------------------- ledger

export interface NewItem {
  readonly id: ItemId;
  readonly tenant: string;
  readonly envelope: Envelope;
  readonly bytes: number;
  readonly sha256: string;
  /** For a release of parts held from a mail that was delivered: that mail. */
  readonly parent: ItemId | null;
  readonly override: Override | null;
  readonly kind?: ItemKind;
  /** Message-ID of the mail that this one follows, as it was written, in brackets. */
  readonly thread?: string;
  /** The mail whose text may hold the password of what is still closed in `parent`. */
  readonly passwordFrom?: ItemId;
  /** Paths of what the password is to open. */
  readonly opens?: readonly string[];
}

export interface ItemRecord extends Omit<NewItem, "opens"> {
  readonly state: ItemState;
  readonly receivedAt: number;
  readonly updatedAt: number;
  /** How often the sanitizer began this item. */
  readonly attempts: number;
  /** Not before this time, epoch ms. */
  readonly dueAt: number;
  /** The mail at the top of its parents, whose original it is made of; absent for one that came itself. */
  readonly source?: ItemId;
  readonly verdict: VerdictKind | null;
  readonly plan: Plan | null;
  /** Cleaned, for people; null until inspected. */
  readonly subject: string | null;
  readonly from: string | null;
  readonly lastFault: string | null;
  readonly heldCount: number;
}

export interface RecipientRecord {
  readonly item: ItemId;
  readonly seq: number;
  readonly address: string;
  readonly state: RecipientState;
  readonly attempts: number;
  /** Attempts whose end nobody knows: 2 of them hold the recipient. */
  readonly unknowns: number;
  readonly dueAt: number;
  readonly reply: string | null;
}

/** One thing a person has to decide about: a whole item (`part` null) or a part of it. */
export interface Hold {
  readonly item: ItemId;
  readonly part: string | null;
  readonly code: HoldCode;
  readonly detail: string;
  readonly name: string | null;
  readonly kind: FileKind | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

export interface HoldRecord extends Hold {
  readonly at: number;
  readonly state: "held" | "released" | "discarded";
  readonly decidedBy: string | null;
  readonly decidedWhy: string | null;
  readonly decidedAt: number | null;
}

/** An act on record; the chain is kept by the store. `facts` hold ids, codes and numbers, never content. */
export interface AuditEntry {
  readonly act: string;
  readonly actor: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** An entry of the chain: its number and hash. */
export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

export interface AuditPage extends AuditPlace {
  /** The first entry that is not as it was written. */
  readonly brokenAt: number | null;
  readonly done: boolean;
}

/** Whether a line of the chain is as it was written; a gap in it, whether it was signed. */
export type IsProven = (line: AuditLine) => boolean;

/** Where an item stands, and everything else that is made of the same original, in short. */
export interface ItemStanding {
  readonly id: ItemId;
  /** Its own; all that follows is of all of them together. */
  readonly state: ItemState;
  /** The latest. */
  readonly updatedAt: number;
  /** Holds that nobody decided yet. */
  readonly heldCount: number;
  /** Those that somebody decided included. */
  readonly holdCount: number;
  /** The files stay, whatever was decided. */
  readonly pinned: boolean;
  /** One of them is still to be made from the original, or may be. */
  readonly isNeeded: boolean;
}

export interface LaneDepth {
  readonly lane: LaneName;
  readonly waiting: number;
  /** Age of the oldest waiting item, null when none waits. */
  readonly oldestMs: number | null;
}

export interface ItemPatch {
  readonly verdict?: VerdictKind;
  readonly plan?: Plan;
  readonly subject?: string;
  readonly from?: string;
}

/** What commit B does besides. */
export interface ClearPatch extends ItemPatch {
  /** The attachments of this mail go on as an item of their own, which is made in the same commit. */
  readonly second?: {
    readonly item: ItemId;
    readonly thread: string;
    /** Null where the pit has to unpack something first. */
    readonly plan: Plan | null;
  };
  /** Its text may hold passwords of other mails: its original is kept for so long. */
  readonly offersPasswordForMs?: number;
  /** Of an item with `passwordFrom`: the parts of its parent that the password opened. */
  readonly opened?: readonly string[];
}

/** One run of a tenant's digests. */
export interface DigestRun {
  readonly tenant: string;
  /** Names the hour or the day; there is one run a period. */
  readonly period: string;
  /** The first run of a tenant looks back so far. */
  readonly firstSinceMs: number;
  /** Whether recipients get one, of what is theirs. */
  readonly toRecipients: boolean;
  /** Gets one of all that was held; null: nobody. */
  readonly dutyAddress: string | null;
}

/** What a digest has to tell of one hold. */
export interface DigestLine {
  readonly hold: HoldRecord;
  readonly subject: string | null;
  readonly from: string | null;
  readonly receivedAt: number;
}

export interface DigestContent {
  /** Oldest first. */
  readonly lines: readonly DigestLine[];
  /** Those left out of `lines` counted. */
  readonly holds: number;
  /** Everything of the tenant that waits for a person now. */
  readonly waiting: number;
}

/**
 * The truth about every item. Moves are compare-and-set along `TRANSITIONS`; each durable call is one transaction that
 * also writes its audit entry. Calls resolve after commit. Several processes may hold one ledger at a time.
 */
export interface Ledger
  extends Quarantine, HeldActs, Requests, Crossing, Checks, Disasters {
  /** Commit A. */
  receive(item: NewItem): Promise<void>;
  item(id: ItemId): Promise<ItemRecord | null>;
  recipients(id: ItemId): Promise<readonly RecipientRecord[]>;
  /** Counts an attempt of the sanitizer and returns the record; null when there is nothing to do, or not yet. */
  begin(id: ItemId): Promise<ItemRecord | null>;
  /** True when moved or already at or past `to`; a real move sets `attempts` back to 0. False when the item is elsewhere (held, discarded, …). */
  advance(
    id: ItemId,
    to: "inspected" | "planned" | "sanitized",
    patch?: ItemPatch,
  ): Promise<boolean>;
  /** Commit B: `cleared`, with the holds of its parts. With a plan in `patch` from anywhere on the line, else from `planned` on. False when the item is elsewhere, or what it `opened` is held no more. */
  clear(
    id: ItemId,
    verdict: VerdictKind,
    holds: readonly Hold[],
    patch?: ClearPatch,
  ): Promise<boolean>;
  /** Of an item with `passwordFrom`: paths of what a password has still to open, or opened. */
  toOpen(id: ItemId): Promise<readonly string[]>;
  /**
   * Ends an item with `passwordFrom` of which no password opened anything; what it was to open stays held as it was. False
   * when a person let it go: that is for a person to end.
   */
  refusePassword(id: ItemId): Promise<boolean>;
  /** New items for what waits behind a password that a mail nearby may hold; returns their ids to ring for. */
  matchPasswords(windowMs: number): Promise<readonly ItemId[]>;
  /** New items, one a digest, once a period; returns their ids to ring for. Empty when there is nothing to say. */
  digest(run: DigestRun): Promise<readonly ItemId[]>;
  digestContent(id: ItemId): Promise<DigestContent>;
  /** Holds a whole item; pending recipients become held. */
  hold(
    id: ItemId,
    verdict: VerdictKind,
    holds: readonly Hold[],
  ): Promise<boolean>;
  /** Not before `dueAt`; the reason is kept for people. `counts` false takes the attempt back: the fault was not the item's. */
  defer(
    id: ItemId,
    dueAt: number,
    fault: string,
    counts: boolean,
  ): Promise<void>;
  /** Before any byte goes out: claims the pending, due recipients, durably. See `docs/states.md` for crashed attempts. */
  openAttempt(
    id: ItemId,
    now: number,
    leaseMs: number,
  ): Promise<readonly RecipientRecord[]>;
  /** Commit C: what became of each claimed recipient; moves the item when none is pending. */
  closeAttempt(
    id: ItemId,
    receipts: readonly Receipt[],
    retryAt: number,
    giveUp: boolean,
  ): Promise<ItemState>;
  /** Only while no courier runs: whatever attempt is open crashed, so its lease ends now. */
  expireLeases(): Promise<void>;
  /** held → planned, or a new item for parts of a delivered mail: returns the id to ring for, null when there is nothing to release. Parts with a virus stay held. */
  release(
    id: ItemId,
    override: Override,
    guard?: ActGuard,
  ): Promise<ItemId | null>;
  discard(
    id: ItemId,
    by: { readonly who: string; readonly why: string },
    guard?: ActGuard,
  ): Promise<boolean>;

  /** Items with work to do and due, oldest first, that nobody touched for `quietMs`. */
  due(
    now: number,
    quietMs: number,
    limit: number,
  ): Promise<readonly { readonly id: ItemId; readonly lane: LaneName }[]>;
  depths(now: number): Promise<readonly LaneDepth[]>;
  /** What the janitor needs to know of many items at once; ids that the ledger never heard of are left out. */
  states(ids: readonly ItemId[]): Promise<readonly ItemStanding[]>;
  counts(): Promise<Readonly<Record<ItemState, number>>>;
  recent(limit: number): Promise<readonly ItemRecord[]>;
  holds(filter: {
    readonly item?: ItemId;
    readonly state?: HoldRecord["state"];
    readonly limit: number;
  }): Promise<readonly HoldRecord[]>;
  record(entry: AuditEntry): Promise<void>;
  /**
   * Recomputes the whole chain, from where it begins (`from`: the last entry that was cut off, 0 when none was). `removed`:
   * entries in its middle that went. Without `isProven` none may have gone from there. `looked` hears now and then how many
   * entries that were so far.
   */
  verifyAudit(
    isProven?: IsProven,
    looked?: (entries: number) => void,
  ): Promise<{
    readonly entries: number;
    readonly from: number;
    readonly removed: number;
    readonly brokenAt: number | null;
  }>;
  /** Recomputes some of it, from `after` on; null: from its beginning. */
  verifySome(after: AuditPlace | null, isProven?: IsProven): Promise<AuditPage>;
  /** Where the chain begins. */
  cutAt(): Promise<AuditPlace>;
  /** Some entries behind this number, oldest first; `ofTheLine` false: without what every mail writes. */
  auditLines(after: number, ofTheLine?: boolean): Promise<readonly AuditLine[]>;
  /** Removes some of what lies before the cut that is on record; 0 when nothing is left. */
  dropCut(): Promise<number>;
  /** Puts gaps, signed, in place of the entries that they stand for. */
  dropEntries(gaps: readonly AuditLine[]): Promise<void>;
  /**
   * Removes items that came to their end before this time, with all that hangs on them, once everything that is made of the
   * same original did; pinned ones and those with an open hold stay. Looks at some behind `after`; null: there are no more.
   */
  forgetItems(
    endedBefore: number,
    after: number,
  ): Promise<{ readonly gone: number; readonly after: number | null }>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- lanes

export type LaneName = "inspect" | "sanitize" | "deliver";

/** All a job may carry. */
export interface Job {
  readonly item: ItemId;
}

export interface Ring extends Job {
  /** Before all those that wait without this word. */
  readonly first?: boolean;
}

/** A bell, not a store: jobs may vanish at any time, the janitor rings again from the ledger. */
export interface Lanes {
  /** Ringing twice for an item that already waits is the same as once. Faults: QUEUE_UNREACHABLE. */
  ring(lane: LaneName, job: Ring): Promise<void>;
  /** `handler` records its own outcome in the ledger; when it throws, the job is dropped and logged. */
  serve(
    lane: LaneName,
    concurrency: number,
    handler: (job: Job) => Promise<void>,
  ): Promise<void>;
  depths(): Promise<
    Readonly<
      Record<LaneName, { readonly waiting: number; readonly active: number }>
    >
  >;
  /** Stops taking jobs and waits for active ones up to `graceMs`. */
  close(graceMs: number): Promise<void>;
}

// ---------------------------------------------------------------- scanner, pit, render

export interface Scanner {
  /** Never throws for what the scanner does: every outcome is a verdict. */
  scan(content: Content): Promise<ScanVerdict>;
  /** Null when it does not answer. */
  health(): Promise<{
    readonly engine: string;
    readonly signatures: string;
    readonly builtAt: number | null;
  } | null>;
}

/** A checked rectangle of pixels from the pit; `pixels` is exactly width × height × channels bytes. */
export interface PixelPage {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: 1 | 3 | 4;
  /** Size on paper in points, for documents; null for pictures. */
  readonly points: { readonly width: number; readonly height: number } | null;
  readonly pixels: Uint8Array;
  /** For pages of documents. */
  readonly text?: PageText;
  /** Whoever needs the pixels no longer may say so: the next page is read into their room. */
  readonly release?: () => void;
}

/** What a page says, as the document tells it: to be searched, never believed over the pixels. */
export interface PageText {
  readonly characters: readonly PageCharacter[];
  /** The page has more. */
  readonly isShortened: boolean;
}

/** A box in 65,535ths of the page's sides, from the upper left of the page as it is drawn. */
export interface PageCharacter {
  readonly codePoint: number;
  /** No font had a glyph for it. */
  readonly isMissing: boolean;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PitDocument {
  /** As announced by the pit before the first page and enforced while they come. */
  readonly pageCount: number;
  /** Codes of what was there and is gone, from a closed list (`wire/pit.ts`). */
  readonly findings: readonly string[];
  /** Of an animation, as its file says; the first one alone is drawn. */
  readonly pictures?: number;
  /** One page at a time; the pit is ended when iteration stops, whatever the reason. */
  readonly pages: AsyncIterable<PixelPage>;
}

/** An office document, turned into what other pits and text rules take. Made by a stranger still: nothing in it is clean. */
export interface Converted {
  /** Codes of what was there and is gone, from a closed list (`wire/pit-codes.ts`). */
  readonly findings: readonly string[];
  readonly pdf: UntrustedContent;
  /** Of a workbook, the names of its hidden sheets. */
  readonly untrustedHidden: readonly string[];
  /** Likewise of visible ones that hide rows or columns. */
  readonly untrustedHiddenCells: readonly string[];
  /** Of a workbook, the values of each visible sheet as CSV. */
  readonly sheets: readonly {
    readonly untrustedName: string;
    readonly untrustedText: string;
  }[];
}

export interface Pit {
  /** Faults: PIT_*, DOCUMENT_*, PAGE_BLANK, PAGE_TEXT_TOO_BIG. `password` is for encrypted documents and is never written down. */
  open(
    kind: "pdf" | "image",
    document: UntrustedContent,
    password?: string,
    wishes?: PageWishes,
  ): Promise<PitDocument>;
  /**
   * What a container holds, as one mail, piece by piece. Faults: PIT_*, DOCUMENT_UNREADABLE (it is no container that is known),
   * DOCUMENT_ENCRYPTED, UNPACKED_TOO_BIG.
   */
  unpack(
    container: UntrustedContent,
    password?: string,
  ): Promise<AsyncIterable<Uint8Array>>;
  /**
   * An office document as a PDF, which is then for `open`. Faults: PIT_*, DOCUMENT_UNREADABLE, DOCUMENT_UNKNOWN (no office
   * document), DOCUMENT_ENCRYPTED, UNPACKED_TOO_BIG, CONVERTER_MISSING.
   */
  convert(
    document: UntrustedContent,
    how?: {
      readonly password?: string;
      /** The site's program of this name; LibreOffice without. */
      readonly converter?: string;
      /** Ends it; it then fails with whatever it was about. */
      readonly signal?: AbortSignal;
    },
  ): Promise<Converted>;
  /**
   * The letters of a drawn page, read off its pixels; absent where nothing reads. Faults: PIT_*, PAGE_TEXT_TOO_BIG,
   * OCR_MISSING; PIT_DEADLINE also when its turn did not come within the time.
   */
  readonly read?: (page: PixelPage, withinMs: number) => Promise<PageText>;
  /** Tries each wall from inside; empty when all hold, else the names of the missing ones. */
  proveWalls(): Promise<readonly string[]>;
}

/** A document in a pit that stays, for somebody who looks at it page by page. Pages that are asked for at once are drawn one after the other. */
export interface OpenPages {
  readonly pageCount: number;
  /** Without text. Faults: PIT_*, DOCUMENT_*; after one the document is closed. */
  page(index: number, dpi: number): Promise<PixelPage>;
  isClosed(): boolean;
  close(): Promise<void>;
}

/** The pit for those who look at a document instead of making a new one. */
export interface ViewPit {
  /** Faults: as `Pit.open`. Ends with `signal`; left alone it closes itself after its deadline. */
  look(
    kind: "pdf" | "image",
    document: UntrustedContent,
    signal?: AbortSignal,
  ): Promise<OpenPages>;
}

/** How pages of documents are to be drawn. */
export interface PageWishes {
  readonly dpi: number;
  /** So much longer the pit may take, because whoever draws its pages has more to do with them. */
  readonly slackMs?: number;
}

/** How pages of documents are to be written. */
export interface PaperWishes {
  /** Text to be searched, which nobody sees. */
  readonly textLayer?: boolean;
  /** Asked for the letters of each page that shows something and has no words of its own; null where it cannot tell. */
  readonly read?: (page: PixelPage) => Promise<PageText | null>;
  /** Bytes that so many pages may come to; past it they get coarser. */
  readonly room?: { readonly bytes: number; readonly pages: number } | null;
}

export interface RenderedPdf {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** `detail` counts or names pages. */
  readonly findings: readonly {
    readonly code: string;
    readonly detail: string;
  }[];
}

export interface Render {
  /** An image PDF, one page a picture. Deterministic. Faults: REBUILT_TOO_BIG, GLYPHS_MISSING, DOCUMENT_EMPTY. */
  pdf(
    pages: AsyncIterable<PixelPage>,
    wishes?: PaperWishes,
  ): Promise<RenderedPdf>;
  picture(
    page: PixelPage,
    type: "image/png" | "image/jpeg",
  ): Promise<Uint8Array>;
}

// ---------------------------------------------------------------- LGWAN side, and the rest

export interface Courier {
  /** One SMTP transaction; one receipt per recipient, in order. Never throws for what the peer does. */
  send(
    message: SealedMessage,
    recipients: readonly string[],
  ): Promise<readonly Receipt[]>;
  close(): Promise<void>;
}

/** JSON lines; `facts` are escaped and cut, attacker text only in named fields. */
export interface Log {
  info(event: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(event: string, facts?: Readonly<Record<string, unknown>>): void;
  error(event: string, facts?: Readonly<Record<string, unknown>>): void;
}
