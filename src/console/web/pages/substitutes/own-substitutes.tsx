import { useState } from "react";
import { EVERY_TENANT } from "../../../../core/account.ts";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Time } from "../../parts/measures.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { Facts } from "../../parts/table.tsx";
import { usePerson } from "../../session/session.tsx";
import { SubstitutesForm } from "./substitutes-form.tsx";
import type { SubstitutesTold, SubstituteTold } from "./told.ts";
import { WORDS } from "./words.ts";

/** 代決: who stands in for oneself, and for whom one stands in. */
export function OwnSubstitutes() {
  const { may } = usePerson();
  return may("request.view") ? <Substitutes /> : null;
}

function Substitutes() {
  const { session, may } = usePerson();
  const asked = useAsk<SubstitutesTold>("/api/v1/substitutes");
  const isManager =
    may("substitutes.name") &&
    session.grants.some(({ role }) => role === "manager");
  const standsIn = (asked.answer?.substitutes ?? []).filter(
    ({ substitute, inForce }) => inForce && substitute === session.name,
  );
  return (
    <>
      {standsIn.length === 0 ? null : <StandsIn standsIn={standsIn} />}
      {isManager ? <Own asked={asked} /> : null}
    </>
  );
}

function StandsIn({
  standsIn,
}: {
  readonly standsIn: readonly SubstituteTold[];
}) {
  const words = useWords(WORDS);
  const { tenantName } = usePerson();
  return (
    <Section title={words.standsIn}>
      <Facts
        facts={standsIn.map(({ manager, managerName, tenant, until }) => [
          words.standsInFor(
            managerName ?? manager,
            tenant === EVERY_TENANT ? words.everyTenant : tenantName(tenant),
          ),
          <span key={manager}>
            {words.untilTold} <Time at={until} />
          </span>,
        ])}
      />
    </Section>
  );
}

function Own({
  asked,
}: {
  readonly asked: ReturnType<typeof useAsk<SubstitutesTold>>;
}) {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const [isDone, setDone] = useState(false);
  return (
    <Section title={words.title}>
      <div className="panel">
        <p>{words.told}</p>
        {isDone ? <Banner kind="success" title={words.done} /> : null}
        <Answered asked={asked}>
          {({ substitutes }) => (
            <SubstitutesForm
              manager={session}
              {...{ substitutes, people: null }}
              onDone={() => setDone(true)}
            />
          )}
        </Answered>
      </div>
    </Section>
  );
}
