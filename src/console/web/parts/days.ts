const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const DAY_WORDS = new Intl.DateTimeFormat("sv", {
  ...{ dateStyle: "short", timeZone: "Asia/Tokyo" },
});

/** The day in Japan, as a date field writes it, so many days before; empty for what is no time. */
export function dayOf(epochMs: string, daysBefore: number): string {
  return /^\d{1,15}$/.test(epochMs)
    ? DAY_WORDS.format(Number(epochMs) - daysBefore * DAY_MS)
    : "";
}

/** Midnight in Japan at the beginning of a day, or so many days later, in epoch ms as text; empty for what is no day. */
export function dayStart(day: string, daysLater: number): string {
  if (!DAY.test(day)) return "";
  const start = Date.parse(`${day}T00:00:00+09:00`);
  return Number.isNaN(start) ? "" : String(start + daysLater * DAY_MS);
}
