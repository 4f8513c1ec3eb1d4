import { useEffect, useRef } from "react";
import uPlot from "uplot";
import { useLanguage } from "../../language/language.tsx";
import type { ChartOf } from "./chart-panel.tsx";

/** Lines differ in colour and in dash, so that they differ without colour, too. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3]];
const HEIGHT = 220;
const ZONE = "Asia/Tokyo";
const DAY_SECONDS = 86_400;

/** Drawn on a canvas, which nobody can read by ear: the panel around it says what it shows. */
export function Chart({
  chart,
  shown,
  onPoint,
}: {
  readonly chart: ChartOf;
  readonly shown: (value: number | null) => string;
  readonly onPoint: (at: number | null) => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const { language } = useLanguage();
  const { times, lines, total } = chart;
  const labels = lines.map(({ label }) => label).join("\n");
  const latest = useRef({ shown, onPoint });
  useEffect(() => {
    latest.current = { shown, onPoint };
  });
  useEffect(() => {
    const element = frame.current;
    if (element === null) return undefined;
    const made = new uPlot(
      {
        ...optionsFor(element, labels.split("\n")),
        axes: axesFor(element, (value) => latest.current.shown(value)),
        hooks: {
          setCursor: [
            ({ cursor }) => latest.current.onPoint(cursor.idx ?? null),
          ],
        },
      },
      [[]],
      element,
    );
    plot.current = made;
    const size = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    size.observe(element);
    return () => {
      size.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [labels, language]);
  useEffect(() => {
    plot.current?.setData([
      times.map((time) => time / 1000),
      ...lines.map(({ values }) =>
        // The last step has only begun: what is counted in it would look like a fall.
        total === "sum" ? [...values.slice(0, -1), null] : [...values],
      ),
    ]);
  }, [times, lines, labels, language, total]);
  return <div className="chart-frame" ref={frame} />;
}

/** As the style sheet has it: a canvas knows no custom properties. */
function colour(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

function optionsFor(
  element: HTMLElement,
  labels: readonly string[],
): uPlot.Options {
  return {
    ...{ width: element.clientWidth, height: HEIGHT },
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), ZONE),
    scales: {
      y: { range: (_plot, _least, most) => [0, Math.max(1, most * 1.1)] },
    },
    series: [
      {},
      ...labels.map((label, index) => ({
        ...{ label, width: 2, points: { size: 4 } },
        stroke: colour(element, `--line-${index}`),
        dash: [...(DASHES[index] ?? [])],
      })),
    ],
  };
}

function axesFor(
  element: HTMLElement,
  shown: (value: number) => string,
): uPlot.Axis[] {
  const shared = {
    stroke: colour(element, "--ink"),
    font: `13px ${colour(element, "--sans")}`,
    grid: { stroke: colour(element, "--line-soft"), width: 1 },
    ticks: { stroke: colour(element, "--line"), width: 1 },
  };
  return [
    {
      ...{ ...shared, space: 70 },
      values: (_plot, seconds, _axis, _space, step) =>
        seconds.map((one) => timeLabel(one, step >= DAY_SECONDS)),
    },
    {
      ...{ ...shared, size: 68 },
      values: (_plot, values) => values.map((one) => shown(one)),
    },
  ];
}

const DAYS = new Intl.DateTimeFormat("ja-JP", {
  ...{ month: "numeric", day: "numeric", timeZone: ZONE },
});
const HOURS = new Intl.DateTimeFormat("ja-JP", {
  ...{ hour: "2-digit", minute: "2-digit", timeZone: ZONE },
});

function timeLabel(seconds: number, isDay: boolean): string {
  return (isDay ? DAYS : HOURS).format(seconds * 1000);
}
