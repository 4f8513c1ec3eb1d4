import type { LaneMeasure } from "../../../../core/measure.ts";
import { COUNTERS } from "../../../../core/measure.ts";
import type { MeasuresTold } from "../../api/told-operations.ts";
import { useWords } from "../../language/language.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { usePerson, useZoneName } from "../../session/session.tsx";
import { useAge } from "./amounts.ts";
import { WORDS } from "./words.ts";

type Of = { readonly measures: MeasuresTold };

export function useLaneName(): (lane: LaneMeasure["lane"]) => string {
  const { laneNames } = useWords(WORDS);
  const zoneName = useZoneName();
  return (lane) =>
    lane === "deliver" ? laneNames.deliver(zoneName) : laneNames[lane];
}

/** What waits where, and how long the oldest has. */
export function Lanes({ measures }: Of) {
  const words = useWords(WORDS);
  const name = useLaneName();
  const age = useAge();
  const { session } = usePerson();
  return (
    <Section
      title={words.lanes}
      aside={
        session.queuePages ? <a href="/queues">{words.queuePages}</a> : null
      }
    >
      <div className="cards">
        {measures.lanes.map(({ lane, waiting, oldestMs }) => (
          <div className="card" key={lane} data-lane={lane}>
            <h3>{name(lane)}</h3>
            <p className="card-number">
              <b>{waiting}</b> <span>{words.unitMails}</span>
            </p>
            <p className="soft">
              {words.oldest} {age(oldestMs)}
            </p>
          </div>
        ))}
      </div>
    </Section>
  );
}

const NOTHING = { waiting: 0, oldestMs: null };

/** By tenant: counts since the history began, and what waits now. */
export function Counts({ measures: { tenants, lanes } }: Of) {
  const words = useWords(WORDS);
  const laneName = useLaneName();
  const age = useAge();
  const { tenantName } = usePerson();
  const sum = {
    tenant: "",
    ...(Object.fromEntries(
      COUNTERS.map((name) => [
        name,
        tenants.reduce((all, one) => all + one[name], 0),
      ]),
    ) as Record<(typeof COUNTERS)[number], number>),
  };
  const rows = tenants.length === 1 ? tenants : [sum, ...tenants];
  return (
    <Section title={words.counts}>
      <p>{words.countsLead}</p>
      <Table
        caption={words.counts}
        rows={rows}
        keyOf={({ tenant }) => tenant}
        columns={[
          {
            ...{ name: words.tenant, isHead: true },
            cell: ({ tenant }) =>
              tenant === "" ? (
                <strong>{words.every}</strong>
              ) : (
                tenantName(tenant)
              ),
          },
          ...COUNTERS.map((name) => ({
            name: words.counters[name],
            align: "right" as const,
            cell: (row: typeof sum) => row[name].toLocaleString("ja-JP"),
          })),
          ...lanes.map((lane) => ({
            name: `${words.waiting}：${laneName(lane.lane)}`,
            align: "right" as const,
            cell: ({ tenant }: typeof sum) => {
              const { waiting, oldestMs } =
                lane.tenants.find((one) => one.tenant === tenant) ??
                (tenant === "" ? lane : NOTHING);
              return waiting === 0 ? "0" : `${waiting}（${age(oldestMs)}）`;
            },
          })),
        ]}
      />
    </Section>
  );
}
