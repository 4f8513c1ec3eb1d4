import { Link, useLocation, useSearchParams } from "wouter";
import { queryOf } from "../../api/ask.ts";
import type { AuditTold, EntryTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { isOfTheGateway } from "../../parts/gateway-names.ts";
import { Time } from "../../parts/measures.tsx";
import { Answered, Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Table } from "../../parts/table.tsx";
import { usePerson } from "../../session/session.tsx";
import { FactsCell } from "./facts-cell.tsx";
import { addressOf, countOf, filterForApi, filterIn, NONE } from "./filter.ts";
import { FilterForm } from "./filter-form.tsx";
import { ProofOfRecord } from "./proof.tsx";
import { WORDS } from "./words.ts";
import { PersonName } from "../../session/people.tsx";

/** The record of everything that people did, newest first. */
export function AuditPage() {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const [query] = useSearchParams();
  const [, go] = useLocation();
  const filter = filterIn(query);
  const after = query.get("after");
  const isForAll = session.rights["audit.view"] === "*";
  const asked = useAsk<AuditTold>(
    isForAll
      ? `/api/v1/audit${queryOf({ ...filterForApi(filter), after })}`
      : null,
  );
  if (!isForAll)
    return (
      <Page title={words.title}>
        <Banner kind="warning" title={words.notYou} />
      </Page>
    );
  return (
    <Page title={words.title}>
      <p>{words.lead}</p>
      <ProofOfRecord />
      <details className="disclosure" open={countOf(filter) > 0}>
        <summary>
          {words.filter}
          {countOf(filter) > 0 ? `（${countOf(filter)}）` : ""}
        </summary>
        <FilterForm
          key={query.toString()}
          filter={filter}
          onFilter={(wanted) => go(addressOf(wanted, null))}
        />
      </details>
      <Answered asked={asked}>
        {({ entries, after: next, complete }) => (
          <>
            {entries.length === 0 && complete ? (
              <p className="nothing">{words.nothing}</p>
            ) : (
              <Entries entries={entries} />
            )}
            {complete ? null : <Banner kind="info" title={words.incomplete} />}
            <Pager
              first={after === null ? null : addressOf(filter, null)}
              next={next === null ? null : addressOf(filter, next)}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}

function Entries({ entries }: { readonly entries: readonly EntryTold[] }) {
  const words = useWords(WORDS);
  const told = useToldWords();
  return (
    <Table
      caption={words.list}
      rows={entries}
      keyOf={({ seq }) => String(seq)}
      columns={[
        {
          name: words.when,
          tight: true,
          cell: ({ at }) => <Time at={at} exact />,
        },
        {
          name: words.who,
          cell: ({ actor }) =>
            isOfTheGateway(actor) ? (
              <span className="soft">{words.byLine}</span>
            ) : (
              <Link to={addressOf({ ...NONE, actor }, null)}>
                <PersonName name={actor} />
              </Link>
            ),
        },
        {
          name: words.what,
          isHead: true,
          cell: (entry) => <strong>{told.act(entry)}</strong>,
        },
        {
          name: words.about,
          cell: ({ item }) =>
            item === null ? (
              "—"
            ) : (
              <Link to={`/quarantine/${item}`}>
                <code>{item}</code>
              </Link>
            ),
        },
        { name: words.more, cell: (entry) => <FactsCell entry={entry} /> },
        {
          name: words.seq,
          align: "right",
          tight: true,
          cell: ({ seq, hash }) => (
            <span title={`${words.hash} ${hash}`}>{seq}</span>
          ),
        },
      ]}
    />
  );
}
