import { Link } from "wouter";
import type { MailTold, StepTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { isOfTheGateway } from "../../parts/gateway-names.ts";
import { Time } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./words.ts";

/** Every step with its time, oldest first, and who looked at it. */
export function History({ mail: { history } }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  return (
    <Section title={words.history}>
      <ol className="history">
        {history.map((step, at) => (
          <li key={at}>
            <Step step={step} />
          </li>
        ))}
      </ol>
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
          <span className="soft">{isLine ? words.byLine : step.actor}</span>
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
