import { useState } from "react";
import type { Stage } from "../../../../core/measure.ts";
import { STAGES } from "../../../../core/measure.ts";
import { queryOf } from "../../api/ask.ts";
import type { HistoryTold } from "../../api/told-operations.ts";
import { usePolled } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Select } from "../../parts/field.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { ChartPanel } from "./chart-panel.tsx";
import type { Line } from "./chart-panel.tsx";
import { useLaneName } from "./counts.tsx";
import { WORDS } from "./words.ts";

const RANGES = ["hour", "day", "month"] as const;
type Range = (typeof RANGES)[number];
const LANES = ["inspect", "sanitize", "deliver"] as const;
const FLOW = ["arrivals", "completions", "held"] as const;
const EVERY_MS = 20_000;

/** An hour, a day or a month of what is measured. */
export function Charts({ tenant }: { readonly tenant: string | null }) {
  const words = useWords(WORDS);
  const [range, setRange] = useState<Range>("hour");
  const [stage, setStage] = useState<Stage>("through");
  const series = [
    ...FLOW,
    ...LANES.flatMap((lane) => [`waiting.${lane}`, `oldest.${lane}`]),
    ...[`p50.${stage}`, `p95.${stage}`],
  ].join(",");
  const asked = usePolled<HistoryTold>(
    `/api/v1/measures/history${queryOf({ range, series, tenant })}`,
    EVERY_MS,
  );
  return (
    <Section title={words.charts}>
      <div className="chart-choices">
        <Select
          label={words.range}
          value={range}
          onChange={({ target }) => setRange(target.value as Range)}
          options={RANGES.map((one) => [one, words.ranges[one]])}
        />
        <Select
          label={`${words.timesChart}：${words.stage}`}
          value={stage}
          onChange={({ target }) => setStage(target.value as Stage)}
          options={[...STAGES]
            .reverse()
            .map((one) => [one, words.stageNames[one]])}
        />
      </div>
      <Answered asked={asked}>
        {(history) => <Panels {...{ history, stage }} />}
      </Answered>
    </Section>
  );
}

function Panels({
  history,
  stage,
}: {
  readonly history: HistoryTold;
  readonly stage: Stage;
}) {
  const words = useWords(WORDS);
  const name = useLaneName();
  const { times, stepSeconds, series } = history;
  const line = (id: string, label: string): Line => ({
    label,
    values: series.find((one) => one.name === id)?.values ?? [],
  });
  const shared = { times, stepSeconds };
  return (
    <div className="charts">
      <ChartPanel
        {...{ ...shared, title: words.flow, unit: "mails", total: "sum" }}
        lines={FLOW.map((one) => line(one, words.counters[one]))}
      />
      <ChartPanel
        {...{ ...shared, title: words.waitingChart, unit: "mails" }}
        lines={LANES.map((lane) => line(`waiting.${lane}`, name(lane)))}
      />
      <ChartPanel
        {...{ ...shared, title: words.oldestChart, unit: "ms" }}
        lines={LANES.map((lane) => line(`oldest.${lane}`, name(lane)))}
      />
      <ChartPanel
        {...{ ...shared, unit: "ms" }}
        title={`${words.timesChart}：${words.stageNames[stage]}`}
        lines={[
          line(`p50.${stage}`, words.p50),
          line(`p95.${stage}`, words.p95),
        ]}
      />
    </div>
  );
}
