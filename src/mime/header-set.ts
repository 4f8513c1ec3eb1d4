import type { HeaderField } from "../core/part.ts";
import type { Address } from "./address.ts";
import {
  formatAddresses,
  MAX_NAME_CHARACTERS,
  parseAddresses,
} from "./address.ts";
import { cleanLine } from "./clean-text.ts";
import { formatDate, parseDate } from "./date.ts";
import { decodeHeaderText, encodeHeaderText } from "./encoded-word.ts";
import { foldMessageIds, parseMessageIds } from "./message-id.ts";
import { shownLine } from "./shown-line.ts";

/**
 * The header of the new mail, from an allow-list: each field is read into a value and the value written anew, so nothing
 * of the sender's spelling comes along. The first usable field of a name counts. What cannot be read is left out; From,
 * Date and Message-ID, which every mail must have (RFC 5322 §3.6), then get one of ours.
 */
export interface OwnHeaders {
  /** When we took the mail in. */
  readonly receivedAt?: Date;
  /** With its angle brackets. */
  readonly messageId?: string;
  /** For a mail that goes on by SMTP: our host name and its number here. Without it no trace is written. */
  readonly trace?: { readonly by: string; readonly item: string };
}

const MAX_ADDRESSES = 200;
const MAX_SUBJECT_CHARACTERS = 500;
const MAX_REFERENCES = 50;

const UNKNOWN_SENDER: Address = {
  name: "差出人不明",
  address: "unknown@sekisho.invalid",
};
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
  ["Reply-To", rebuildAddresses],
  ["To", rebuildAddresses],
  ["Cc", rebuildAddresses],
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
  { values }: Around,
): string {
  const usable = [...untrusted, ...(values.get("sender") ?? [])];
  const found = first(usable, (value) => parseAddresses(value, 1)[0] ?? null);
  if (found !== null)
    return formatAddresses([harmless(found)], name.length + 2);
  const words = decodeHeaderText(untrusted[0] ?? "");
  const told = harmless({
    name: cleanLine(words, MAX_NAME_CHARACTERS) || UNKNOWN_SENDER.name,
    address: UNKNOWN_SENDER.address,
  });
  return formatAddresses([told], name.length + 2);
}

function rebuildAddresses(
  name: string,
  untrusted: readonly string[],
): string | null {
  const found = first(untrusted, (value) => {
    const all = parseAddresses(value, MAX_ADDRESSES);
    return all.length === 0 ? null : all;
  });
  return found === null
    ? null
    : formatAddresses(found.map(harmless), name.length + 2);
}

/** A name is shown text too: no file in it, nothing to decode once more. */
function harmless({ name, address }: Address): Address {
  return { name: shownLine(name, MAX_NAME_CHARACTERS), address };
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
  return id ?? own.messageId ?? UNKNOWN_MESSAGE_ID;
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
  return foldMessageIds(kept, name.length + 2);
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
