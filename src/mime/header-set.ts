import type { HeaderField } from "../core/part.ts";
import type { Address } from "./address.ts";
import {
  formatAddresses,
  MAX_NAME_CHARACTERS,
  MAX_WORDS_CHARACTERS,
  NO_ADDRESS,
  parseAddresses,
} from "./address.ts";
import { formatDate, parseDate } from "./date.ts";
import { decodeHeaderText, encodeHeaderText } from "./encoded-word.ts";
import {
  foldMessageIds,
  parseMessageIds,
  writtenMessageId,
} from "./message-id.ts";
import { shownLine } from "./shown-line.ts";

/**
 * The header of the new mail, from an allow-list: each field is read into a value and the value written anew, so nothing
 * of the sender's spelling comes along. The first usable field of a name counts, of people every one. What cannot be read
 * is left out; From, Date and Message-ID, which every mail must have (RFC 5322 §3.6), then get one of ours.
 */
export interface OwnHeaders {
  /** When we took the mail in. */
  readonly receivedAt?: Date;
  /** With its angle brackets. */
  readonly messageId?: string;
  /** For a mail that goes on by SMTP: our host name and its number here. Without it no trace is written. */
  readonly trace?: { readonly by: string; readonly item: string };
  /** Told what a reader would miss or misread: codes of `policy/findings.ts`. */
  readonly find?: (code: HeaderFinding) => void;
}

export type HeaderFinding =
  "addresses-left-out" | "several-authors" | "address-in-words";

/** What the verifier takes. */
const MAX_ADDRESSES = 1000;
/** Of one field as written: three of them stay below what the verifier takes for a header. */
const MAX_ADDRESSES_CHARACTERS = 60_000;
const MAX_AUTHORS = 10;
const MAX_SUBJECT_CHARACTERS = 500;
const MAX_REFERENCES = 50;

const UNKNOWN_SENDER: Address = { name: "差出人不明", address: NO_ADDRESS };
const UNKNOWN_MESSAGE_ID = "<unknown@sekisho.invalid>";

export function rebuildHeaders(
  headers: readonly HeaderField[],
  own: OwnHeaders = {},
): [string, string][] {
  const values = new Map<string, string[]>();
  for (const { name, untrustedValue } of headers) {
    const key = name.trim().toLowerCase();
    const known = values.get(key);
    if (known === undefined) values.set(key, [untrustedValue]);
    else if (known.length < MAX_SAME_FIELDS) known.push(untrustedValue);
    else if (PEOPLE.test(key)) own.find?.("addresses-left-out");
  }
  const rebuilt: [string, string][] = [];
  for (const [name, rebuild] of FIELDS) {
    const value = rebuild(name, values.get(name.toLowerCase()) ?? [], {
      own,
      values,
    });
    if (value !== null && value !== "") rebuilt.push([name, value]);
  }
  return rebuilt;
}

/** Of several fields of one name this many are tried. */
const MAX_SAME_FIELDS = 5;
const PEOPLE = /^(?:from|to|cc)$/;

interface Around {
  readonly own: OwnHeaders;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

type Rebuild = (
  name: string,
  untrusted: readonly string[],
  around: Around,
) => string | null;

const FIELDS: readonly (readonly [string, Rebuild])[] = [
  ["Received", writeReceived],
  ["X-Sekisho-Passages", countPassages],
  ["Date", rebuildDate],
  ["From", rebuildFrom],
  ["Reply-To", rebuildReplyTo],
  ["To", rebuildRecipients],
  ["Cc", rebuildRecipients],
  ["Subject", rebuildSubject],
  ["Message-ID", rebuildMessageId],
  ["In-Reply-To", rebuildReferences],
  ["References", rebuildReferences],
  ["List-Id", rebuildListId],
  ["Auto-Submitted", rebuildAutoSubmitted],
];

function first<T>(
  untrusted: readonly string[],
  read: (value: string) => T | null,
): T | null {
  for (const value of untrusted) {
    const found = read(value);
    if (found !== null) return found;
  }
  return null;
}

/**
 * One line of ours on top (RFC 5321 §4.4), with nothing of the client: the old ones tell the inside what the outside says
 * of itself, and the original keeps them.
 */
function writeReceived(
  _name: string,
  _untrusted: readonly string[],
  { own }: Around,
): string | null {
  if (own.trace === undefined) return null;
  const at = own.receivedAt ?? new Date(0);
  return `by ${own.trace.by} id ${own.trace.item};\r\n ${formatDate({ at, offsetMinutes: 0 })}`;
}

const PASSAGES = /^[ \t]*(\d{1,3})[ \t]*$/;

/**
 * How often the mail has passed a gateway of our kind, this time included. Since the Received lines do not survive, this is
 * what ends a loop through us (RFC 5321 §6.3): intake refuses too high a count (`smtp/data-checks.ts`).
 */
function countPassages(
  _: string,
  untrusted: readonly string[],
  { own }: Around,
): string | null {
  if (own.trace === undefined) return null;
  const before = untrusted.map((value) =>
    Number(PASSAGES.exec(value)?.[1] ?? 0),
  );
  return String(Math.min(1 + Math.max(0, ...before), 999));
}

/** Without a readable Date: that of the newest relay, ours, or the beginning of time, so that the same mail gives the same bytes. */
function rebuildDate(
  _: string,
  untrusted: readonly string[],
  { own, values }: Around,
): string {
  const received = values.get("received") ?? [];
  const date = first(untrusted, parseDate) ??
    first(received, (value) =>
      parseDate(value.slice(value.lastIndexOf(";") + 1)),
    ) ?? { at: own.receivedAt ?? new Date(0), offsetMinutes: 0 };
  return formatDate(date);
}

function rebuildFrom(
  name: string,
  untrusted: readonly string[],
  { own, values }: Around,
): string {
  const authors = people(untrusted, MAX_AUTHORS, own);
  const isReal = ({ address }: Address) => address !== NO_ADDRESS;
  const all = authors.some(isReal)
    ? authors
    : [...people(values.get("sender") ?? [], 1, {}).filter(isReal), ...authors];
  // Mail programs show the first one and answer to it.
  const ordered = [...all.filter(isReal), ...all.filter((one) => !isReal(one))];
  if (authors.filter(isReal).length > 1) own.find?.("several-authors");
  return writeAddresses(
    name,
    ordered.length > 0 ? ordered : [UNKNOWN_SENDER],
    own,
  );
}

function rebuildRecipients(
  name: string,
  untrusted: readonly string[],
  { own }: Around,
): string {
  return writeAddresses(name, people(untrusted, MAX_ADDRESSES, own), own);
}

/** Here only what can be answered to. */
function rebuildReplyTo(
  name: string,
  untrusted: readonly string[],
  { own }: Around,
): string {
  const all = people(untrusted, MAX_ADDRESSES, own);
  return writeAddresses(
    name,
    all.filter(({ address }) => address !== NO_ADDRESS),
    own,
  );
}

/** Of all fields of the name together: which one counts, readers do not agree. */
function people(
  untrusted: readonly string[],
  max: number,
  { find }: OwnHeaders,
): Address[] {
  const found = new Map<string, Address>();
  for (const value of untrusted) {
    for (const one of parseAddresses(value, max + 1)) {
      const inWords = one.address === NO_ADDRESS;
      const key = inWords ? one.name : one.address.toLowerCase();
      if (inWords && one.name.includes("@")) find?.("address-in-words");
      if (!found.has(key)) found.set(key, one);
    }
  }
  if (found.size > max) find?.("addresses-left-out");
  return [...found.values()].slice(0, max);
}

function writeAddresses(
  name: string,
  mailboxes: readonly Address[],
  { find }: OwnHeaders,
): string {
  let shown = mailboxes.map(harmless);
  let text = formatAddresses(shown, name.length + 2);
  while (text.length > MAX_ADDRESSES_CHARACTERS) {
    find?.("addresses-left-out");
    const share = (0.9 * MAX_ADDRESSES_CHARACTERS) / text.length;
    shown = shown.slice(0, Math.floor(shown.length * share));
    text = formatAddresses(shown, name.length + 2);
  }
  return text;
}

/** A name is shown text too: no file in it, nothing to decode once more. */
function harmless({ name, address }: Address): Address {
  const max =
    address === NO_ADDRESS ? MAX_WORDS_CHARACTERS : MAX_NAME_CHARACTERS;
  return { name: shownLine(name, max), address };
}

function rebuildSubject(name: string, untrusted: readonly string[]): string {
  const subject = shownLine(
    decodeHeaderText(untrusted.find((value) => value.trim() !== "") ?? ""),
    MAX_SUBJECT_CHARACTERS,
  );
  return encodeHeaderText(subject, name.length + 2);
}

function rebuildMessageId(
  _: string,
  untrusted: readonly string[],
  { own }: Around,
): string {
  const id = first(untrusted, (value) => parseMessageIds(value, 1)[0] ?? null);
  return id === null
    ? (own.messageId ?? UNKNOWN_MESSAGE_ID)
    : writtenMessageId(id);
}

function rebuildReferences(
  name: string,
  untrusted: readonly string[],
): string | null {
  const ids = first(untrusted, (value) => {
    const all = parseMessageIds(value, Number.POSITIVE_INFINITY);
    return all.length === 0 ? null : all;
  });
  if (ids === null) return null;
  // Long threads keep the beginning and the newest, as RFC 5322 §3.6.4 readers need them.
  const kept =
    ids.length <= MAX_REFERENCES
      ? ids
      : [...ids.slice(0, 1), ...ids.slice(1 - MAX_REFERENCES)];
  return foldMessageIds(kept.map(writtenMessageId), name.length + 2);
}

/** RFC 2919: the identifier alone; the words in front of it are for people who cannot see this field. */
function rebuildListId(_: string, untrusted: readonly string[]): string | null {
  return first(untrusted, (value) => {
    const [, id = ""] =
      /<\s*([A-Za-z0-9_.-]{1,255})\s*>\s*$/.exec(value.slice(-1024)) ?? [];
    return /^[\w-]+(?:\.[\w-]+)*$/.test(id) && id.length <= 200
      ? `<${id}>`
      : null;
  });
}

/** RFC 3834 §5.2: a closed list. */
function rebuildAutoSubmitted(
  _: string,
  untrusted: readonly string[],
): string | null {
  return first(untrusted, (value) => {
    const [, word] =
      /^\s*(no|auto-generated|auto-replied|auto-notified)\b(?!-)/i.exec(
        value,
      ) ?? [];
    return word === undefined ? null : word.toLowerCase();
  });
}
