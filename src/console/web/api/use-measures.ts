import { useEffect, useState } from "react";
import { ask, Problem } from "./ask.ts";
import type { MeasuresTold } from "./told-operations.ts";

export interface Live {
  /** Null until the first ones come. */
  readonly measures: MeasuresTold | null;
  /** Nobody measures at present: what is shown is old. */
  readonly isSilent: boolean;
  /** Nothing came from the server for a while. */
  readonly isCut: boolean;
}

const STREAM = "/api/v1/measures/stream";
const POLL_MS = 5_000;
/** The server says something every other second; a comment does not reach us, new measures come every two seconds. */
const CUT_MS = 20_000;

/** The measures as they come. Where the stream is refused (too many windows) or a proxy holds it up, they are asked for. */
export function useMeasures(): Live {
  const [measures, setMeasures] = useState<MeasuresTold | null>(null);
  const [isSilent, setSilent] = useState(false);
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    let heardAt = performance.now();
    let isOver = false;
    const heard = (told: MeasuresTold | null) => {
      if (isOver) return;
      heardAt = performance.now();
      setCut(false);
      setSilent(told === null);
      if (told !== null) setMeasures(told);
    };
    const stream = new EventSource(STREAM);
    stream.addEventListener("message", ({ data }) =>
      heard(JSON.parse(String(data)) as MeasuresTold),
    );
    stream.addEventListener("silent", () => heard(null));
    const poll = setInterval(() => {
      const isCutNow = performance.now() - heardAt > CUT_MS;
      if (isCutNow) setCut(true);
      if (stream.readyState !== EventSource.CLOSED && !isCutNow) return;
      ask<MeasuresTold>("GET", "/api/v1/measures")
        .then(heard)
        .catch((error: unknown) => {
          if (error instanceof Problem && error.code === "WATCH_SILENT")
            heard(null);
        });
    }, POLL_MS);
    return () => {
      isOver = true;
      clearInterval(poll);
      stream.close();
    };
  }, []);
  return { measures, isSilent, isCut };
}
