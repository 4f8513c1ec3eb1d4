import { useState } from "react";
import type { StopTold } from "../api/told-operations.ts";
import { useWords } from "../language/language.tsx";
import { Button } from "../parts/button.tsx";
import { useCrossing } from "./crossing.tsx";
import { ResumeDialog } from "./resume-dialog.tsx";
import { StopFacts } from "./stop-facts.tsx";
import { WORDS } from "./words.ts";

/** Stands on every page while something is stopped. */
export function CrossingBar() {
  const words = useWords(WORDS);
  const { crossing } = useCrossing();
  const [ending, setEnding] = useState<StopTold | null>(null);
  const isStopped = crossing !== null && crossing.stops.length > 0;
  const mayResume = (id: string) =>
    crossing?.tenants.some((one) => one.id === id && one.mayResume) === true;
  return (
    <>
      {isStopped ? (
        <section className="stopped" aria-label={words.region}>
          <div className="stopped-in">
            <p className="stopped-title" role="alert">
              {words.bar}
            </p>
            <p>{words.waiting(crossing.waiting)}</p>
            {crossing.stops.map((stop) => (
              <div className="row" key={stop.tenant}>
                <StopFacts stop={stop} />
                {mayResume(stop.tenant) ? (
                  <Button
                    look="outline"
                    size="small"
                    onClick={() => setEnding(stop)}
                  >
                    {words.resume}
                  </Button>
                ) : null}
              </div>
            ))}
          </div>
        </section>
      ) : null}
      {ending !== null && crossing !== null ? (
        <ResumeDialog
          {...{ crossing, stop: ending }}
          onClose={() => setEnding(null)}
        />
      ) : null}
    </>
  );
}
