import type { Progress } from "../core/progress.ts";
import { GIB, KIB, MIB, SECOND } from "../core/units.ts";

const BAR_CELLS = 24;
/** On a terminal; elsewhere a line for a log, and none for what is over soon. */
const REDRAW_MS = 100;
const LINE_MS = 5 * SECOND;
/** Earlier nobody knows how long the rest takes. */
const FIRST_GUESS_MS = SECOND;
const CLEAR = "\r\u001B[2K";

/** Where lines go: standard error, since standard output is for what a command found. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface ProgressLine {
  readonly at: Progress;
  /** Before anything else is written to the terminal, and at the end. */
  hide(): void;
}

export interface Counted {
  /** What is being done, before the numbers. */
  readonly what: string;
  readonly unit: "bytes" | "entries" | "files" | "rows";
}

/** A bar that is drawn anew in its place on a terminal; else a line now and then. */
export function progressLine(
  { what, unit }: Counted,
  {
    screen = process.stderr,
    clock = () => performance.now(),
  }: { readonly screen?: Screen; readonly clock?: () => number } = {},
): ProgressLine {
  const isTerminal = screen.isTTY === true;
  const begun = clock();
  let shownAt = isTerminal ? -Infinity : begun;
  let isShown = false;
  return {
    at(done, total) {
      const now = clock();
      if (now - shownAt < (isTerminal ? REDRAW_MS : LINE_MS)) return;
      shownAt = now;
      const words = told({ done, total, unit }, now - begun);
      screen.write(
        isTerminal
          ? `${CLEAR}${what} ${bar(done, total)} ${words}`
          : `${what}: ${words}\n`,
      );
      isShown = isTerminal;
    },
    hide() {
      if (isShown) screen.write(CLEAR);
      isShown = false;
      // What comes next is drawn at once.
      if (isTerminal) shownAt = -Infinity;
    },
  };
}

/** The same around one piece of work, hidden however it ends. */
export async function withProgress<T>(
  counted: Counted,
  work: (at: Progress) => Promise<T>,
): Promise<T> {
  const line = progressLine(counted);
  try {
    return await work(line.at);
  } finally {
    line.hide();
  }
}

function share(done: number, total: number): number {
  return total <= 0 ? 1 : Math.min(1, done / total);
}

function bar(done: number, total: number): string {
  const full = Math.floor(share(done, total) * BAR_CELLS);
  return "█".repeat(full) + "░".repeat(BAR_CELLS - full);
}

function told(
  {
    done,
    total,
    unit,
  }: {
    readonly done: number;
    readonly total: number;
    readonly unit: Counted["unit"];
  },
  tookMs: number,
): string {
  const part = share(done, total);
  const percent = `${Math.floor(part * 100)} %`;
  const amounts =
    unit === "bytes"
      ? `${size(Math.min(done, total))} of ${size(total)}`
      : `${count(Math.min(done, total))} of ${count(total)} ${unit}`;
  const isGuess = tookMs >= FIRST_GUESS_MS && part > 0 && part < 1;
  const left = isGuess
    ? `, about ${duration((tookMs / part) * (1 - part))} left`
    : "";
  return `${percent} (${amounts})${left}`;
}

function count(number: number): string {
  return number.toLocaleString("en");
}

function size(bytes: number): string {
  if (bytes >= GIB) return `${(bytes / GIB).toFixed(1)} GiB`;
  return bytes >= MIB
    ? `${(bytes / MIB).toFixed(1)} MiB`
    : `${Math.ceil(bytes / KIB)} KiB`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / SECOND);
  return seconds < 90 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
