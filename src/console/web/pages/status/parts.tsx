import { REASONS } from "../../../../policy/reasons.ts";
import type { HoldCode } from "../../../../core/verdict.ts";
import type { MeasuresTold } from "../../api/told-operations.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { bytesWords, Time } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Facts, Table } from "../../parts/table.tsx";
import { cut, Untrusted } from "../../parts/untrusted.tsx";
import { usePerson } from "../../session/session.tsx";
import { gigabytes, useAge } from "./amounts.ts";
import { WORDS } from "./words.ts";

type Of = { readonly measures: MeasuresTold };

const NAME_CHARACTERS = 80;

/** Scanner, inner side, disk, collectors. */
export function Parts({ measures }: Of) {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const { disk, events } = measures;
  const low = disk.freeBytes < disk.minFreeBytes;
  return (
    <Section title={words.parts}>
      <Facts
        facts={[
          [words.scanner, <Scanner key="scanner" measures={measures} />],
          [
            words.inner(session.zoneName),
            <Inner key="inner" {...{ measures }} />,
          ],
          [
            words.disk,
            <span key="disk" className={low ? "low" : undefined}>
              {words.diskOf(
                gigabytes(disk.freeBytes),
                gigabytes(disk.totalBytes),
              )}
            </span>,
          ],
          ...Object.entries(events.sent).map(
            ([name, sent]) =>
              [
                `${words.events}（${name}）`,
                words.sentOf(sent, events.last),
              ] as const,
          ),
        ]}
      />
    </Section>
  );
}

function Scanner({ measures: { scanner, at } }: Of) {
  const words = useWords(WORDS);
  const age = useAge();
  if (scanner === null) return <Badge tone="bad">{words.silent}</Badge>;
  const { engine, signatures, builtAt } = scanner;
  return (
    <span className="row">
      <Badge tone="good">{words.answers}</Badge>
      <span>{cut(engine, NAME_CHARACTERS)}</span>
      <span>
        {words.signatures}{" "}
        {signatures === "none"
          ? words.testOnly
          : cut(signatures, NAME_CHARACTERS)}
      </span>
      {builtAt === null ? null : (
        <span>
          {words.signatureAge} {words.ago(age(at - builtAt))}
        </span>
      )}
    </span>
  );
}

function Inner({ measures: { lgwan } }: Of) {
  const words = useWords(WORDS);
  if (lgwan === null) return <span className="soft">{words.notAsked}</span>;
  return (
    <span className="row">
      <Badge tone={lgwan.answers ? "good" : "bad"}>
        {lgwan.answers ? words.answers : words.silent}
      </Badge>
      <Untrusted text={lgwan.untrustedDetail} max={80} />
    </span>
  );
}

export function Stages({ measures: { stages } }: Of) {
  const words = useWords(WORDS);
  const age = useAge();
  const rows = stages.filter(({ count }) => count > 0);
  return (
    <Section title={words.stages}>
      {rows.length === 0 ? (
        <p className="nothing">{words.idle}</p>
      ) : (
        <Table
          small
          caption={words.stages}
          rows={rows}
          keyOf={({ stage }) => stage}
          columns={[
            {
              ...{ name: words.stage, isHead: true },
              cell: ({ stage }) => words.stageNames[stage],
            },
            {
              ...{ name: words.times, align: "right" },
              cell: ({ count }) => count,
            },
            {
              ...{ name: words.p50, align: "right", tight: true },
              cell: ({ p50Ms }) => age(p50Ms),
            },
            {
              ...{ name: words.p95, align: "right", tight: true },
              cell: ({ p95Ms }) => age(p95Ms),
            },
          ]}
        />
      )}
    </Section>
  );
}

export function Workers({ measures: { workers } }: Of) {
  const words = useWords(WORDS);
  return (
    <Section title={words.workers}>
      <Table
        small
        caption={words.workers}
        rows={workers}
        keyOf={({ name }) => name}
        columns={[
          {
            ...{ name: words.worker, isHead: true },
            cell: ({ name }) => words.workerNames[name] ?? name,
          },
          {
            name: words.state,
            cell: ({ alive }) => (
              <Badge tone={alive ? "good" : "bad"}>
                {alive ? words.alive : words.gone}
              </Badge>
            ),
          },
          {
            name: words.started,
            cell: ({ startedAt }) => <Time at={startedAt} />,
          },
          {
            ...{ name: words.memory, align: "right", tight: true },
            cell: ({ residentBytes }) => bytesWords(residentBytes),
          },
        ]}
      />
    </Section>
  );
}

export function HeldReasons({ measures: { held } }: Of) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const rows = summed(held.map(({ code, count }) => [code, count]));
  return (
    <Section title={words.heldNow}>
      {rows.length === 0 ? (
        <p className="nothing">{words.noneHeld}</p>
      ) : (
        <Table
          small
          caption={words.heldNow}
          rows={rows}
          keyOf={([code]) => code}
          columns={[
            {
              ...{ name: words.reason, isHead: true },
              cell: ([code]) => (
                <Badge tone={code === "VIRUS_FOUND" ? "bad" : "wait"}>
                  {Object.hasOwn(REASONS, code)
                    ? told.reason(code as HoldCode).title
                    : code}
                </Badge>
              ),
            },
            {
              ...{ name: words.number, align: "right" },
              cell: ([, count]) => count,
            },
          ]}
        />
      )}
    </Section>
  );
}

export function Malicious({ measures: { malicious } }: Of) {
  const words = useWords(WORDS);
  const rows = summed(malicious.map(({ name, count }) => [name, count]));
  return (
    <Section title={words.malicious}>
      {rows.length === 0 ? (
        <p className="nothing">{words.noneMalicious}</p>
      ) : (
        <Table
          small
          caption={words.malicious}
          rows={rows}
          keyOf={([name]) => name}
          columns={[
            {
              ...{ name: words.name, isHead: true },
              cell: ([name]) => <bdi>{cut(name, NAME_CHARACTERS)}</bdi>,
            },
            {
              ...{ name: words.number, align: "right" },
              cell: ([, count]) => count,
            },
          ]}
        />
      )}
    </Section>
  );
}

/** By name over the tenants, most first. */
function summed(
  counts: readonly (readonly [name: string, count: number])[],
): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const [name, count] of counts)
    sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].sort(([, one], [, other]) => other - one);
}
