import { Link } from "wouter";
import { queryOf } from "../../api/ask.ts";
import type { MailsTold } from "../../api/told.ts";
import type { RecentTold } from "../../api/told-operations.ts";
import { useToldWords } from "../../api/told-words.ts";
import { usePolled } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge, stateTone, verdictTone } from "../../parts/badge.tsx";
import { ButtonLink } from "../../parts/button.tsx";
import { Bytes, Time } from "../../parts/measures.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { cut } from "../../parts/untrusted.tsx";
import {
  ReasonCell,
  SubjectCell,
  useSubject,
} from "../quarantine/row-cells.tsx";
import { WORDS } from "./words.ts";

const EVERY_MS = 10_000;
const SHOWN_HELD = 5;
const SHOWN_RECENT = 10;
const ADDRESS_CHARACTERS = 80;

type Of = { readonly tenant: string | null };

/** The newest that wait for a decision. */
export function HeldMails({ tenant }: Of) {
  const words = useWords(WORDS);
  const kept = queryOf({ tenant });
  const asked = usePolled<MailsTold>(
    `/api/v1/mails${queryOf({ tenant, state: "held" })}`,
    EVERY_MS,
  );
  return (
    <Section
      title={words.held}
      aside={
        <ButtonLink to={`/quarantine${kept}`} size="small">
          {words.toQuarantine}
        </ButtonLink>
      }
    >
      <Answered asked={asked}>
        {({ rows }) =>
          rows.length === 0 ? (
            <p className="nothing">{words.noneHeld}</p>
          ) : (
            <Table
              caption={words.held}
              rows={rows.slice(0, SHOWN_HELD)}
              keyOf={({ item }) => item}
              columns={[
                {
                  ...{ name: words.mail, isHead: true },
                  cell: (row) => <SubjectCell {...{ row, kept }} />,
                },
                { name: words.reason, cell: (row) => <ReasonCell row={row} /> },
                {
                  name: words.arrived,
                  cell: ({ receivedAt }) => <Time at={receivedAt} />,
                },
              ]}
            />
          )
        }
      </Answered>
    </Section>
  );
}

/** The last ones of all kinds. */
export function RecentMails({ tenant }: Of) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const subject = useSubject();
  const asked = usePolled<RecentTold>("/api/v1/recent", EVERY_MS);
  return (
    <Section title={words.recent}>
      <Answered asked={asked}>
        {({ rows: all }) => {
          const rows = all.filter(
            (one) => tenant === null || one.tenant === tenant,
          );
          if (rows.length === 0)
            return <p className="nothing">{words.noneRecent}</p>;
          return (
            <Table
              caption={words.recent}
              rows={rows.slice(0, SHOWN_RECENT)}
              keyOf={({ item }) => item}
              columns={[
                {
                  name: words.arrived,
                  cell: ({ receivedAt }) => <Time at={receivedAt} />,
                },
                {
                  ...{ name: words.mail, isHead: true },
                  cell: (row) => (
                    <div className="stack-tight">
                      {row.heldCount > 0 ? (
                        <Link to={`/quarantine/${row.item}`}>
                          <bdi>{subject(row)}</bdi>
                        </Link>
                      ) : (
                        <bdi>{subject(row)}</bdi>
                      )}
                      <bdi className="soft">
                        {cut(row.from, ADDRESS_CHARACTERS)}
                      </bdi>
                    </div>
                  ),
                },
                {
                  name: words.to,
                  cell: ({ recipient, recipientCount }) => (
                    <span className="soft">
                      <bdi>{cut(recipient, ADDRESS_CHARACTERS)}</bdi>
                      {recipientCount > 1
                        ? ` ${words.more(recipientCount - 1)}`
                        : ""}
                    </span>
                  ),
                },
                {
                  name: words.state,
                  cell: (row) => (
                    <Badge tone={stateTone(row.state)}>{told.state(row)}</Badge>
                  ),
                },
                {
                  name: words.verdict,
                  cell: ({ verdict }) =>
                    verdict === null ? (
                      "—"
                    ) : (
                      <Badge tone={verdictTone(verdict)}>
                        {told.verdict(verdict)}
                      </Badge>
                    ),
                },
                {
                  ...{ name: words.size, align: "right", tight: true },
                  cell: ({ bytes }) => <Bytes bytes={bytes} />,
                },
              ]}
            />
          );
        }}
      </Answered>
    </Section>
  );
}
