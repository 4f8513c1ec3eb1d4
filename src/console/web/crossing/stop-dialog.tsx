import { useState } from "react";
import { ask } from "../api/ask.ts";
import type { CrossingTold, StoppedTold } from "../api/told-operations.ts";
import { useAct } from "../api/use-ask.ts";
import { useWords } from "../language/language.tsx";
import { Banner, ProblemBanner } from "../parts/banner.tsx";
import { Button } from "../parts/button.tsx";
import { Dialog, DialogButtons } from "../parts/dialog.tsx";
import { Select, TextArea } from "../parts/field.tsx";
import { WORDS as PART_WORDS } from "../parts/words.ts";
import { useCrossing } from "./crossing.tsx";
import { WORDS } from "./words.ts";

const MAX_REASON = 500;

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
  const parts = useWords(PART_WORDS);
  const [reason, setReason] = useState("");
  const choices = crossing.tenants.filter(({ mayStop }) => mayStop);
  const [tenant, setTenant] = useState(choices[0]?.id ?? "*");
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void stop(tenant, reason);
      }}
    >
      <ul className="list">
        {words.stopTold.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
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
      <TextArea
        label={words.reasonField}
        hint={words.reasonHint}
        required
        maxLength={MAX_REASON}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <DialogButtons>
        <Button
          type="submit"
          danger
          busy={isRunning}
          disabled={reason.trim() === ""}
        >
          {words.doStop}
        </Button>
        <Button look="outline" disabled={isRunning} onClick={onClose}>
          {parts.cancel}
        </Button>
      </DialogButtons>
    </form>
  );
}
