/**
 * RFC 5322 §3.3 dates, read with the freedoms that real mail takes (no weekday, two-digit years, zone names, missing
 * zone or seconds, ISO 8601) by a grammar of our own: `Date.parse` takes nearly anything and by the machine's own zone.
 */
export interface MailDate {
  readonly at: Date;
  readonly offsetMinutes: number;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

const RFC_DATE =
  /^(?:[A-Za-z]{3,9}\.?,?\s*)?(\d{1,2})[\s-]([A-Za-z]{3})[a-z]*[\s-](\d{2,4})\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:\s*([+-]\d{4}|[A-Za-z]{1,5}))?/;
const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?/;
/** `ctime`, as some devices and cron jobs write it. */
const C_DATE =
  /^[A-Za-z]{3}\s+([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:[A-Z]{3,4}\s+)?(\d{4})/;

const ZONES: ReadonlyMap<string, number> = new Map([
  ["JST", 540],
  ["EST", -300],
  ["EDT", -240],
  ["CST", -360],
  ["CDT", -300],
  ["MST", -420],
  ["MDT", -360],
  ["PST", -480],
  ["PDT", -420],
]);

/** Null for what is no date, or is before 1970 or after 2199: nobody sends mail then. */
export function parseDate(untrusted: string): MailDate | null {
  const text = untrusted
    .slice(0, 200)
    .replace(/\([^()]*\)/g, " ")
    .trim();
  const rfc = RFC_DATE.exec(text);
  if (rfc !== null) {
    const [, day, month, year, hour, minute, second, zone] = rfc;
    return dateOf(
      [
        fullYear(year),
        monthIndex(month),
        Number(day),
        Number(hour),
        Number(minute),
        Number(second ?? 0),
      ],
      zone,
    );
  }
  const iso = ISO_DATE.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, zone] = iso;
    return dateOf(
      [
        Number(year),
        Number(month) - 1,
        Number(day),
        Number(hour),
        Number(minute),
        Number(second ?? 0),
      ],
      zone,
    );
  }
  const ctime = C_DATE.exec(text);
  if (ctime === null) return null;
  const [, month, day, hour, minute, second, year] = ctime;
  return dateOf(
    [
      Number(year),
      monthIndex(month),
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
    ],
    undefined,
  );
}

type Fields = readonly [
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
];

function dateOf(fields: Fields, zone: string | undefined): MailDate | null {
  const [year, month, day, hour, minute, second] = fields;
  if (month < 0 || month > 11 || hour > 23 || minute > 59 || second > 60)
    return null;
  const offsetMinutes = offsetOf(zone);
  const local = Date.UTC(year, month, day, hour, minute, Math.min(second, 59));
  const check = new Date(local);
  if (check.getUTCMonth() !== month || check.getUTCDate() !== day) return null;
  if (year < 1970 || year > 2199) return null;
  return { at: new Date(local - offsetMinutes * 60_000), offsetMinutes };
}

function monthIndex(name: string | undefined): number {
  const lower = (name ?? "").toLowerCase();
  return MONTHS.findIndex((month) => month.toLowerCase() === lower);
}

/** RFC 5322 §4.3: two digits below 50 are of this century. */
function fullYear(digits: string | undefined): number {
  const year = Number(digits);
  if ((digits ?? "").length > 3) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}

/** Unknown zones are UTC (RFC 5322 §4.3); real ones end at ±14:00. */
function offsetOf(zone: string | undefined): number {
  const numeric = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? "");
  if (numeric === null) return ZONES.get((zone ?? "").toUpperCase()) ?? 0;
  const [, sign, hours, minutes] = numeric;
  const offset = Number(hours) * 60 + Number(minutes);
  if (offset > 14 * 60 || Number(minutes) > 59) return 0;
  return sign === "-" ? -offset : offset;
}

export function formatDate({ at, offsetMinutes }: MailDate): string {
  const local = new Date(at.getTime() + offsetMinutes * 60_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const offset = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(offset / 60))}${two(offset % 60)}`;
  const day = `${DAYS[local.getUTCDay()]}, ${two(local.getUTCDate())} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()}`;
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`;
  return `${day} ${time} ${zone}`;
}
