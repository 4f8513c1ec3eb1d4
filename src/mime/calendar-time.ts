/** Dates and times of iCalendar (RFC 5545 §3.3.4, §3.3.5, §3.3.6) in the words of a Japanese office. */
export interface CalendarTime {
  /** As minutes of the wall clock since 1970, in `zone`; midnight for a whole day. */
  readonly wallMinutes: number;
  readonly wholeDay: boolean;
  /** The same moment in Japan; null when nobody can know, and for whole days. */
  readonly japanMinutes: number | null;
  /** The sender's name for the zone, null for Japan, UTC, floating times and whole days. */
  readonly untrustedZone: string | null;
}

const JAPAN_OFFSET = 540;
const TIME =
  /^(\d{4})(\d{2})(\d{2})(?:T([01]\d|2[0-4])([0-5]\d)(?:[0-6]\d)?(Z)?)?$/;
const DURATION =
  /^([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$/;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

/** Offset from UTC in minutes at a wall time, null for a zone that nobody knows. */
export type ZoneOffset = (wallMinutes: number) => number | null;

/** Null for what is no time of the years 1900 to 2999. */
export function readTime(
  value: string,
  zone: { readonly name: string; readonly offsetAt: ZoneOffset } | null,
): CalendarTime | null {
  const match = TIME.exec(value.trim());
  if (match === null) return null;
  const [, year, month, day, hour, minute, utc] = match;
  const midnight = dayMinutes(Number(year), Number(month), Number(day));
  if (midnight === null) return null;
  const wallMinutes = midnight + Number(hour ?? 0) * 60 + Number(minute ?? 0);
  if (hour === undefined)
    return {
      ...{ wallMinutes, wholeDay: true },
      ...{ japanMinutes: null, untrustedZone: null },
    };
  const offset =
    utc === "Z" ? 0 : zone === null ? null : zone.offsetAt(wallMinutes);
  return {
    wallMinutes,
    wholeDay: false,
    japanMinutes: offset === null ? null : wallMinutes - offset + JAPAN_OFFSET,
    untrustedZone:
      utc === "Z" || offset === JAPAN_OFFSET ? null : (zone?.name ?? null),
  };
}

function dayMinutes(year: number, month: number, day: number): number | null {
  const at = new Date(Date.UTC(year, month - 1, day));
  const real =
    year >= 1900 &&
    year < 3000 &&
    at.getUTCMonth() === month - 1 &&
    at.getUTCDate() === day;
  return real ? at.getTime() / MINUTE_MS : null;
}

/** In minutes; null when it is none, or negative. */
export function readDuration(value: string): number | null {
  const match = DURATION.exec(value.trim());
  if (match === null || match[1] === "-") return null;
  const [, , weeks, days, hours, minutes, seconds] = match;
  const whole =
    Number(weeks ?? 0) * 7 * DAY_MINUTES +
    Number(days ?? 0) * DAY_MINUTES +
    Number(hours ?? 0) * 60 +
    Number(minutes ?? 0);
  return whole + Math.floor(Number(seconds ?? 0) / 60);
}

export function later(time: CalendarTime, minutes: number): CalendarTime {
  return {
    ...time,
    wallMinutes: time.wallMinutes + minutes,
    japanMinutes:
      time.japanMinutes === null ? null : time.japanMinutes + minutes,
  };
}

const WEEKDAYS = "日月火水木金土";

/** `2026年4月1日（水）` */
export function dayWords(minutes: number): string {
  const at = new Date(minutes * MINUTE_MS);
  return `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日（${WEEKDAYS[at.getUTCDay()]}）`;
}

/** `2026年4月1日（水）10:00（日本時間）` */
export function dateWords(at: Date): string {
  const minutes = Math.floor(at.getTime() / MINUTE_MS) + JAPAN_OFFSET;
  return `${dayWords(minutes)}${clockWords(minutes)}（日本時間）`;
}

function clockWords(minutes: number): string {
  const at = new Date(minutes * MINUTE_MS);
  return `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
}

/** `2026年4月1日（水）10:00～11:00（日本時間）`; a second line with the local time where that is another. */
export function spanWords(
  start: CalendarTime,
  end: CalendarTime | null,
): string {
  if (start.wholeDay) return wholeDayWords(start, end);
  const known = start.japanMinutes !== null;
  const pick = (time: CalendarTime) =>
    known ? (time.japanMinutes ?? time.wallMinutes) : time.wallMinutes;
  const span = clockSpan(pick(start), end === null ? null : pick(end));
  if (!known) {
    return start.untrustedZone === null
      ? `${span}（時差の指定なし）`
      : `${span}（「${start.untrustedZone}」の時刻）`;
  }
  if (start.untrustedZone === null) return `${span}（日本時間）`;
  const local = clockSpan(start.wallMinutes, end?.wallMinutes ?? null);
  return `${span}（日本時間）\n　現地では ${local}（${start.untrustedZone}）`;
}

function clockSpan(start: number, end: number | null): string {
  const from = `${dayWords(start)}${clockWords(start)}`;
  if (end === null || end <= start) return from;
  const sameDay =
    Math.floor(start / DAY_MINUTES) === Math.floor(end / DAY_MINUTES);
  return sameDay
    ? `${from}～${clockWords(end)}`
    : `${from}～${dayWords(end)}${clockWords(end)}`;
}

/** The end of a whole day is the day after (RFC 5545 §3.6.1). */
function wholeDayWords(start: CalendarTime, end: CalendarTime | null): string {
  const last = end === null ? start.wallMinutes : end.wallMinutes - DAY_MINUTES;
  return last <= start.wallMinutes
    ? `${dayWords(start.wallMinutes)}終日`
    : `${dayWords(start.wallMinutes)}～${dayWords(last)}（終日）`;
}

// ---------------------------------------------------------------- zones

const JAPAN = /tokyo|japan|\bjst\b|東京|大阪|日本/i;
/** Outlook's names for the zones that Japanese offices meet most. */
const WINDOWS_ZONES: Readonly<Record<string, string>> = {
  "korea standard time": "Asia/Seoul",
  "china standard time": "Asia/Shanghai",
  "taipei standard time": "Asia/Taipei",
  "singapore standard time": "Asia/Singapore",
  "se asia standard time": "Asia/Bangkok",
  "india standard time": "Asia/Kolkata",
  "aus eastern standard time": "Australia/Sydney",
  "new zealand standard time": "Pacific/Auckland",
  "hawaiian standard time": "Pacific/Honolulu",
  "pacific standard time": "America/Los_Angeles",
  "mountain standard time": "America/Denver",
  "central standard time": "America/Chicago",
  "eastern standard time": "America/New_York",
  "e. south america standard time": "America/Sao_Paulo",
  "gmt standard time": "Europe/London",
  "greenwich standard time": "Etc/UTC",
  utc: "Etc/UTC",
  gmt: "Etc/UTC",
  "w. europe standard time": "Europe/Berlin",
  "romance standard time": "Europe/Paris",
  "central europe standard time": "Europe/Budapest",
  "central european standard time": "Europe/Warsaw",
  "fle standard time": "Europe/Kiev",
  "russian standard time": "Europe/Moscow",
  "arabian standard time": "Asia/Dubai",
};
const IANA = /^[A-Za-z_]{1,20}(?:\/[A-Za-z0-9_+-]{1,30}){1,2}$/;

/** By the name that a TZID gives, then by `fixedMinutes` of a VTIMEZONE that never changes its clock. */
export function zoneOffset(
  tzid: string,
  fixedMinutes: number | null,
): ZoneOffset {
  if (JAPAN.test(tzid)) return () => JAPAN_OFFSET;
  const name =
    WINDOWS_ZONES[tzid.toLowerCase()] ?? tzid.split("/").slice(-2).join("/");
  const format = IANA.test(name) ? offsetFormat(name) : null;
  if (format === null) return () => fixedMinutes;
  return (wallMinutes) => {
    // The offset at the wall time read as UTC, then at the moment that this gives: right except in the hour of a change.
    const first = offsetAt(format, wallMinutes);
    return offsetAt(format, wallMinutes - first);
  };
}

function offsetFormat(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      timeZoneName: "longOffset",
    });
  } catch {
    return null;
  }
}

function offsetAt(format: Intl.DateTimeFormat, utcMinutes: number): number {
  const name = format
    .formatToParts(new Date(utcMinutes * MINUTE_MS))
    .find((part) => part.type === "timeZoneName")?.value;
  const [, sign, hours, minutes] =
    /^GMT([+-])(\d{2}):(\d{2})/.exec(name ?? "") ?? [];
  const offset = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === "-" ? -offset : offset;
}
