import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Field, Select } from "../../parts/field.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { usePerson } from "../../session/session.tsx";
import type { ExceptionKind } from "./told.ts";
import { WORDS } from "./words.ts";

const DAYS = [7, 30, 90, 180, 365];
const MAX_PATTERN = 254;

interface Wanted {
  readonly kind: ExceptionKind;
  readonly sender: string;
  readonly recipient: string;
  /** Empty: every organization. */
  readonly tenant: string;
  readonly days: string;
  readonly reason: string;
}

/** Says what the exception does, and for trust what it does not. */
export function AddDialog({
  sender,
  onDone,
}: {
  readonly sender: string;
  /** Null: nothing was done. */
  readonly onDone: (told: string | null) => void;
}) {
  const words = useWords(WORDS);
  const { placesFor } = usePerson();
  const places = placesFor("exceptions.manage", ["", words.everyTenant]);
  const [wanted, setWanted] = useState<Wanted>({
    ...{ kind: "block", sender, recipient: "", days: "30", reason: "" },
    tenant: places[0]?.[0] ?? "",
  });
  const { isRunning, problem, run } = useAct();
  const set = (name: keyof Wanted) => ({
    value: wanted[name],
    onChange: ({ target: { value } }: { target: { value: string } }) =>
      setWanted((before) => ({ ...before, [name]: value })),
  });
  const isReady = wanted.sender.trim() !== "" && wanted.reason.trim() !== "";
  const add = () =>
    run(async () => {
      const { already } = await ask<{ readonly already: boolean }>(
        ...(["POST", "/api/v1/exceptions"] as const),
        bodyOf(wanted),
      );
      onDone(already ? words.already : words.added);
    });
  return (
    <Dialog title={words.add} busy={isRunning} onClose={() => onDone(null)}>
      <DialogForm
        act={words.save}
        busy={isRunning}
        disabled={!isReady}
        onSubmit={add}
        onClose={() => onDone(null)}
      >
        <ProblemBanner problem={problem} />
        <Select
          label={words.kindLabel}
          options={Object.entries(words.kindOptions)}
          {...set("kind")}
        />
        <ul className="list" aria-live="polite">
          {words[`${wanted.kind}Told`].map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
        <Field
          label={words.sender}
          hint={words.senderHint}
          required
          maxLength={MAX_PATTERN}
          autoCapitalize="none"
          spellCheck={false}
          {...set("sender")}
        />
        <Field
          label={words.recipient}
          hint={words.recipientHint}
          optional
          maxLength={MAX_PATTERN}
          autoCapitalize="none"
          spellCheck={false}
          {...set("recipient")}
        />
        {places.length < 2 ? null : (
          <Select label={words.tenant} options={places} {...set("tenant")} />
        )}
        <Select
          label={words.days}
          options={DAYS.map((days) => [String(days), words.dayOptions(days)])}
          {...set("days")}
        />
        <ReasonField
          label={words.reason}
          hint={words.reasonHint}
          value={wanted.reason}
          onChange={(reason) => setWanted((before) => ({ ...before, reason }))}
        />
      </DialogForm>
    </Dialog>
  );
}

function bodyOf({ kind, sender, recipient, tenant, days, reason }: Wanted) {
  return {
    ...{ kind, sender: sender.trim(), reason: reason.trim() },
    ...(recipient.trim() === "" ? {} : { recipient: recipient.trim() }),
    ...(tenant === "" ? {} : { tenant }),
    days: Number(days),
  };
}
