import { Link } from "wouter";
import type { NoRelease } from "../../../../policy/releasable.ts";
import type { RequestState } from "../../../../core/request.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Table } from "../../parts/table.tsx";
import { cut, Untrusted } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { usePerson } from "../../session/session.tsx";
import type { Answering, RequestTold } from "./told.ts";
import { WORDS } from "./words.ts";
import { usePersonName } from "../../session/people.tsx";

const TONES: Readonly<Record<RequestState, Tone>> = {
  ...{ asked: "wait", approved: "good", denied: "bad" },
  ...{ withdrawn: "plain", closed: "plain" },
};
const ACTS = ["approve", "deny", "close", "confirm"] as const;
const SUBJECT_CHARACTERS = 100;
const ADDRESS_CHARACTERS = 80;
const WORDS_CHARACTERS = 200;
const SHOWN_HOLDS = 3;

export function RequestTable({
  caption,
  rows,
  onAnswer,
}: {
  readonly caption: string;
  readonly rows: readonly RequestTold[];
  readonly onAnswer: (answering: Answering, request: RequestTold) => void;
}) {
  const words = useWords(WORDS);
  const { session } = usePerson();
  return (
    <Table
      caption={caption}
      rows={rows}
      keyOf={({ id }) => String(id)}
      columns={[
        {
          ...{ name: words.mail, isHead: true },
          cell: (row) => <MailCell row={row} />,
        },
        { name: words.who, cell: (row) => <WhoCell row={row} /> },
        { name: words.held, cell: (row) => <HeldCell row={row} /> },
        ...(session.tenants.length < 2
          ? []
          : [
              {
                name: words.tenant,
                cell: (row: RequestTold) => row.tenantName,
                tight: true,
              },
            ]),
        { name: words.standing, cell: (row) => <StandingCell row={row} /> },
        {
          name: words.acts,
          cell: (row) => <ActsCell row={row} onAnswer={onAnswer} />,
        },
      ]}
    />
  );
}

function MailCell({ row }: { readonly row: RequestTold }) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  const { item, subject, from, kind } = row;
  const isReport = kind === "report";
  return (
    <div className="stack-tight">
      <span>
        <Badge tone={isReport ? "bad" : "blue"}>{words.kinds[kind]}</Badge>
      </span>
      <Link to={`/quarantine/${item}`}>
        <bdi>
          {subject === null || subject.trim() === ""
            ? parts.noSubject
            : cut(subject, SUBJECT_CHARACTERS)}
        </bdi>
      </Link>
      {from === null ? null : (
        <bdi className="soft">{cut(from, ADDRESS_CHARACTERS)}</bdi>
      )}
    </div>
  );
}

export function Requester({ row }: { readonly row: RequestTold }) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  return (
    <>
      {row.requester === null ? (
        parts.notShown
      ) : (
        <Untrusted text={row.requester} max={ADDRESS_CHARACTERS} />
      )}
      {row.isRecipient ? null : (
        <>
          {" "}
          <Badge tone="bad">{words.notRecipient}</Badge>
        </>
      )}
    </>
  );
}

function WhoCell({ row }: { readonly row: RequestTold }) {
  const words = useWords(WORDS);
  return (
    <div className="stack-tight">
      <span>
        <Requester row={row} />
      </span>
      {row.reason === null || row.reason === "" ? (
        <span className="soft">{words.noReason}</span>
      ) : (
        <span>
          <Untrusted text={row.reason} max={WORDS_CHARACTERS} />
        </span>
      )}
      <span className="soft">
        <Time at={row.at} />
      </span>
    </div>
  );
}

function HeldCell({ row }: { readonly row: RequestTold }) {
  const words = useWords(WORDS);
  const { holds, noRelease } = row;
  if (holds.length === 0) return <span className="soft">{words.noHolds}</span>;
  return (
    <div className="stack-tight">
      <HeldList holds={holds} />
      {noRelease === null ? null : (
        <strong>{words.noRelease[reasonOf(row, noRelease)]}</strong>
      )}
    </div>
  );
}

/** What only a password can open is not beyond help. */
function reasonOf(
  { holds }: RequestTold,
  noRelease: NoRelease,
): NoRelease | "locked" {
  const isLocked = holds.some(({ code }) => code === "ENCRYPTED");
  return noRelease === "futile" && isLocked ? "locked" : noRelease;
}

function HeldList({ holds }: Pick<RequestTold, "holds">) {
  const words = useWords(WORDS);
  const told = useToldWords();
  return (
    <ul className="fact-list">
      {holds.slice(0, SHOWN_HOLDS).map(({ part, name, code }, at) => (
        <li key={at}>
          <Badge tone={code === "VIRUS_FOUND" ? "bad" : "wait"}>
            {told.reason(code).title}
          </Badge>{" "}
          <bdi className="soft">
            {part === null ? words.whole : cut(name ?? part, 60)}
          </bdi>
        </li>
      ))}
      {holds.length > SHOWN_HOLDS ? (
        <li className="soft">{words.more(holds.length - SHOWN_HOLDS)}</li>
      ) : null}
    </ul>
  );
}

export function StandingCell({ row }: { readonly row: RequestTold }) {
  const words = useWords(WORDS);
  const nameOf = usePersonName();
  const { state, decidedBy, decidedAt, answer } = row;
  return (
    <div className="stack-tight">
      <span>
        <Badge tone={TONES[state]}>{words.states[state]}</Badge>
        {row.standsInFor === null ? null : (
          <>
            {" "}
            <Badge tone="blue">{words.instead(nameOf(row.standsInFor))}</Badge>
          </>
        )}
      </span>
      {decidedBy === null ? null : <span>{nameOf(decidedBy)}</span>}
      {answer === null ? null : (
        <span>
          <Untrusted text={answer} max={WORDS_CHARACTERS} />
        </span>
      )}
      {decidedAt === null ? null : (
        <span className="soft">
          <Time at={decidedAt} />
        </span>
      )}
      {row.confirmedBy === null ? null : (
        <span className="soft">
          {words.confirmedBy(nameOf(row.confirmedBy))}
        </span>
      )}
    </div>
  );
}

function ActsCell({
  row,
  onAnswer,
}: {
  readonly row: RequestTold;
  readonly onAnswer: (answering: Answering, request: RequestTold) => void;
}) {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const offered = ACTS.filter((act) => row.may[act]);
  const isOwn = row.standsInFor !== null && row.decidedBy === session.name;
  if (offered.length === 0)
    return isOwn && row.confirmedBy === null ? (
      <span className="soft">{words.ownDecision}</span>
    ) : (
      "—"
    );
  return (
    <div className="row">
      {offered.map((act) => (
        <Button
          key={act}
          size="small"
          look={act === "deny" ? "outline" : "solid"}
          aria-label={`${words[act]}（${words.about(row.requester ?? "—")}）`}
          onClick={() => onAnswer(act, row)}
        >
          {words[act]}
        </Button>
      ))}
    </div>
  );
}
