import { useSearchParams } from "wouter";
import type { MeasuresTold } from "../../api/told-operations.ts";
import { useMeasures } from "../../api/use-measures.ts";
import { StopButton } from "../../crossing/stop-button.tsx";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { ButtonLink } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Page, Reading } from "../../parts/page.tsx";
import { usePerson } from "../../session/session.tsx";
import { Charts } from "./charts.tsx";
import { Checks } from "./checks.tsx";
import { Counts, Lanes } from "./counts.tsx";
import { forTenant } from "./for-tenant.ts";
import { HeldMails, RecentMails } from "./mails.tsx";
import { HeldReasons, Malicious, Parts, Stages, Workers } from "./parts.tsx";
import { silence, Troubles } from "./troubles.tsx";
import { WORDS } from "./words.ts";

/** How the gateway does, live; what is wrong comes first. */
export function StatusPage() {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const [query] = useSearchParams();
  const tenant = query.get("tenant");
  const { measures, isSilent, isCut } = useMeasures();
  return (
    <Page
      title={words.title}
      aside={
        <>
          <ButtonLink to="/wall">{words.wall}</ButtonLink>
          <StopButton />
        </>
      }
    >
      {isCut ? <Banner kind="error" title={words.cut} /> : null}
      {isSilent ? (
        <Troubles troubles={[silence(measures?.at ?? Date.now())]} />
      ) : null}
      {measures === null ? (
        isSilent ? null : (
          <Reading />
        )
      ) : (
        <>
          {isSilent ? null : <Troubles troubles={measures.troubles} />}
          <p className="soft">
            {words.updated} <Time at={measures.at} exact />
          </p>
          <Lanes measures={forTenant(measures, tenant)} />
        </>
      )}
      <Charts tenant={tenant} />
      {measures === null ? null : (
        <Numbers measures={forTenant(measures, tenant)} />
      )}
      <Checks />
      {may("mail.view") ? <HeldMails tenant={tenant} /> : null}
      {may("mail.read") ? <RecentMails tenant={tenant} /> : null}
    </Page>
  );
}

function Numbers({ measures }: { readonly measures: MeasuresTold }) {
  return (
    <>
      <Counts measures={measures} />
      <div className="halves">
        <HeldReasons measures={measures} />
        <Malicious measures={measures} />
      </div>
      <Parts measures={measures} />
      <div className="halves">
        <Stages measures={measures} />
        <Workers measures={measures} />
      </div>
    </>
  );
}
