import { useWords } from "../../language/language.tsx";
import { WORDS } from "./words.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** An age or a duration in the unit that a person would use; "—" for none. */
export function useAge(): (ms: number | null) => string {
  const { seconds, minutes, hours, days } = useWords(WORDS);
  return (ms) => {
    if (ms === null) return "—";
    if (ms === 0) return "0";
    if (ms < SECOND_MS) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
    if (ms < 10 * SECOND_MS) return `${(ms / SECOND_MS).toFixed(1)}${seconds}`;
    if (ms < 2 * MINUTE_MS) return `${Math.round(ms / SECOND_MS)}${seconds}`;
    if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)}${minutes}`;
    if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)}${hours}`;
    return `${Math.round(ms / DAY_MS)}${days}`;
  };
}

export function gigabytes(bytes: number): string {
  const gib = bytes / 1024 ** 3;
  return `${gib >= 100 ? Math.round(gib) : gib.toFixed(1)} GiB`;
}
