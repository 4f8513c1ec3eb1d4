/**
 * Between the console and the viewer, on a socket of this machine: one question, one answer, and the connection ends. Each begins
 * with a head: its length as 4 bytes, big-endian, then JSON. A `done` is followed by the bytes of its content, exactly as many as it
 * says, or, where it says null, up to the end of the connection.
 */
import { parseItemId, type ItemId } from "../core/id.ts";
import { KIB, SECOND } from "../core/units.ts";

export const LENGTH_BYTES = 4;
export const MAX_HEAD_BYTES = 4 * KIB;

/** Past it whoever asked has long given up. */
export const QUESTION_DEADLINE_MS = 120 * SECOND;

/** Smallest and largest resolution that a page is shown in; 150 is what a clean copy has. */
export const SHOWN_DPI = { least: 24, usual: 96, most: 300 } as const;

export type ViewerQuestion =
  /** What the mail holds, and what of it can be shown. */
  | { readonly ask: "parts"; readonly item: ItemId }
  /** One part: its text, or how many pages it has. */
  | { readonly ask: "part"; readonly item: ItemId; readonly part: string }
  | {
      readonly ask: "page";
      readonly item: ItemId;
      readonly part: string;
      /** From 1. */
      readonly page: number;
      readonly dpi: number;
    }
  /** The text as it would be delivered. */
  | { readonly ask: "text"; readonly item: ItemId }
  | { readonly ask: "certificate"; readonly item: ItemId }
  /** The bytes themselves: `grant` is what the ledger keeps of the two persons' decision. */
  | {
      readonly ask: "original";
      readonly item: ItemId;
      /** Null: the whole mail. */
      readonly part: string | null;
      readonly grant: string;
    };

/** Why something is not shown: a closed list; words for people stand where they are told. */
export const VIEW_REFUSALS = [
  "BUSY",
  "ENCRYPTED",
  "MALICIOUS",
  "NOT_EXAMINED",
  "NOT_GRANTED",
  "NOT_MADE",
  "NOT_RECORDED",
  "NOT_SHOWN",
  "NO_ORIGINAL",
  "NO_PAGE",
  "NO_PART",
  "NO_PIT",
  "TOO_LONG",
  "UNREADABLE",
  "VIEWER_FAILED",
] as const;
export type ViewRefusal = (typeof VIEW_REFUSALS)[number];

export type ContentType =
  "application/json" | "image/png" | "application/octet-stream";

export type ViewerHead =
  | {
      readonly kind: "done";
      readonly type: ContentType;
      readonly bytes: number | null;
    }
  | { readonly kind: "refused"; readonly code: ViewRefusal };

/** What a mail holds, as the viewer tells it. */
export interface ShownParts {
  readonly parts: readonly ShownPart[];
}

export interface ShownPart {
  readonly path: string;
  readonly name: string;
  /** What a clerk calls the kind. */
  readonly kind: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Path of the archive that it lies in, or of the document that it is attached to. */
  readonly within: string | null;
  /** It is, or may be, part of the text of the mail. */
  readonly isBody: boolean;
  readonly shows: "pages" | "text" | "members" | null;
  /** Why nothing is shown. */
  readonly why: ViewRefusal | null;
  /** Null while nobody opened it. */
  readonly pages: number | null;
}

/** One part that was opened. */
export type OpenedPart =
  | {
      readonly shows: "pages";
      readonly path: string;
      readonly name: string;
      readonly pages: number;
    }
  | {
      readonly shows: "text";
      readonly path: string;
      readonly name: string;
      readonly text: string;
    };

export interface ShownText {
  readonly text: string;
}

/** The head with its length in front. */
export function encodeHead(head: ViewerQuestion | ViewerHead): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(LENGTH_BYTES + json.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, LENGTH_BYTES);
  return bytes;
}

/** How many bytes of JSON follow; null when no head is so long. */
export function headLength(bytes: Uint8Array): number | null {
  if (bytes.length < LENGTH_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES);
  const length = view.getUint32(0);
  return length > 0 && length <= MAX_HEAD_BYTES ? length : null;
}

/** Null when these are not the bytes of a question. */
export function decodeQuestion(untrusted: Uint8Array): ViewerQuestion | null {
  const read = parsed(untrusted);
  const item = parseItemId(read?.["item"]);
  if (read === null || item === null) return null;
  switch (read["ask"]) {
    case "parts":
    case "text":
    case "certificate":
      return { ask: read["ask"], item };
    case "part": {
      const part = partPath(read["part"]);
      return part === null ? null : { ask: "part", item, part };
    }
    case "page":
      return pageQuestion(read, item);
    case "original":
      return originalQuestion(read, item);
    default:
      return null;
  }
}

function pageQuestion(read: Members, item: ItemId): ViewerQuestion | null {
  const part = partPath(read["part"]);
  const { page, dpi } = read;
  const isPage =
    isWhole(page, 1, 65_535) && isWhole(dpi, SHOWN_DPI.least, SHOWN_DPI.most);
  return part === null || !isPage
    ? null
    : { ask: "page", item, part, page: page as number, dpi: dpi as number };
}

function originalQuestion(read: Members, item: ItemId): ViewerQuestion | null {
  const part = read["part"] === null ? null : partPath(read["part"]);
  const { grant } = read;
  if (part === null && read["part"] !== null) return null;
  if (typeof grant !== "string" || !/^[\w-]{1,64}$/.test(grant)) return null;
  return { ask: "original", item, part, grant };
}

/** Null when these are not the bytes of an answer's head. */
export function decodeAnswer(untrusted: Uint8Array): ViewerHead | null {
  const read = parsed(untrusted);
  if (read === null) return null;
  if (read["kind"] === "refused") {
    const code = VIEW_REFUSALS.find((one) => one === read["code"]);
    return code === undefined ? null : { kind: "refused", code };
  }
  const { type, bytes } = read;
  const isKnown =
    type === "application/json" ||
    type === "image/png" ||
    type === "application/octet-stream";
  if (read["kind"] !== "done" || !isKnown) return null;
  if (bytes !== null && !isWhole(bytes, 0, Number.MAX_SAFE_INTEGER))
    return null;
  return { kind: "done", type, bytes: bytes as number | null };
}

/** As `core/part.ts` writes it: `0`, or numbers with points between. */
export function partPath(untrusted: unknown): string | null {
  return typeof untrusted === "string" &&
    /^\d{1,5}(?:\.\d{1,5}){0,63}$/.test(untrusted)
    ? untrusted
    : null;
}

type Members = Readonly<Record<string, unknown>>;

function parsed(untrusted: Uint8Array): Members | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(untrusted);
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Members)
      : null;
  } catch {
    return null;
  }
}

function isWhole(value: unknown, least: number, most: number): boolean {
  return (
    Number.isSafeInteger(value) &&
    (value as number) >= least &&
    (value as number) <= most
  );
}
