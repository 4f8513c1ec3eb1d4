import { useState } from "react";
import { ask } from "../api/ask.ts";
import type { CrossingTold, StoppedTold } from "../api/told-operations.ts";
import { useAct } from "../api/use-ask.ts";
import { useWords } from "../language/language.tsx";
import { Banner, ProblemBanner } from "../parts/banner.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog, DialogButtons } from "../parts/dialog.tsx";
import { DialogForm } from "../parts/dialog-form.tsx";
import { Select } from "../parts/field.tsx";
import { List } from "../parts/list.tsx";
import { ReasonField } from "../parts/reason-field.tsx";
import { useCrossing } from "./crossing.tsx";
import { WORDS } from "./words.ts";

/** Says what will happen, asks why, and then what was under way. */
export function StopDialog({
  crossing,
  onClose,
}: {
  readonly crossing: CrossingTold;
  readonly onClose: () => void;
}) {
  const words = useWords(WORDS);
  const { again } = useCrossing();
  const act = useAct();
  const [stopped, setStopped] = useState<StoppedTold | null>(null);
  const stop = (tenant: string, reason: string) =>
    act.run(async () => {
      setStopped(
        await ask<StoppedTold>("POST", "/api/v1/crossing/stop", {
          ...{ reason, tenant },
        }),
      );
      again();
    });
  return (
    <Dialog title={words.stopTitle} busy={act.isRunning} onClose={onClose}>
      <ProblemBanner problem={act.problem} />
      {stopped === null ? (
        <StopForm {...{ crossing, stop, onClose, isRunning: act.isRunning }} />
      ) : (
        <>
          <Banner
            kind="success"
            title={stopped.already ? words.already : words.stopped}
          >
            <p>{words.underWay(stopped.underWay)}</p>
          </Banner>
          <DialogButtons>
            <Button autoFocus onClick={onClose}>
              {words.close}
            </Button>
          </DialogButtons>
        </>
      )}
    </Dialog>
  );
}

function StopForm({
  crossing,
  stop,
  onClose,
  isRunning,
}: {
  readonly crossing: CrossingTold;
  readonly stop: (tenant: string, reason: string) => Promise<boolean>;
  readonly onClose: () => void;
  readonly isRunning: boolean;
}) {
  const words = useWords(WORDS);
  const [reason, setReason] = useState("");
  const choices = crossing.tenants.filter(({ mayStop }) => mayStop);
  const [tenant, setTenant] = useState(choices[0]?.id ?? "*");
  return (
    <DialogForm
      act={words.doStop}
      danger
      busy={isRunning}
      disabled={reason.trim() === ""}
      onSubmit={() => stop(tenant, reason)}
      onClose={onClose}
    >
      <List lines={words.stopTold} />
      {choices.length > 1 ? (
        <Select
          label={words.where}
          value={tenant}
          onChange={({ target }) => setTenant(target.value)}
          options={choices.map(({ id, name }) => [
            id,
            id === "*" ? words.everybody : name,
          ])}
        />
      ) : null}
      <ReasonField
        label={words.reasonField}
        hint={words.reasonHint}
        value={reason}
        onChange={setReason}
      />
    </DialogForm>
  );
}
