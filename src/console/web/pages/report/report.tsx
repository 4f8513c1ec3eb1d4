import { useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import type { Report } from "../../../../core/report.ts";
import { queryOf, save } from "../../api/ask.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Select } from "../../parts/field.tsx";
import { Answered, Page, Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { usePerson } from "../../session/session.tsx";
import { monthsUpTo } from "./months.ts";
import { People, Sums } from "./tables.tsx";
import { WORDS } from "./words.ts";

const MONTHS_OFFERED = 24;

/** What was done in a month, for whoever answers for it. */
export function ReportPage() {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const [query] = useSearchParams();
  const [, go] = useLocation();
  const months = monthsUpTo(Date.now(), MONTHS_OFFERED);
  const month = query.get("month") ?? months[0] ?? "";
  const tenant = query.get("tenant") ?? "";
  const mine = session.rights["report.view"];
  const isAllowed = mine !== undefined && mine.length > 0;
  const path = `/api/v1/reports/${encodeURIComponent(month)}`;
  const about = queryOf({ tenant });
  const asked = useAsk<Report>(isAllowed ? path + about : null);
  const choose = (wanted: string) =>
    go(`/reports${queryOf({ month: wanted, tenant })}`);
  if (!isAllowed)
    return (
      <Page title={words.title}>
        <Banner kind="warning" title={words.notYou} />
      </Page>
    );
  return (
    <Page title={words.title} aside={<Forms path={path} about={about} />}>
      <p>{words.lead}</p>
      <div className="panel panel-ground">
        <div className="filter">
          <Select
            label={words.month}
            value={month}
            options={[...new Set([month, ...months])].map((one) => [one, one])}
            onChange={({ target }) => choose(target.value)}
          />
        </div>
      </div>
      <Answered asked={asked}>{(report) => <Told report={report} />}</Answered>
    </Page>
  );
}

function Forms({
  path,
  about,
}: {
  readonly path: string;
  readonly about: string;
}) {
  const words = useWords(WORDS);
  const [isFailed, setFailed] = useState(false);
  return (
    <>
      <a
        className="button button-outline button-medium"
        href={`${path}/report.html${about}`}
        target="_blank"
        rel="noreferrer"
      >
        {words.print}
      </a>
      <Button
        look="outline"
        onClick={() => {
          setFailed(false);
          save(`${path}/report.csv${about}`).catch(() => setFailed(true));
        }}
      >
        {words.csv}
      </Button>
      {isFailed ? <span role="alert">{words.csv}: ×</span> : null}
    </>
  );
}

function Told({ report }: { readonly report: Report }) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const isGone = report.forgottenBefore !== null || report.recordFrom !== null;
  return (
    <>
      {report.madeAt < report.until ? (
        <Banner kind="info" title={words.running} />
      ) : null}
      {isGone ? <Banner kind="warning" title={words.gone} /> : null}
      <Section title={words.sums}>
        <Sums report={report} />
      </Section>
      <Section title={words.reasons}>
        <Counted
          caption={words.reasons}
          name={words.reason}
          rows={report.holds.map(({ code, count }) => ({
            ...{ key: code, count },
            name: told.reason(code).title,
          }))}
        />
      </Section>
      <Section title={words.viruses}>
        <Counted
          caption={words.viruses}
          name={words.virus}
          rows={report.viruses.map(({ name, count }) => ({
            ...{ key: name, count },
            name: name === "other" ? words.other : name,
          }))}
        />
      </Section>
      <Section title={words.people}>
        {report.people.length === 0 ? (
          <p className="nothing">{words.nothing}</p>
        ) : (
          <People report={report} />
        )}
      </Section>
    </>
  );
}

function Counted({
  caption,
  name,
  rows,
}: {
  readonly caption: string;
  readonly name: string;
  readonly rows: readonly {
    readonly key: string;
    readonly name: string;
    readonly count: number;
  }[];
}) {
  const words = useWords(WORDS);
  if (rows.length === 0) return <p className="nothing">{words.nothing}</p>;
  return (
    <Table
      caption={caption}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { name, isHead: true, cell: (row) => row.name },
        {
          ...{ name: words.count, align: "right", tight: true },
          cell: ({ count }) => count.toLocaleString("ja-JP"),
        },
      ]}
    />
  );
}
