import { useSearchParams } from "wouter";
import type { OpenedPartTold, ShownPartsTold } from "../../api/told.ts";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ButtonLink } from "../../parts/button.tsx";
import { Page } from "../../parts/page.tsx";
import { cut } from "../../parts/untrusted.tsx";
import { PageView } from "./page-view.tsx";
import { DELIVERED, PartList } from "./part-list.tsx";
import { NotShown } from "./problem.tsx";
import { TextView } from "./text-view.tsx";
import { WORDS } from "./words.ts";

/** What a mail holds, drawn: a list of its parts, and the one that was chosen. The address says which, and which page. */
export function ViewPage({ item }: { readonly item: string }) {
  const words = useWords(WORDS);
  const [query, setQuery] = useSearchParams();
  const mail = `/api/v1/mails/${encodeURIComponent(item)}`;
  const asked = useAsk<ShownPartsTold>(`${mail}/preview`);
  const { answer, problem, again } = asked;
  const chosen = query.get("part") ?? firstOf(answer);
  const above = [
    ["/quarantine", words.quarantine],
    [`/quarantine/${item}`, words.mail],
  ] as const;
  return (
    <Page
      title={words.title}
      above={above}
      aside={
        <ButtonLink to={`/quarantine/${item}`} size="small">
          {words.toMail}
        </ButtonLink>
      }
    >
      <p>{words.lead}</p>
      {problem === null ? null : <NotShown problem={problem} again={again} />}
      {answer === null && problem === null ? <Converting /> : null}
      {answer === null ? null : (
        <div className="viewer">
          <PartList item={item} parts={answer.parts} chosen={chosen} />
          <div className="viewer-shown">
            {chosen === null ? (
              <p>{words.choose}</p>
            ) : chosen === DELIVERED ? (
              <Delivered path={`${mail}/text`} />
            ) : (
              <Opened
                key={chosen}
                path={`${mail}/preview/${encodeURIComponent(chosen)}`}
                page={Number(query.get("page") ?? "1")}
                onPage={(page) =>
                  setQuery(
                    { part: chosen, page: String(page) },
                    { replace: true },
                  )
                }
              />
            )}
          </div>
        </div>
      )}
    </Page>
  );
}

/** Pages before texts: the text of the mail is seldom what somebody wants to look at. */
function firstOf(told: ShownPartsTold | null): string | null {
  const parts = told?.parts ?? [];
  const first =
    parts.find(({ shows }) => shows === "pages") ??
    parts.find(({ shows }) => shows === "text");
  return first?.path ?? null;
}

function Converting() {
  const words = useWords(WORDS);
  return (
    <p className="reading" role="status">
      <span className="reading-mark" aria-hidden="true" />
      {words.converting}
    </p>
  );
}

const NAME_CHARACTERS = 80;

function Opened({
  path,
  page,
  onPage,
}: {
  readonly path: string;
  readonly page: number;
  readonly onPage: (page: number) => void;
}) {
  const words = useWords(WORDS);
  const { answer, problem, again } = useAsk<OpenedPartTold>(path);
  if (problem !== null) return <NotShown problem={problem} again={again} />;
  if (answer === null) return <Converting />;
  const name =
    answer.name === "" ? words.noName : cut(answer.name, NAME_CHARACTERS);
  return answer.shows === "text" ? (
    <TextView name={name} text={answer.text} />
  ) : (
    <PageView
      {...{ path, name, onPage }}
      pages={answer.pages}
      start={Number.isInteger(page) ? page : 1}
    />
  );
}

function Delivered({ path }: { readonly path: string }) {
  const words = useWords(WORDS);
  const { answer, problem, again } = useAsk<{ readonly text: string }>(path);
  if (problem !== null) return <NotShown problem={problem} again={again} />;
  if (answer === null) return <Converting />;
  return (
    <>
      <p>{words.deliveredLead}</p>
      <TextView name={words.delivered} text={answer.text} />
    </>
  );
}
