import { useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Answered, Page } from "../../parts/page.tsx";
import { Pager } from "../../parts/pager.tsx";
import { Tabs } from "../../parts/tabs.tsx";
import { countAgain, useRequestCounts } from "../../shell/request-counts.ts";
import { AnswerDialog } from "./answer-dialog.tsx";
import { addressOf, filterIn, pathOf } from "./filter.ts";
import type { Filter } from "./filter.ts";
import { FilterForm } from "./filter-form.tsx";
import { RequestTable } from "./request-table.tsx";
import type { Answering, RequestsTold, RequestTold } from "./told.ts";
import { WORDS } from "./words.ts";

/** What recipients ask for and report, and what substitutes decided about it. */
export function RequestsPage() {
  const words = useWords(WORDS);
  const [query] = useSearchParams();
  const [, go] = useLocation();
  const filter = filterIn(query);
  const counts = useRequestCounts(query.get("tenant"));
  const list = (
    <Requests
      key={query.toString()}
      filter={filter}
      after={query.get("after")}
    />
  );
  return (
    <Page title={words.title}>
      <Tabs
        label={words.tabs}
        chosen={filter.tab === "confirm" ? "confirm" : "requests"}
        onChoose={(tab) =>
          go(
            addressOf(
              {
                ...{ ...filter, state: "", kind: "" },
                tab: tab === "confirm" ? tab : "",
              },
              null,
            ),
          )
        }
        tabs={[
          {
            ...{ id: "requests", name: words.requests },
            panel: list,
          },
          {
            id: "confirm",
            name: words.confirmations(counts?.unconfirmed ?? 0),
            panel: list,
          },
        ]}
      />
    </Page>
  );
}

interface Asking {
  readonly answering: Answering;
  readonly request: RequestTold;
}

function Requests({
  filter,
  after,
}: {
  readonly filter: Filter;
  readonly after: string | null;
}) {
  const words = useWords(WORDS);
  const [, go] = useLocation();
  const asked = useAsk<RequestsTold>(pathOf(filter, after));
  const [asking, setAsking] = useState<Asking | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const isConfirm = filter.tab === "confirm";
  return (
    <div className="section">
      <p>{isConfirm ? words.confirmLead : words.lead}</p>
      {done === null ? null : <Banner kind="success" title={done} />}
      {isConfirm ? null : (
        <FilterForm
          filter={filter}
          onFilter={(wanted) => go(addressOf(wanted, null))}
        />
      )}
      <Answered asked={asked}>
        {({ rows, after: next }) => (
          <>
            {rows.length === 0 ? (
              <p className="nothing">
                {isConfirm
                  ? words.nothingToConfirm
                  : filter.state === "" && filter.kind === ""
                    ? words.nothingAsked
                    : words.nothing}
              </p>
            ) : (
              <RequestTable
                caption={isConfirm ? words.confirmList : words.list}
                rows={rows}
                onAnswer={(answering, request) => {
                  setDone(null);
                  setAsking({ answering, request });
                }}
              />
            )}
            <Pager
              first={after === null ? null : addressOf(filter, null)}
              next={next === null ? null : addressOf(filter, next)}
            />
          </>
        )}
      </Answered>
      {asking === null ? null : (
        <AnswerDialog
          {...asking}
          onDone={(told) => {
            setAsking(null);
            setDone(told);
            asked.again();
            countAgain();
          }}
          onCancel={() => setAsking(null)}
        />
      )}
    </div>
  );
}
