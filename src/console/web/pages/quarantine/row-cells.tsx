import { Link } from "wouter";
import type { RowTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { cut } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { WORDS } from "./words.ts";

const SUBJECT_CHARACTERS = 100;
const ADDRESS_CHARACTERS = 80;
const NAME_CHARACTERS = 60;

export function useSubject() {
  const words = useWords(PART_WORDS);
  return ({ subject }: Pick<RowTold, "subject">) =>
    subject === null || subject.trim() === ""
      ? words.noSubject
      : cut(subject, SUBJECT_CHARACTERS);
}

/** The way into the mail, by its subject, or its number for who may not read that. */
export function SubjectCell({
  row,
  kept,
}: {
  readonly row: RowTold;
  /** The query that the mail's page goes back with. */
  readonly kept: string;
}) {
  const subject = useSubject();
  const isHidden = row.subject === null && row.from === null;
  return (
    <div className="stack-tight">
      <Link to={`/quarantine/${row.item}${kept}`}>
        {isHidden ? <code>{row.item}</code> : <bdi>{subject(row)}</bdi>}
      </Link>
      {row.from === null ? null : (
        <bdi className="soft">{cut(row.from, ADDRESS_CHARACTERS)}</bdi>
      )}
    </div>
  );
}

export function RecipientCell({ row }: { readonly row: RowTold }) {
  const words = useWords(WORDS);
  const [first] = row.recipients;
  const others = row.recipientCount - 1;
  return (
    <span className="soft recipient">
      {first === undefined ? "—" : <bdi>{cut(first, ADDRESS_CHARACTERS)}</bdi>}
      {others > 0 ? ` ${words.more(others)}` : ""}
    </span>
  );
}

/** The newest reason whole, the others by name. */
export function ReasonCell({ row }: { readonly row: RowTold }) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const [first, ...rest] = row.holds;
  if (first === undefined) return "—";
  const { title, advice } = told.reason(first.code);
  const others = [...new Set(rest.map(({ code }) => code))].filter(
    (code) => code !== first.code,
  );
  return (
    <div className="stack-tight">
      <span className="row">
        <Badge tone={first.code === "VIRUS_FOUND" ? "bad" : "wait"}>
          {title}
        </Badge>
        <span className="soft">
          {first.part === null ? (
            words.whole
          ) : (
            <bdi>{cut(first.name ?? first.kind ?? "", NAME_CHARACTERS)}</bdi>
          )}
          {row.holdCount > 1 ? ` ${words.more(row.holdCount - 1)}` : ""}
        </span>
      </span>
      {others.map((code) => (
        <Badge key={code} tone={code === "VIRUS_FOUND" ? "bad" : "wait"}>
          {told.reason(code).title}
        </Badge>
      ))}
      <span className="advice">{advice}</span>
    </div>
  );
}
