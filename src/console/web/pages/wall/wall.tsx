import { useEffect } from "react";
import { Link } from "wouter";
import type { MeasuresTold } from "../../api/told-operations.ts";
import type { HistoryTold } from "../../api/told-operations.ts";
import { useMeasures } from "../../api/use-measures.ts";
import { usePolled } from "../../api/use-ask.ts";
import { useCrossing } from "../../crossing/crossing.tsx";
import { StopFacts } from "../../crossing/stop-facts.tsx";
import { WORDS as STOP_WORDS } from "../../crossing/words.ts";
import { useWords } from "../../language/language.tsx";
import { Time } from "../../parts/measures.tsx";
import { Reading } from "../../parts/page.tsx";
import { useAge } from "../status/amounts.ts";
import { useLaneName } from "../status/counts.tsx";
import { silence, sorted, TroubleList } from "../status/troubles.tsx";
import { WORDS as STATUS_WORDS } from "../status/words.ts";
import { WORDS } from "./words.ts";

/** To be read from across the room: what is wrong, a few large numbers, nothing to press but the way back. */
export function WallPage() {
  const words = useWords(WORDS);
  const status = useWords(STATUS_WORDS);
  const { measures, isSilent, isCut } = useMeasures();
  useAwake();
  useEffect(() => {
    document.title = `${words.title} - 関所 Sekisho`;
  }, [words.title]);
  return (
    <div className="wall">
      <div className="wall-head">
        <h1>{words.title}</h1>
        {measures === null ? null : (
          <span>
            <Time at={measures.at} exact />
          </span>
        )}
        <Link to="/">{words.back}</Link>
      </div>
      <WallStops />
      {isCut ? <p className="wall-bad">{status.cut}</p> : null}
      {measures === null && !isSilent ? <Reading /> : null}
      {isSilent ? (
        <TroubleList troubles={[silence(measures?.at ?? Date.now())]} />
      ) : measures === null ? null : (
        <WallTroubles troubles={measures.troubles} />
      )}
      {measures === null ? null : <WallNumbers measures={measures} />}
    </div>
  );
}

const MOST_TROUBLES = 4;

/** The worst of them; what is stopped has a bar of its own. */
function WallTroubles({ troubles }: Pick<MeasuresTold, "troubles">) {
  const words = useWords(WORDS);
  const status = useWords(STATUS_WORDS);
  const shown = sorted(troubles).filter(
    ({ code }) => code !== "CROSSING_STOPPED",
  );
  if (troubles.length === 0) return <p className="wall-fine">{status.fine}</p>;
  return (
    <>
      <TroubleList troubles={shown.slice(0, MOST_TROUBLES)} brief />
      {shown.length > MOST_TROUBLES ? (
        <p>{words.more(shown.length - MOST_TROUBLES)}</p>
      ) : null}
    </>
  );
}

function WallStops() {
  const words = useWords(STOP_WORDS);
  const { crossing } = useCrossing();
  if (crossing === null || crossing.stops.length === 0) return null;
  return (
    <section className="wall-bad" aria-label={words.region}>
      <strong>{words.bar}</strong>
      {crossing.stops.map((stop) => (
        <StopFacts key={stop.tenant} stop={stop} />
      ))}
    </section>
  );
}

const HOUR = "/api/v1/measures/history?range=hour&series=arrivals,completions";
const HOUR_EVERY_MS = 20_000;

function WallNumbers({ measures }: { readonly measures: MeasuresTold }) {
  const words = useWords(WORDS);
  const status = useWords(STATUS_WORDS);
  const name = useLaneName();
  const age = useAge();
  const { answer } = usePolled<HistoryTold>(HOUR, HOUR_EVERY_MS);
  const lately = (series: string) =>
    answer?.series
      .find((one) => one.name === series)
      ?.values.reduce<number>((sum, value) => sum + (value ?? 0), 0) ?? null;
  const held = measures.held.reduce((sum, { count }) => sum + count, 0);
  const oldest = measures.lanes.reduce<number | null>(
    (most, { oldestMs }) =>
      oldestMs === null ? most : Math.max(most ?? 0, oldestMs),
    null,
  );
  return (
    <div className="wall-numbers">
      {measures.lanes.map(({ lane, waiting }) => (
        <WallNumber key={lane} name={`${status.waiting}：${name(lane)}`}>
          {waiting.toLocaleString("ja-JP")}
        </WallNumber>
      ))}
      <WallNumber name={status.oldest}>{age(oldest)}</WallNumber>
      <WallNumber name={words.held}>{held.toLocaleString("ja-JP")}</WallNumber>
      <WallNumber name={words.arrivals}>
        {lately("arrivals")?.toLocaleString("ja-JP") ?? "—"}
      </WallNumber>
      <WallNumber name={words.completions}>
        {lately("completions")?.toLocaleString("ja-JP") ?? "—"}
      </WallNumber>
      <WallNumber name={status.scanner} isWord>
        {measures.scanner === null ? status.silent : status.answers}
      </WallNumber>
    </div>
  );
}

function WallNumber({
  name,
  isWord = false,
  children,
}: {
  readonly name: string;
  readonly isWord?: boolean;
  readonly children: string;
}) {
  return (
    <div className="wall-number">
      <span>{name}</span>
      <b className={isWord ? "wall-word" : undefined}>{children}</b>
    </div>
  );
}

/** Keeps the screen on as long as the page is looked at; a browser that can't is left alone. */
function useAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    let isOver = false;
    const wake = async () => {
      if (document.visibilityState !== "visible" || !("wakeLock" in navigator))
        return;
      const taken = await navigator.wakeLock.request("screen");
      if (isOver) await taken.release();
      else lock = taken;
    };
    const tryWake = () => void wake().catch(() => undefined);
    tryWake();
    document.addEventListener("visibilitychange", tryWake);
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", tryWake);
      void lock?.release().catch(() => undefined);
    };
  }, []);
}
