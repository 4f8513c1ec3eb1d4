import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Select } from "../../parts/field.tsx";
import { List } from "../../parts/list.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { WORDS } from "./words.ts";

export type DisasterStep = "ask" | "confirm" | "take-back" | "end";

const ROUTES: Readonly<Record<DisasterStep, string>> = {
  ask: "/api/v1/disaster/ask",
  confirm: "/api/v1/disaster/confirm",
  "take-back": "/api/v1/disaster/end",
  end: "/api/v1/disaster/end",
};
const HOURS = [1, 2, 4, 8, 12, 24, 48, 72];
const USUAL_HOURS = 4;

/** One step of the emergency mode. To confirm takes no reason: the one who asked gave it. */
export function DisasterDialog({
  step,
  maxHours,
  onClose,
}: {
  readonly step: DisasterStep;
  readonly maxHours: number;
  readonly onClose: () => void;
}) {
  const words = useWords(WORDS);
  const choices = HOURS.filter((one) => one <= maxHours);
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState(Math.min(USUAL_HOURS, maxHours));
  const { isRunning, problem, run } = useAct();
  const { title, told, act } = {
    ask: { title: words.askTitle, told: words.askTold, act: words.doAsk },
    confirm: {
      ...{ title: words.confirmTitle, told: [words.confirmTold] },
      act: words.doConfirm,
    },
    "take-back": {
      ...{ title: words.takeBackTitle, told: [], act: words.takeBack },
    },
    end: { title: words.endTitle, told: [words.endTold], act: words.doEnd },
  }[step];
  const asksReason = step !== "confirm";
  const go = async () => {
    const isDone = await run(async () => {
      await ask("POST", ROUTES[step], {
        ...(asksReason ? { reason } : {}),
        ...(step === "ask" ? { hours } : {}),
      });
    });
    if (isDone) onClose();
  };
  return (
    <Dialog title={title} busy={isRunning} onClose={onClose}>
      <ProblemBanner problem={problem} />
      <DialogForm
        act={act}
        busy={isRunning}
        disabled={asksReason && reason.trim() === ""}
        onSubmit={go}
        onClose={onClose}
      >
        <List lines={told} />
        {step === "ask" ? (
          <Select
            label={words.hours}
            value={hours}
            onChange={({ target }) => setHours(Number(target.value))}
            options={choices.map((one) => [String(one), words.hour(one)])}
          />
        ) : null}
        {asksReason ? (
          <ReasonField
            label={words.reason}
            hint={words.reasonHint}
            value={reason}
            onChange={setReason}
          />
        ) : null}
      </DialogForm>
    </Dialog>
  );
}
