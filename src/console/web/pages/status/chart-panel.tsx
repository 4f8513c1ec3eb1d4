import { useId, useState } from "react";
import { useLanguage, useWords } from "../../language/language.tsx";
import type { Language } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { timeWords } from "../../parts/measures.tsx";
import { useAge } from "./amounts.ts";
import { Chart, DASHES } from "./chart.tsx";
import { WORDS } from "./words.ts";

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

export interface ChartOf {
  readonly title: string;
  readonly unit: "mails" | "ms";
  /** What sums a line up in one number; counts have a sum, levels a peak. */
  readonly total?: "sum" | "most";
  readonly times: readonly number[];
  readonly stepSeconds: number;
  readonly lines: readonly Line[];
}

/** A chart with its legend, and the same numbers as a table for who asks. */
export function ChartPanel(chart: ChartOf) {
  const { title, unit, total = "most", times, lines } = chart;
  const words = useWords(WORDS);
  const { language } = useLanguage();
  const age = useAge();
  const id = useId();
  const [isTable, setTable] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const shown = (value: number | null) => {
    if (value === null) return "—";
    return unit === "ms" ? age(value) : numberWords(value);
  };
  const ofAll = ({ values }: Line) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return null;
    return total === "sum"
      ? known.reduce((sum, value) => sum + value, 0)
      : Math.max(...known);
  };
  const summary = lines
    .map((line) => `${line.label} ${words[total]} ${shown(ofAll(line))}`)
    .join("、");
  const time = at === null ? undefined : times[at];
  return (
    <section className="chart" aria-labelledby={id}>
      <div className="section-head">
        <h3 id={id}>{title}</h3>
        <Button look="outline" size="small" onClick={() => setTable(!isTable)}>
          {isTable ? words.asChart : words.asTable}
          <span className="only-read">（{title}）</span>
        </Button>
      </div>
      {isTable ? (
        <ChartTable {...{ chart, shown, language }} />
      ) : (
        <>
          <ul className="legend-list">
            {lines.map((line, index) => (
              <li key={line.label}>
                <svg viewBox="0 0 32 8" aria-hidden="true">
                  <line
                    className={`line-${index}`}
                    {...{ x1: 0, x2: 32, y1: 4, y2: 4 }}
                    strokeDasharray={DASHES[index]?.join(" ")}
                  />
                </svg>
                {line.label}
                <b>
                  {at === null ? `${words[total]} ` : ""}
                  {shown(at === null ? ofAll(line) : (line.values[at] ?? null))}
                </b>
              </li>
            ))}
            <li className="soft">
              {time === undefined ? "" : timeWords(time, language)}
            </li>
          </ul>
          <div role="img" aria-label={`${title}。${summary}`}>
            <Chart {...{ chart, shown, onPoint: setAt }} />
          </div>
        </>
      )}
    </section>
  );
}

function numberWords(value: number): string {
  return Number.isInteger(value)
    ? value.toLocaleString("ja-JP")
    : value.toFixed(1);
}

/** Newest first: that is what one looks for. */
function ChartTable({
  chart: { title, times, lines },
  shown,
  language,
}: {
  readonly chart: ChartOf;
  readonly shown: (value: number | null) => string;
  readonly language: Language;
}) {
  const words = useWords(WORDS);
  return (
    <div className="chart-table" role="region" aria-label={title} tabIndex={0}>
      <table>
        <caption className="only-read">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            {lines.map(({ label }) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times
            .map((time, index) => (
              <tr key={time} data-at={time}>
                <th scope="row">{timeWords(time, language)}</th>
                {lines.map(({ label, values }) => (
                  <td key={label}>{shown(values[index] ?? null)}</td>
                ))}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  );
}
