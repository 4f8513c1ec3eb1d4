import { useState } from "react";
import { ask } from "../../api/ask.ts";
import type { DoneTold, MailTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Select } from "../../parts/field.tsx";
import { List } from "../../parts/list.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS } from "./act-words.ts";

export type Decision = "release" | "discard";

const HOURS = [1, 24, 72, 168];
const USUAL_HOURS = "24";
/** Somebody was there first, or the mail moved: trying again here makes no sense. */
const OUTDATED: readonly string[] = ["DECIDED", "CHANGED", "NOT_HELD"];

/** Says exactly what will happen, asks why, and acts on what was shown: with its version. */
export function DecideDialog({
  mail,
  decision,
  onDone,
  onCancel,
}: {
  readonly mail: MailTold;
  readonly decision: Decision;
  readonly onDone: (done: DoneTold | null) => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState(USUAL_HOURS);
  const { isRunning, problem, run } = useAct();
  const isRelease = decision === "release";
  const isOutdated = problem !== null && OUTDATED.includes(problem.code);
  const decide = () =>
    run(async () => {
      onDone(
        await ask<DoneTold>("POST", `/api/v1/mails/${mail.item}/${decision}`, {
          ...{ version: mail.version, reason },
          ...(isRelease ? { untilHours: Number(hours) } : {}),
        }),
      );
    });
  return (
    <Dialog
      title={isRelease ? words.releaseTitle : words.discardTitle}
      busy={isRunning}
      onClose={() => (isOutdated ? onDone(null) : onCancel())}
    >
      <ProblemBanner problem={problem} />
      {isOutdated ? (
        <DialogButtons>
          <Button onClick={() => onDone(null)}>{words.reload}</Button>
        </DialogButtons>
      ) : (
        <DialogForm
          act={isRelease ? words.release : words.discard}
          danger={!isRelease}
          busy={isRunning}
          disabled={reason.trim() === ""}
          onSubmit={decide}
          onClose={onCancel}
        >
          <List lines={isRelease ? words.releaseTold : words.discardTold} />
          {isRelease ? <Recipients mail={mail} /> : null}
          <ReasonField
            label={words.reason}
            hint={words.reasonHint}
            value={reason}
            onChange={setReason}
          />
          {isRelease ? (
            <Select
              label={words.hours}
              hint={words.hoursHint}
              value={hours}
              onChange={({ target }) => setHours(target.value)}
              options={HOURS.map((one) => [String(one), words.hour(one)])}
            />
          ) : null}
        </DialogForm>
      )}
    </Dialog>
  );
}

const SHOWN_RECIPIENTS = 5;

function Recipients({ mail: { recipients } }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const known = recipients.flatMap(({ address }) => address ?? []);
  if (known.length === 0) return null;
  return (
    <p>
      {words.arrivesAt}：
      {known.slice(0, SHOWN_RECIPIENTS).map((address, at) => (
        <span key={at}>
          {at === 0 ? "" : "、"}
          <Untrusted text={address} max={80} />
        </span>
      ))}
      {known.length > SHOWN_RECIPIENTS
        ? ` +${known.length - SHOWN_RECIPIENTS}`
        : ""}
    </p>
  );
}
