import type { Report } from "../../../../core/report.ts";
import { useWords } from "../../language/language.tsx";
import { Table } from "../../parts/table.tsx";
import { WORDS } from "./words.ts";
import { PersonName } from "../../session/people.tsx";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Words = (typeof WORDS)["ja"];

function duration(ms: number | null, words: Words): string {
  if (ms === null) return "—";
  if (ms < 2 * HOUR_MS)
    return `${(ms / MINUTE_MS).toFixed(1)} ${words.minutes}`;
  return ms < 2 * DAY_MS
    ? `${(ms / HOUR_MS).toFixed(1)} ${words.hours}`
    : `${(ms / DAY_MS).toFixed(1)} ${words.days}`;
}

export function Sums({ report }: { readonly report: Report }) {
  const words = useWords(WORDS);
  const { block, trust } = report.exceptions;
  const rows: readonly (readonly [string, number | string])[] = [
    [words.received, report.received],
    [words.delivered, report.states.delivered],
    [words.cleaned, report.verdicts.cleaned],
    [words.malicious, report.verdicts.malicious],
    [words.held, report.heldMails],
    [words.released, report.releases.count],
    [words.median, duration(report.releases.medianMs, words)],
    [words.p95, duration(report.releases.p95Ms, words)],
    [words.discarded, report.discards],
    [words.added, block.added + trust.added],
    [words.inForce, block.inForce + trust.inForce],
    [
      words.selfTests,
      `${report.selfTests.passed} / ${report.selfTests.failed}`,
    ],
  ];
  return (
    <Table
      caption={words.sums}
      rows={rows}
      keyOf={([name]) => name}
      columns={[
        { name: words.what, isHead: true, cell: ([name]) => name },
        {
          ...{ name: words.value, align: "right", tight: true },
          cell: ([, value]) =>
            typeof value === "number" ? value.toLocaleString("ja-JP") : value,
        },
      ]}
    />
  );
}

export function People({ report }: { readonly report: Report }) {
  const words = useWords(WORDS);
  return (
    <Table
      caption={words.people}
      rows={report.people}
      keyOf={({ who }) => who}
      columns={[
        {
          name: words.person,
          isHead: true,
          cell: ({ who }) => <PersonName name={who} />,
        },
        {
          name: words.decided,
          cell: ({ acts }) => (
            <ul className="fact-list">
              {Object.entries(acts).map(([act, count]) => (
                <li key={act}>
                  <span className="soft">{words.decisions[act] ?? act}</span>{" "}
                  {count}
                </li>
              ))}
            </ul>
          ),
        },
        {
          ...{ name: words.total, align: "right", tight: true },
          cell: ({ total }) => total,
        },
      ]}
    />
  );
}
