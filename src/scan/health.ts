export interface ScannerHealth {
  /** Such as `ClamAV 1.4.6`. */
  readonly engine: string;
  /** Number of the daily signatures, `none` when there are none of the project's own. */
  readonly signatures: string;
  /** Epoch ms; null when unknown. */
  readonly builtAt: number | null;
}

/** `ClamAV 1.4.6/27811/Thu Nov 19 09:26:13 2026`, or without signatures `ClamAV 1.4.6`. Null for anything else. */
export function parseVersion(answer: string): ScannerHealth | null {
  const match =
    /^(ClamAV [\w.+~-]{1,40})(?:\/(\d{1,9})\/([\w: ]{1,40}))?$/.exec(answer);
  if (match === null) return null;
  const [, engine = "", signatures = "none", built = ""] = match;
  const builtAt = Date.parse(`${built} UTC`);
  return {
    engine,
    signatures,
    builtAt: Number.isNaN(builtAt) ? null : builtAt,
  };
}
