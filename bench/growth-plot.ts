import type { GrowthPoint } from "./growth-mails.ts";

export interface Curve {
  readonly label: string;
  readonly points: readonly GrowthPoint[];
  readonly power: number;
}

const PANEL = { width: 230, height: 190, left: 48, top: 34, gap: 22 };

/** One panel a curve, both axes logarithmic; the dashed line is linear growth through the last point. */
export function growthPlot(curves: readonly Curve[]): string {
  const width = curves.length * (PANEL.width + PANEL.gap) + PANEL.left;
  const height = PANEL.height + PANEL.top + 52;
  const panels = curves.map((curve, at) =>
    panel(curve, PANEL.left + at * (PANEL.width + PANEL.gap)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join("\n")}
</svg>
`;
}

function panel({ label, points, power }: Curve, left: number): string {
  const counts = points.map(({ count }) => count);
  const times = points.map(({ ms }) => ms);
  const last = points.at(-1);
  if (last === undefined) return "";
  const linear = (count: number) => (last.ms * count) / last.count;
  const low = Math.min(...times, linear(counts[0] ?? 1));
  const x = scale(counts[0] ?? 1, last.count, left + 34, left + PANEL.width);
  const y = scale(low, Math.max(...times), PANEL.top + PANEL.height, PANEL.top);
  const line = points.map(({ count, ms }) => `${x(count)},${y(ms)}`).join(" ");
  const [first] = counts;
  return `<g>
<text x="${left + 34}" y="18" font-weight="bold">${label}: power ${power.toFixed(2)}</text>
<rect x="${left + 34}" y="${PANEL.top}" width="${PANEL.width - 34}" height="${PANEL.height}" fill="none" stroke="#ccc"/>
${ticks(low, Math.max(...times))
  .map(
    (ms) =>
      `<line x1="${left + 34}" x2="${left + PANEL.width}" y1="${y(ms)}" y2="${y(ms)}" stroke="#eee"/><text x="${left + 30}" y="${y(ms) + 4}" text-anchor="end">${ms} ms</text>`,
  )
  .join("\n")}
<line x1="${x(first ?? 1)}" y1="${y(linear(first ?? 1))}" x2="${x(last.count)}" y2="${y(last.ms)}" stroke="#999" stroke-dasharray="4 3"/>
<polyline points="${line}" fill="none" stroke="#0017c1" stroke-width="2"/>
${points.map(({ count, ms }) => `<circle cx="${x(count)}" cy="${y(ms)}" r="3" fill="#0017c1"/>`).join("")}
${[first ?? 1, last.count].map((count) => `<text x="${x(count)}" y="${PANEL.top + PANEL.height + 16}" text-anchor="middle">${count}</text>`).join("")}
<text x="${left + PANEL.width / 2 + 17}" y="${PANEL.top + PANEL.height + 34}" text-anchor="middle">${label} (dashed: linear)</text>
</g>`;
}

function scale(
  low: number,
  high: number,
  from: number,
  to: number,
): (value: number) => number {
  const span = Math.log(high / low) || 1;
  return (value) =>
    Math.round((from + (Math.log(value / low) / span) * (to - from)) * 10) / 10;
}

/** Powers of ten between. */
function ticks(low: number, high: number): number[] {
  const found: number[] = [];
  for (
    let power = Math.ceil(Math.log10(low));
    power <= Math.log10(high);
    power += 1
  )
    found.push(Number(`1e${String(power)}`));
  return found;
}
