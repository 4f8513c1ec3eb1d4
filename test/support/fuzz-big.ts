import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../bench/random.ts";
import { DEFAULT_LIMITS } from "../../src/core/limits.ts";
import { FINDS } from "./fuzz.ts";
import { FUZZ_TARGETS } from "./fuzz-targets.ts";

/** One mail as large as it may be, of one thing over and over: what grows with the square of its input shows here. */
export interface BigMail {
  /** A name of `PLACES`. */
  readonly place: string;
  readonly head: string;
  readonly unit: string;
  readonly tail: string;
}

/** CPU of one mail through all of the line; the slowest of them need less than half of it. */
const BUDGET_MS = 5000;
const TEXT = DEFAULT_LIMITS.maxTextBytes;
const HTML = DEFAULT_LIMITS.maxHtmlBytes;
const LINE = DEFAULT_LIMITS.maxHeaderLineBytes - 100;

const body = (type: string, max: number, begin = "") => ({
  max,
  write: (text: string) => `Content-Type: ${type}\r\n\r\n${begin}${text}\r\n`,
});
const field = (name: string) => ({
  max: LINE,
  write: (text: string) =>
    `${name}: ${text.replace(/[\r\n]+/g, " ")}\r\n\r\nbody\r\n`,
});

interface Place {
  readonly max: number;
  write(text: string): string;
}

const PLACES: Readonly<Record<string, Place>> = {
  plain: body("text/plain; charset=utf-8", TEXT),
  undeclared: body("text/plain", TEXT),
  japanese: body("text/plain; charset=iso-2022-jp", TEXT),
  flowed: body("text/plain; charset=utf-8; format=flowed", TEXT),
  enriched: body("text/enriched; charset=utf-8", TEXT),
  html: body("text/html; charset=utf-8", HTML),
  style: body("text/html; charset=utf-8", HTML, "<style>"),
  attribute: body("text/html; charset=utf-8", HTML, '<p style="'),
  calendar: body(
    "text/calendar; charset=utf-8",
    TEXT,
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
  ),
  vcard: body("text/vcard; charset=utf-8", TEXT, "BEGIN:VCARD\r\n"),
  report: body("message/delivery-status", TEXT),
  pgp: body("text/plain", TEXT, "-----BEGIN PGP SIGNED MESSAGE-----\r\n"),
  quoted: {
    max: TEXT,
    write: (text) =>
      `Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${text}\r\n`,
  },
  multipart: body("multipart/mixed; boundary=B", TEXT, "--B\r\n\r\n"),
  to: field("To"),
  subject: field("Subject"),
  references: field("References"),
  type: field("Content-Type"),
  name: field("Content-Disposition: attachment; filename"),
  date: field("Date"),
};

/** Rows of these found something once, or nearly. */
const UNITS: readonly string[] = [
  ...["a", "M", " ", "\t", "\n", "\r\n", "\r", " \n", ">", "> ", "|", "="],
  ...["=41", "=\n", "=00", "-", "--B\r\n", "_", "/", "%", '"', "\\", "'"],
  ...["<", "<a ", "&", "&amp", "&#x41;", "(", ")", "@", "@a.jp", ",", ";"],
  ...[":", "a,", "a@b.jp,", "<a@b> ", "<", '\\"', "=?", "?=", "=?utf-8?Q?a?="],
  ...["あ", "漢字\n", "\u845b\u{E0100}", "\u{E0100}", "\u200b", "a\u200b"],
  ...[
    "\ufe0f",
    "\u0301",
    "\u0301\u0300\u0316",
    "😀",
    "\ufa19a",
    "\u1100\u1161",
  ],
  ...["http://", "http://a.jp/ ", "http://あ.jp/ ", "hxxp://", "h", "data:a"],
  ...["M1 \n", "begin 644 a\n", "begin 644 ", "=ybegin ", "BinHex\n:"],
  ...["AbC1", "AbC1\n", "aB3dE5gH\n", "AbC1 ", "AbC1 | ", "A!", "A!B?", "0f-"],
  ...[
    "・",
    "* ",
    ". ",
    "────────────────────\n【無害化の記録】\n",
    "【",
    "【 ",
  ],
  ...["-----BEGIN PGP MESSAGE-----\n", "-----BEGIN PGP SIGNATURE-----\n"],
  ...["BEGIN:VEVENT\r\n", "SUMMARY:a\\,", "ATTENDEE;CN=a:mailto:a@b.jp\r\n"],
  ...[
    "A=b;",
    "EXDATE:20260101T000000,\r\n",
    "RRULE:FREQ=DAILY\r\n",
    "TEL:1\r\n",
  ],
  ...["Final-Recipient: rfc822; a@b.jp\n", "Status: 5.0.0\n\n", "A: b\n "],
  ...["<div>", "<b>x", "<p>a", '<img alt="a">', '<a href="http://a.jp/">a</a>'],
  ...['<a href="http://a.jp/">', "<td>a", "<table><tr><td>", "<ul><li>a"],
  ...["<ol><li>", "<blockquote>a", "<!--", "<!-- a -->", "<style>", "<style "],
  ...[".a{display:none}", "{", "}", "/*", "a:b;", "div p{color:#fff}", "a>b,"],
  ...['<p class="a b c">a</p>', 'x="1" ', "</p>", "</x", "<script>", "<wbr"],
  ...['<font color="white">', '<span style="color:#fff">', "<bold>", "<param>"],
  ...["\x1b", "\x1b$B", '\x1b$B$"\x1b(B', "\x0e1\x0f", '$B$"(B', "~{<:~}", "~"],
  ...["Content-Type: text/plain\r\n\r\n--B\r\n", "a b; c=", "a*0=b;", "Mon, "],
];

export function bigMail(random: Random): BigMail {
  const piece = () => (random.below(3) === 0 ? random.pick(UNITS) : "");
  const more = random.below(3);
  const units = [random.pick(UNITS)];
  for (let i = 0; i < more; i++) {
    const unit = random.pick(UNITS);
    const times = random.below(8) === 0 ? 5000 : 1;
    units.push(unit.length < 20 ? unit.repeat(times) : unit);
  }
  return {
    place: random.pick(Object.keys(PLACES)),
    head: piece(),
    unit: units.join(""),
    tail: random.below(2) === 0 ? "x" : piece(),
  };
}

/** `maxBytes` of the repeated part, and never more than its place takes. */
export function writeBig(big: BigMail, maxBytes = Infinity): Buffer {
  const place = PLACES[big.place];
  if (place === undefined) throw new Error(`no place ${big.place}`);
  const max = Math.min(maxBytes, place.max);
  const unitBytes = Math.max(1, Buffer.byteLength(big.unit));
  const times = Math.max(1, Math.floor(max / unitBytes));
  return Buffer.from(place.write(big.head + big.unit.repeat(times) + big.tail));
}

/** What went wrong, null when nothing did; the time counts only for mails of full size. */
export async function tryBig(
  big: BigMail,
  maxBytes?: number,
): Promise<string | null> {
  const bytes = writeBig(big, maxBytes);
  const began = process.cpuUsage();
  try {
    await FUZZ_TARGETS["line"]?.(bytes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { user, system } = process.cpuUsage(began);
  const ms = Math.round((user + system) / 1000);
  return maxBytes === undefined && ms > BUDGET_MS ? `took ${ms} ms` : null;
}

const KEPT = join(FINDS, "big.json");

export function readBigFinds(): BigMail[] {
  return existsSync(KEPT)
    ? (JSON.parse(readFileSync(KEPT, "utf8")) as BigMail[])
    : [];
}

export function keepBigFind(big: BigMail): void {
  const all = JSON.stringify([...readBigFinds(), big], null, 2);
  writeFileSync(KEPT, `${all}\n`);
}
