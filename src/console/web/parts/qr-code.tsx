import { qrModules } from "./qr.ts";

const QUIET = 4;

/** Drawn from rectangles in the page itself: no picture to fetch, no canvas. */
export function QrCode({
  text,
  label,
}: {
  readonly text: string;
  readonly label: string;
}) {
  const rows = qrModules(text);
  if (rows === null) return null;
  const size = rows.length + 2 * QUIET;
  const path = rows
    .flatMap((row, y) =>
      row.flatMap((dark, x) =>
        dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : [],
      ),
    )
    .join("");
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      shapeRendering="crispEdges"
    >
      <title>{label}</title>
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
