import type { Room } from "./room.ts";

/** What one benchmark found. Figures are in the unit of the benchmark; a contestant that could not run is left out. */
export interface Figures {
  /** Null when our own side could not run; the note says why. */
  readonly ours: number | null;
  readonly rivals: Readonly<Record<string, number>>;
  readonly note: string;
}

export interface Bench {
  readonly name: string;
  /** Says which way is better when more is not. */
  readonly unit: string;
  /** One line for `--help`. */
  readonly about: string;
  /** How long it takes on two quiet cores, for the estimate on stderr. */
  readonly aboutSeconds: number;
  run(room: Room): Promise<Figures>;
}

/** One line of `--json`, and one row of the tables. */
export interface Row extends Figures {
  readonly bench: string;
  readonly unit: string;
  readonly ratio: Readonly<Record<string, number>>;
}

export function toRow(bench: Bench, figures: Figures): Row {
  const ratio: Record<string, number> = {};
  const rivals: Record<string, number> = {};
  for (const [name, figure] of Object.entries(figures.rivals)) {
    rivals[name] = round(figure);
    if (figures.ours !== null) ratio[name] = round(figures.ours / figure);
  }
  return {
    bench: bench.name,
    unit: bench.unit,
    ours: figures.ours === null ? null : round(figures.ours),
    rivals,
    ratio,
    note: figures.note,
  };
}

/** Three significant digits, and no fewer than what stands before the point. */
export function round(figure: number): number {
  const size = Math.abs(figure);
  if (size >= 100) return Math.round(figure);
  return Number(figure.toPrecision(3));
}
