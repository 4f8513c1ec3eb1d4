const JAPAN_MS = 9 * 3_600_000;

/** The month that it is in Japan and those before it, newest first: `2026-11`. */
export function monthsUpTo(now: number, count: number): readonly string[] {
  const today = new Date(now + JAPAN_MS);
  return Array.from({ length: count }, (_, back) =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1))
      .toISOString()
      .slice(0, 7),
  );
}
