import { useState } from "react";
import { ask } from "../api/ask.ts";
import type { CrossingTold, StopTold } from "../api/told-operations.ts";
import { useAct } from "../api/use-ask.ts";
import { useWords } from "../language/language.tsx";
import { ProblemBanner } from "../parts/banner.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { DialogForm } from "../parts/dialog-form.tsx";
import { List } from "../parts/list.tsx";
import { ReasonField } from "../parts/reason-field.tsx";
import { useCrossing } from "./crossing.tsx";
import { StopFacts } from "./stop-facts.tsx";
import { WORDS } from "./words.ts";

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
      <DialogForm
        act={words.doResume}
        busy={isRunning}
        disabled={reason.trim() === "" || isOutdated}
        onSubmit={resume}
        onClose={onClose}
      >
        <List lines={words.resumeTold} />
        <StopFacts stop={stop} />
        <ReasonField
          label={words.reasonField}
          hint={words.resumeReasonHint}
          value={reason}
          onChange={setReason}
        />
      </DialogForm>
    </Dialog>
  );
}
