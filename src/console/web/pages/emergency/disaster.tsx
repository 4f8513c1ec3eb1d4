import { useState } from "react";
import type { DisasterTold } from "../../api/told-operations.ts";
import { usePolled } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { Facts } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { usePerson } from "../../session/session.tsx";
import { Countdown } from "./countdown.tsx";
import { DisasterDialog } from "./disaster-dialog.tsx";
import type { DisasterStep } from "./disaster-dialog.tsx";
import { WORDS } from "./words.ts";
import { PersonName } from "../../session/people.tsx";

const EVERY_MS = 5_000;

export function DisasterSection() {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const asked = usePolled<DisasterTold>("/api/v1/disaster", EVERY_MS);
  const [step, setStep] = useState<DisasterStep | null>(null);
  const mayAct = session.rights["crossing.resume"] === "*";
  const { answer, again } = asked;
  return (
    <Section title={words.disaster}>
      <p>{words.disasterLead}</p>
      <Answered asked={asked}>
        {(state) => (
          <>
            <DisasterNow state={state} />
            {mayAct ? (
              <Steps {...{ state, onStep: setStep }} />
            ) : (
              <p className="soft">{words.everywhere}</p>
            )}
          </>
        )}
      </Answered>
      {step === null || answer === null ? null : (
        <DisasterDialog
          {...{ step, maxHours: answer.maxHours }}
          onClose={() => {
            setStep(null);
            again();
          }}
        />
      )}
    </Section>
  );
}

function DisasterNow({ state }: { readonly state: DisasterTold }) {
  const words = useWords(WORDS);
  switch (state.kind) {
    case "off":
      return <Banner kind="info" title={words.off} />;
    case "asked":
      return (
        <>
          <Banner kind="warning" title={words.asked} />
          <Facts
            facts={[
              [words.askedBy, <PersonName key="asked" name={state.askedBy} />],
              [words.askedAt, <Time key="at" at={state.askedAt} />],
              [words.hours, words.hour(state.hours)],
              [
                words.reason,
                <Untrusted key="why" text={state.why} max={240} />,
              ],
              [words.lapses, <Countdown key="end" until={state.lapsesAt} />],
            ]}
          />
        </>
      );
    case "on":
      return (
        <>
          <Banner kind="warning" title={words.on} />
          <Facts
            facts={[
              [words.left, <Countdown key="left" until={state.until} />],
              [words.until, <Time key="until" at={state.until} />],
              [words.begun, <Time key="begun" at={state.confirmedAt} />],
              [words.askedBy, <PersonName key="asked" name={state.askedBy} />],
              [
                words.confirmedBy,
                <PersonName key="confirmed" name={state.confirmedBy} />,
              ],
              [
                words.reason,
                <Untrusted key="why" text={state.why} max={240} />,
              ],
            ]}
          />
        </>
      );
  }
}

function Steps({
  state,
  onStep,
}: {
  readonly state: DisasterTold;
  readonly onStep: (step: DisasterStep) => void;
}) {
  const words = useWords(WORDS);
  const { session } = usePerson();
  switch (state.kind) {
    case "off":
      return (
        <div className="row">
          <Button look="outline" onClick={() => onStep("ask")}>
            {words.ask}
          </Button>
        </div>
      );
    case "asked": {
      const isOwn = state.askedBy === session.name;
      return (
        <>
          {isOwn ? <p>{words.notSame}</p> : null}
          <div className="row">
            {isOwn ? null : (
              <Button onClick={() => onStep("confirm")}>{words.confirm}</Button>
            )}
            <Button look="outline" onClick={() => onStep("take-back")}>
              {words.takeBack}
            </Button>
          </div>
        </>
      );
    }
    case "on":
      return (
        <div className="row">
          <Button look="outline" onClick={() => onStep("end")}>
            {words.end}
          </Button>
        </div>
      );
  }
}
