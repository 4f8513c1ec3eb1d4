import type { HoldTold, MailTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Badge, stateTone } from "../../parts/badge.tsx";
import { Bytes, Time } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Facts } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";
import { usePersonName } from "../../session/people.tsx";

/** Each reason in plain words, with what can be done; the open ones first. */
export function Holds({ mail: { holds } }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const open = holds.filter(({ state }) => state === "held");
  const decided = holds.filter(({ state }) => state !== "held");
  return (
    <Section title={words.why}>
      {holds.length === 0 ? (
        <p>{words.noHolds}</p>
      ) : (
        [...open, ...decided].map((hold, at) => (
          <HoldPanel key={at} hold={hold} />
        ))
      )}
    </Section>
  );
}

function HoldPanel({ hold }: { readonly hold: HoldTold }) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const { title, message, advice } = told.reason(hold.code);
  return (
    <article className="panel">
      <div className="row">
        <h3>{title}</h3>
        <Badge tone={stateTone(hold.state)}>{told.holdState(hold)}</Badge>
      </div>
      <Facts
        facts={[
          [
            words.part,
            hold.part === null ? words.whole : <HeldPart hold={hold} />,
          ],
          [words.meaning, message],
          [words.can, advice],
          ...(hold.detail === null || hold.detail === ""
            ? []
            : [
                [
                  words.detail,
                  <code key="detail">
                    <Untrusted text={hold.detail} max={300} />
                  </code>,
                ] as const,
              ]),
          ...(hold.decidedAt === null
            ? []
            : [
                [
                  words.decidedAt,
                  <Decision key="decision" hold={hold} at={hold.decidedAt} />,
                ] as const,
              ]),
        ]}
      />
    </article>
  );
}

function HeldPart({ hold }: { readonly hold: HoldTold }) {
  return (
    <span className="row">
      <code>{hold.part}</code>
      {hold.name === null ? null : <Untrusted text={hold.name} />}
      <span className="soft">{hold.kind}</span>
      {hold.bytes === null ? null : <Bytes bytes={hold.bytes} />}
    </span>
  );
}

function Decision({
  hold,
  at,
}: {
  readonly hold: HoldTold;
  readonly at: number;
}) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const who = usePersonName()(hold.decidedBy ?? "");
  return (
    <div className="stack-tight">
      <span className="row">
        <Time at={at} />
        {words.decided(who, told.holdState(hold))}
      </span>
      {hold.decidedWhy === null ? null : <Untrusted text={hold.decidedWhy} />}
    </div>
  );
}
