import { Link } from "wouter";
import type { MailTold, StepTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { isOfTheGateway } from "../../parts/gateway-names.ts";
import { Time } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";
import { PersonName } from "../../session/people.tsx";
import { usePerson } from "../../session/session.tsx";
import { addressOf, NONE } from "../audit/filter.ts";

/** Every step with its time, oldest first, and who looked at it. */
export function History({
  mail: { item, history },
}: {
  readonly mail: MailTold;
}) {
  const words = useWords(WORDS);
  const { session } = usePerson();
  return (
    <Section title={words.history}>
      <ol className="history">
        {history.map((step, at) => (
          <li key={at}>
            <Step step={step} />
          </li>
        ))}
      </ol>
      {session.rights["audit.view"] === "*" ? (
        <p>
          <Link to={addressOf({ ...NONE, item }, null)}>{words.inRecord}</Link>
        </p>
      ) : null}
    </Section>
  );
}

function Step({ step }: { readonly step: StepTold }) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const isLine = isOfTheGateway(step.actor);
  return (
    <>
      <Time at={step.at} exact />
      <div className="stack-tight">
        <span>
          <strong>{told.act(step)}</strong>{" "}
          <span className="soft">
            {isLine ? words.byLine : <PersonName name={step.actor} />}
          </span>
        </span>
        {step.why === null ? null : <Untrusted text={step.why} max={500} />}
        {step.into === null ? null : (
          <span>
            {words.into}{" "}
            <Link to={`/quarantine/${step.into}`}>{step.into}</Link>
          </span>
        )}
      </div>
    </>
  );
}
