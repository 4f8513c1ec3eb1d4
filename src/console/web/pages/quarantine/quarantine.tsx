import { useLocation, useSearchParams } from "wouter";
import { queryOf, save } from "../../api/ask.ts";
import type { MailsTold } from "../../api/told.ts";
import { useAct, useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Answered, Page } from "../../parts/page.tsx";
import { usePerson } from "../../session/session.tsx";
import { addressOf, countOf, filterForApi, filterIn } from "./filter.ts";
import { FilterForm } from "./filter-form.tsx";
import { MailList } from "./mail-list.tsx";
import { SavedFilters } from "./saved-filters.tsx";
import { WORDS } from "./words.ts";

/** The list of what is held. Everything it shows stands in its address: filter and page. */
export function QuarantinePage() {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const [query] = useSearchParams();
  const [, go] = useLocation();
  const filter = filterIn(query);
  const after = query.get("after");
  const asked = useAsk<MailsTold>(
    `/api/v1/mails${queryOf({ ...filterForApi(filter), after })}`,
  );
  const exporting = useAct();
  return (
    <Page
      title={words.title}
      aside={
        may("mail.export") ? (
          <Button
            look="outline"
            busy={exporting.isRunning}
            onClick={() =>
              void exporting.run(() =>
                save(`/api/v1/mails.csv${queryOf(filterForApi(filter))}`),
              )
            }
          >
            {words.csv}
          </Button>
        ) : undefined
      }
    >
      <p>{words.lead}</p>
      <ProblemBanner problem={exporting.problem} />
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
      <SavedFilters filter={filter} />
      <Answered asked={asked}>
        {(mails) => (
          <MailList
            key={query.toString()}
            {...{ mails, filter, after }}
            again={asked.again}
          />
        )}
      </Answered>
    </Page>
  );
}
