import { useState } from "react";
import { ask } from "../api/ask.ts";
import type { CrossingTold, StopTold } from "../api/told-operations.ts";
import { useAct } from "../api/use-ask.ts";
import { useWords } from "../language/language.tsx";
import { ProblemBanner } from "../parts/banner.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog, DialogButtons } from "../parts/dialog.tsx";
import { TextArea } from "../parts/field.tsx";
import { WORDS as PART_WORDS } from "../parts/words.ts";
import { useCrossing } from "./crossing.tsx";
import { StopFacts } from "./stop-facts.tsx";
import { WORDS } from "./words.ts";

const MAX_REASON = 500;

/** Ends one stop, as it was when the dialog opened: with the version of that moment. */
export function ResumeDialog({
  crossing,
  stop,
  onClose,
}: {
  readonly crossing: CrossingTold;
  readonly stop: StopTold;
  readonly onClose: () => void;
}) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  const { again } = useCrossing();
  const [reason, setReason] = useState("");
  const [version] = useState(crossing.version);
  const { isRunning, problem, run } = useAct();
  const isOutdated = problem?.code === "CHANGED";
  const resume = async () => {
    const isDone = await run(async () => {
      await ask("POST", "/api/v1/crossing/resume", {
        ...{ reason, version, tenant: stop.tenant },
      });
      again();
    });
    if (isDone) onClose();
  };
  return (
    <Dialog title={words.resumeTitle} busy={isRunning} onClose={onClose}>
      <ProblemBanner problem={problem}>
        {isOutdated ? (
          <Button
            size="small"
            onClick={() => {
              again();
              onClose();
            }}
          >
            {words.reload}
          </Button>
        ) : undefined}
      </ProblemBanner>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void resume();
        }}
      >
        <ul className="list">
          {words.resumeTold.map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <StopFacts stop={stop} />
        <TextArea
          label={words.reasonField}
          hint={words.resumeReasonHint}
          required
          maxLength={MAX_REASON}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <DialogButtons>
          <Button
            type="submit"
            busy={isRunning}
            disabled={reason.trim() === "" || isOutdated}
          >
            {words.doResume}
          </Button>
          <Button look="outline" disabled={isRunning} onClick={onClose}>
            {parts.cancel}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
