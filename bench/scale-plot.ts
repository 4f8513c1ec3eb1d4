export interface ScaleCurve {
  readonly title: string;
  readonly points: readonly { readonly count: number; readonly rate: number }[];
}

const PANEL = { width: 340, height: 190, left: 48, top: 40, gap: 60 };

/** One panel a curve: the rate from zero upwards, the amount in even steps, each point with its figure. */
export function scalePlot(curves: readonly ScaleCurve[]): string {
  const width = curves.length * (PANEL.width + PANEL.gap) + PANEL.left;
  const height = PANEL.top + PANEL.height + 40;
  const panels = curves.map((curve, at) =>
    panel(curve, PANEL.left + at * (PANEL.width + PANEL.gap)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join("\n")}
</svg>
`;
}

function panel({ title, points }: ScaleCurve, left: number): string {
  const most = niceCeiling(Math.max(...points.map(({ rate }) => rate)));
  const bottom = PANEL.top + PANEL.height;
  const step = PANEL.width / Math.max(1, points.length);
  const x = (at: number) => round(left + step * (at + 0.5));
  const y = (rate: number) => round(bottom - (rate / most) * PANEL.height);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const rate = most * share;
    return `<line x1="${left}" x2="${left + PANEL.width}" y1="${y(rate)}" y2="${y(rate)}" stroke="#ddd"/><text x="${left - 6}" y="${y(rate) + 4}" text-anchor="end">${round(rate)}</text>`;
  });
  const dots = points.map(
    ({ count, rate }, at) =>
      `<circle cx="${x(at)}" cy="${y(rate)}" r="3.5" fill="#0017c1"/><text x="${x(at)}" y="${y(rate) - 9}" text-anchor="middle">${round(rate)}</text><text x="${x(at)}" y="${bottom + 18}" text-anchor="middle">${count}</text>`,
  );
  const line = points.map(({ rate }, at) => `${x(at)},${y(rate)}`).join(" ");
  return `<g>
<text x="${left}" y="18" font-weight="bold" font-size="12">${title}</text>
${grid.join("\n")}
<polyline points="${line}" fill="none" stroke="#0017c1" stroke-width="2"/>
${dots.join("\n")}
</g>`;
}

/** 1, 2, 4 or 8 times a power of ten: quarters of it are short numbers too. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 4, 8, 10].find((one) => one * power >= value * 1.08);
  return (factor ?? 20) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
