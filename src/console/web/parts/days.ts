const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Midnight in Japan at the beginning of a day, or so many days later, in epoch ms as text; empty for what is no day. */
export function dayStart(day: string, daysLater: number): string {
  if (!DAY.test(day)) return "";
  const start = Date.parse(`${day}T00:00:00+09:00`);
  return Number.isNaN(start) ? "" : String(start + daysLater * DAY_MS);
}
