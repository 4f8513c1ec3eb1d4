import { DAY, HOUR } from "../core/units.ts";

/** When the people of a town want to hear what was held. Hours are those of Japan, which knows no summer time. */
export interface DigestTimes {
  readonly every: "none" | "hourly" | "daily";
  /** Of a daily digest. */
  readonly hour: number;
  /** From … to before; over midnight where `from` is the later one. */
  readonly quietHours: { readonly from: number; readonly to: number } | null;
}

const JAPAN_MS = 9 * HOUR;

/** Names the hour or the day whose digest is due at `now` (epoch ms); null while none is. */
export function duePeriod(now: number, times: DigestTimes): string | null {
  const local = new Date(now + JAPAN_MS);
  const hour = local.getUTCHours();
  if (times.every === "none" || isQuiet(hour, times.quietHours)) return null;
  // What a quiet night brings stands in the first digest behind it.
  if (times.every === "hourly") return local.toISOString().slice(0, 13);
  return hour < times.hour ? null : local.toISOString().slice(0, 10);
}

export function isQuiet(
  hour: number,
  quiet: DigestTimes["quietHours"],
): boolean {
  if (quiet === null) return false;
  const { from, to } = quiet;
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

/** How far the first digest of a tenant looks back. */
export function periodMs({ every }: DigestTimes): number {
  return every === "hourly" ? HOUR : DAY;
}
