import { dayWords, readTime } from "./calendar-time.ts";

/** A recurrence rule (RFC 5545 §3.3.10) in plain words; null for one that has no plain words. Never expanded. */
export function ruleWords(rule: string): string | null {
  const parts = new Map<string, string>();
  for (const piece of rule.slice(0, MAX_RULE_CHARACTERS).split(";")) {
    const [name = "", value = ""] = piece.split("=", 2);
    if (name !== "") parts.set(name.trim().toUpperCase(), value.trim());
  }
  if ([...parts.keys()].some((name) => !TOLD.has(name))) return null;
  const how = often(parts);
  return how === null ? null : how + limitWords(parts);
}

const MAX_RULE_CHARACTERS = 500;
const TOLD: ReadonlySet<string> = new Set([
  ...["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"],
  ...["BYDAY", "BYMONTHDAY", "BYMONTH"],
]);
const UNITS: Readonly<Record<string, readonly [every: string, unit: string]>> =
  {
    DAILY: ["毎日", "日ごと"],
    WEEKLY: ["毎週", "週間ごと"],
    MONTHLY: ["毎月", "か月ごと"],
    YEARLY: ["毎年", "年ごと"],
  };
const DAYS: Readonly<Record<string, string>> = {
  ...{ SU: "日", MO: "月", TU: "火", WE: "水", TH: "木", FR: "金", SA: "土" },
};

function often(parts: ReadonlyMap<string, string>): string | null {
  const frequency = parts.get("FREQ") ?? "";
  const [every, unit] = UNITS[frequency] ?? [];
  const interval = parts.get("INTERVAL") ?? "1";
  if (every === undefined || !/^\d{1,3}$/.test(interval)) return null;
  const days = parts.get("BYDAY");
  const monthDays = parts.get("BYMONTHDAY");
  const months = parts.get("BYMONTH");
  if (days !== undefined && monthDays !== undefined) return null;
  // Which weekday of a year, or days of a week in a month's rule: too rare for words.
  if (months !== undefined && frequency !== "YEARLY") return null;
  if (frequency === "YEARLY" && days !== undefined && months === undefined)
    return null;
  const words = [
    Number(interval) === 1 ? every : `${Number(interval)}${unit}`,
    months === undefined ? "" : listed(months, monthWord),
    days === undefined ? "" : daysWords(days, frequency),
    monthDays === undefined ? "" : listed(monthDays, monthDayWord),
  ];
  return words.some((word) => word === null) ? null : words.join("");
}

function listed(
  list: string,
  word: (one: string) => string | null,
): string | null {
  const words = list.split(",").map((one) => word(one.trim()));
  return words.some((one) => one === null) ? null : words.join("・");
}

function monthWord(month: string): string | null {
  return /^\d{1,2}$/.test(month) ? `${Number(month)}月` : null;
}

function monthDayWord(day: string): string | null {
  if (day === "-1") return "末日";
  return /^\d{1,2}$/.test(day) ? `${Number(day)}日` : null;
}

function daysWords(list: string, frequency: string): string | null {
  const days = list
    .split(",")
    .map((one) => /^(-1|[1-5])?(..)$/.exec(one.trim()));
  if (days.every((day) => day !== null && day[1] === undefined)) {
    if (frequency === "MONTHLY" || frequency === "YEARLY") return null;
    const names = days.map((day) => DAYS[day?.[2] ?? ""]);
    if (names.includes(undefined)) return null;
    return names.length === 5 &&
      !names.some((name) => name === "土" || name === "日")
      ? "平日（月～金曜日）"
      : `${names.join("・")}曜日`;
  }
  return listed(list, (one) => {
    const [, which, name] = /^(-1|[1-5])(..)$/.exec(one) ?? [];
    const day = DAYS[name ?? ""];
    if (which === undefined || day === undefined) return null;
    return `${which === "-1" ? "最終" : `第${which}`}${day}曜日`;
  });
}

function limitWords(parts: ReadonlyMap<string, string>): string {
  const count = parts.get("COUNT");
  if (count !== undefined && /^\d{1,6}$/.test(count))
    return `（全${Number(count)}回）`;
  const until = parts.get("UNTIL");
  const last = until === undefined ? null : readTime(until, null);
  return last === null
    ? ""
    : `（${dayWords(last.japanMinutes ?? last.wallMinutes)}まで）`;
}
