import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Section } from "../../parts/page.tsx";
import { WORDS } from "./words.ts";

export function OtherSessions() {
  const words = useWords(WORDS);
  const [ended, setEnded] = useState<number | null>(null);
  const { isRunning, problem, run } = useAct();
  const end = () =>
    run(async () => {
      const { ended: count } = await ask<{ readonly ended: number }>(
        "DELETE",
        "/api/v1/sessions",
        {},
      );
      setEnded(count);
    });
  return (
    <Section title={words.sessionsTitle}>
      <div className="panel">
        <p>{words.sessionsTold}</p>
        <ProblemBanner problem={problem} />
        {ended === null ? null : (
          <Banner kind="success" title={words.ended(ended)} />
        )}
        <div className="form-buttons">
          <Button look="outline" busy={isRunning} onClick={() => void end()}>
            {words.end}
          </Button>
        </div>
      </div>
    </Section>
  );
}
