import { useState } from "react";
import { save } from "../../api/ask.ts";
import type { MailTold, OriginalsTold, OriginalTold } from "../../api/told.ts";
import { useAct, useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button, ButtonLink } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { usePerson } from "../../session/session.tsx";
import { OriginalDialog } from "./original-dialog.tsx";
import type { OriginalAct } from "./original-dialog.tsx";
import { WORDS } from "./original-words.ts";
import { PersonName } from "../../session/people.tsx";

const TONES: Readonly<Record<OriginalTold["state"], Tone>> = {
  asked: "wait",
  approved: "blue",
  denied: "plain",
  fetched: "good",
  expired: "plain",
};
const DONE = { ask: "asked", approve: "approved", deny: "denied" } as const;

/** Attachments as they came, where the settings allow that at all: two persons, pages looked at, once. */
export function Originals({ mail }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const reads = may("mail.read", mail.tenant);
  const path = `/api/v1/mails/${mail.item}/originals`;
  const { answer, again } = useAsk<OriginalsTold>(reads ? path : null);
  const [act, setAct] = useState<OriginalAct | null>(null);
  const [done, setDone] = useState<keyof typeof DONE | "fetch" | null>(null);
  const { isRunning, problem, run } = useAct();
  if (answer === null || !answer.allowed) return null;
  const fetch = (request: OriginalTold) =>
    run(async () => {
      try {
        await save(`${path}/${request.id}/fetch`, {});
        setDone("fetch");
      } finally {
        again();
      }
    });
  const mayAsk =
    may("mail.release", mail.tenant) &&
    mail.parts.length > 0 &&
    mail.holds.some(({ state }) => state === "held");
  return (
    <Section
      title={words.title}
      aside={
        mayAsk ? (
          <Button
            look="outline"
            size="small"
            onClick={() => setAct({ act: "ask" })}
          >
            {words.ask}
          </Button>
        ) : undefined
      }
    >
      <p>{words.lead}</p>
      <ProblemBanner problem={problem} />
      {done === null ? null : (
        <Banner
          kind={done === "fetch" ? "warning" : "success"}
          title={done === "fetch" ? words.fetched : words[DONE[done]]}
        />
      )}
      {answer.requests.length === 0 ? (
        <p>{words.none}</p>
      ) : (
        <Requests
          {...{ mail, isRunning, setAct }}
          requests={answer.requests}
          onFetch={(request) => void fetch(request)}
        />
      )}
      {act === null ? null : (
        <OriginalDialog
          mail={mail}
          wish={act}
          onDone={() => {
            setDone(act.act);
            setAct(null);
            again();
          }}
          onCancel={() => setAct(null)}
        />
      )}
    </Section>
  );
}

function Requests({
  mail,
  requests,
  isRunning,
  setAct,
  onFetch,
}: {
  readonly mail: MailTold;
  readonly requests: readonly OriginalTold[];
  readonly isRunning: boolean;
  readonly setAct: (act: OriginalAct) => void;
  readonly onFetch: (request: OriginalTold) => void;
}) {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const decides = may("mail.originals", mail.tenant);
  return (
    <Table
      caption={words.title}
      rows={requests}
      keyOf={({ id }) => id}
      columns={[
        {
          name: words.part,
          isHead: true,
          cell: ({ part }) => <PartName mail={mail} part={part} />,
        },
        {
          name: words.who,
          cell: ({ who, why, at }) => (
            <div className="stack-tight">
              <span>
                <PersonName name={who} /> <Time at={at} />
              </span>
              <Untrusted text={why} />
            </div>
          ),
        },
        {
          name: words.state,
          tight: true,
          cell: ({ state, until }) => (
            <div className="stack-tight">
              <span>
                <Badge tone={TONES[state]}>{words.states[state]}</Badge>
              </span>
              {state === "asked" || state === "approved" ? (
                <span className="soft">
                  {words.until} <Time at={until} />
                </span>
              ) : null}
            </div>
          ),
        },
        {
          name: words.decided,
          cell: ({ decidedBy, decidedWhy }) =>
            decidedBy === null ? (
              "—"
            ) : (
              <div className="stack-tight">
                <PersonName name={decidedBy} />
                <Untrusted text={decidedWhy ?? ""} />
              </div>
            ),
        },
        {
          name: words.can,
          cell: (request) => (
            <span className="row">
              {request.may.decide && decides ? (
                <>
                  <ButtonLink
                    to={`/quarantine/${mail.item}/view?part=${request.part}`}
                    size="small"
                  >
                    {words.look}
                  </ButtonLink>
                  <Button
                    size="small"
                    onClick={() => setAct({ act: "approve", request })}
                  >
                    {words.approve}
                  </Button>
                  <Button
                    look="outline"
                    size="small"
                    onClick={() => setAct({ act: "deny", request })}
                  >
                    {words.deny}
                  </Button>
                </>
              ) : null}
              {request.may.fetch ? (
                <Button
                  size="small"
                  busy={isRunning}
                  onClick={() => onFetch(request)}
                >
                  {words.fetch}
                </Button>
              ) : null}
            </span>
          ),
        },
      ]}
    />
  );
}

export function PartName({
  mail,
  part,
}: {
  readonly mail: MailTold;
  readonly part: string;
}) {
  const words = useWords(WORDS);
  const name = mail.parts.find(({ path }) => path === part)?.name ?? "";
  return (
    <span className="row">
      <code>{part}</code>
      {name === "" ? words.noName : <Untrusted text={name} />}
    </span>
  );
}
