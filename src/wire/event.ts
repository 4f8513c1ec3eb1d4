/** An entry of the record as it leaves: one JSON line, or one syslog message (RFC 5424 §6). */

export interface Event {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly actor: string;
  readonly item: string | null;
  /** JSON, as it stands in the record. */
  readonly facts: string;
  /** Of the record's chain: whoever has two lines can prove that nothing between them changed. */
  readonly hash: string;
}

/** Collectors cut what is longer than 8 kB; an entry past this tells only how long it was. */
const MAX_FACTS_CHARACTERS = 6000;
/** 13, log audit (RFC 5424 §6.2.1). */
const FACILITY = 13;
const WARNING = 4;
const NOTICE = 5;
const INFORMATIONAL = 6;
/** What the line does with every mail. */
const ORDINARY: readonly string[] = ["received", "cleared", "delivered"];
const REFUSALS: readonly string[] = ["refused", "sign-in-refused", "held"];
/** No number of our own is registered; this one is for examples and documentation (RFC 5612 §2). */
const ENTERPRISE = 32473;
/** RFC 5424 §7.3.1: from 1, and after the highest from 1 again. */
const MAX_SEQUENCE_ID = 2_147_483_647;

/**
 * JSON leaves DEL, C1, U+2028/9 and what turns the direction of writing as it is; terminals and line readers do not. Escaped,
 * the text still is the same JSON.
 */
function escapeActive(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function factsOf(event: Event): string {
  return event.facts.length <= MAX_FACTS_CHARACTERS
    ? escapeActive(event.facts)
    : JSON.stringify({ cut: true, characters: event.facts.length });
}

export function jsonLine(event: Event): string {
  const { seq, at, act, actor, item, hash } = event;
  const time = new Date(at).toISOString();
  const head = JSON.stringify({ seq, time, act, actor, item, hash });
  return `${escapeActive(head.slice(0, -1))},"facts":${factsOf(event)}}\n`;
}

export function syslogMessage(event: Event, hostname: string): string {
  const { seq, at, act, actor, item, hash } = event;
  const priority = FACILITY * 8 + severityOf(act);
  const own = [
    ...[parameter("seq", String(seq)), parameter("act", act)],
    parameter("actor", actor),
    ...(item === null ? [] : [parameter("item", item)]),
    parameter("hash", hash),
  ].join(" ");
  const sequence = ((seq - 1) % MAX_SEQUENCE_ID) + 1;
  return [
    `<${priority}>1`,
    new Date(at).toISOString(),
    printable(hostname, 255),
    "sekisho",
    "-",
    printable(act, 32),
    `[sekisho@${ENTERPRISE} ${own}][meta sequenceId="${sequence}"]`,
    `\ufeff${factsOf(event)}`,
  ].join(" ");
}

/** Octet counting (RFC 6587 §3.4.1, RFC 5425 §4.3): no character of a message can end it. */
export function framed(message: string): Uint8Array {
  const bytes = new TextEncoder().encode(message);
  const head = new TextEncoder().encode(`${bytes.length} `);
  const frame = new Uint8Array(head.length + bytes.length);
  frame.set(head);
  frame.set(bytes, head.length);
  return frame;
}

function severityOf(act: string): number {
  if (REFUSALS.includes(act)) return WARNING;
  return ORDINARY.includes(act) ? INFORMATIONAL : NOTICE;
}

/** RFC 5424 §6.3.3: these three are escaped; control characters have no business here. */
function parameter(name: string, value: string): string {
  const clean = value.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");
  return `${name}="${clean.replace(/["\\\]]/g, "\\$&")}"`;
}

function printable(text: string, maxCharacters: number): string {
  const clean = text.replace(/[^\x21-\x7e]/g, "_").slice(0, maxCharacters);
  return clean === "" ? "-" : clean;
}
