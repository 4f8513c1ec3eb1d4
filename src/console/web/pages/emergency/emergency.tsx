import { useCrossing } from "../../crossing/crossing.tsx";
import { StopButton } from "../../crossing/stop-button.tsx";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Page, Reading, Section } from "../../parts/page.tsx";
import { DisasterSection } from "./disaster.tsx";
import { WORDS } from "./words.ts";

/** To stop the crossing, and to let more through for a while. What is stopped, and the way to resume, stands above every page. */
export function EmergencyPage() {
  const words = useWords(WORDS);
  return (
    <Page title={words.title}>
      <StopSection />
      <DisasterSection />
    </Page>
  );
}

function StopSection() {
  const words = useWords(WORDS);
  const { crossing } = useCrossing();
  if (crossing === null) return <Reading />;
  const { stops, tenants, waiting } = crossing;
  const isStopped = stops.length > 0;
  return (
    <Section title={words.stop}>
      <p>{words.stopLead}</p>
      <Banner
        kind={isStopped ? "warning" : "info"}
        title={isStopped ? words.stopped : words.running}
      >
        <p>{words.waiting(waiting)}</p>
        {isStopped && !tenants.some(({ mayResume }) => mayResume) ? (
          <p>{words.mayNotResume}</p>
        ) : null}
      </Banner>
      <div className="row">
        <StopButton />
      </div>
    </Section>
  );
}
