import { useState } from "react";
import { ask } from "../../api/ask.ts";
import type { MailTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Checkbox, Field, Select } from "../../parts/field.tsx";
import { List } from "../../parts/list.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { WORDS as ACT_WORDS } from "./act-words.ts";
import { WORDS } from "./held-words.ts";

export type HeldAct = "password" | "rescan" | "remake" | "pin" | "unpin";

const HOURS = [1, 24, 72, 168];
const OUTDATED: readonly string[] = [
  ...["DECIDED", "CHANGED", "NOT_HELD", "NOT_LOCKED", "NO_VARIANT"],
];

interface Typed {
  readonly reason: string;
  readonly password: string;
  readonly whenClean: "stay" | "go";
  readonly variant: string;
  readonly hours: string;
}

/** Says what will happen and asks what it takes; acts on what was shown. */
export function HeldActDialog({
  mail,
  act,
  onDone,
  onCancel,
}: {
  readonly mail: MailTold;
  readonly act: HeldAct;
  /** With the number that the mail has now, null where that says nothing; undefined: not done, but it changed. */
  readonly onDone: (as: string | null | undefined) => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const decided = useWords(ACT_WORDS);
  const { isRunning, problem, run } = useAct();
  const [typed, setTyped] = useState<Typed>({
    ...{ reason: "", password: "", whenClean: "stay", hours: "24" },
    variant: mail.variants[0]?.name ?? "",
  });
  const isOutdated = problem !== null && OUTDATED.includes(problem.code);
  const isReady =
    act === "password" ? typed.password !== "" : typed.reason.trim() !== "";
  const change = (some: Partial<Typed>) =>
    setTyped((before) => ({ ...before, ...some }));
  const go = () =>
    run(async () => {
      const path = `/api/v1/mails/${mail.item}/${act}`;
      const body = bodyOf(act, mail.version, typed);
      const done = await ask<{ readonly as?: string }>("POST", path, body);
      onDone(done.as ?? null);
    });
  return (
    <Dialog
      title={words.title[act]}
      busy={isRunning}
      onClose={() => (isOutdated ? onDone(undefined) : onCancel())}
    >
      <ProblemBanner problem={problem} />
      {isOutdated ? (
        <DialogButtons>
          <Button onClick={() => onDone(undefined)}>{decided.reload}</Button>
        </DialogButtons>
      ) : (
        <DialogForm
          act={words.name[act]}
          busy={isRunning}
          disabled={!isReady}
          onSubmit={go}
          onClose={onCancel}
        >
          <List lines={words.told[act]} />
          <Wishes {...{ act, mail, typed, change }} />
          <ReasonField
            label={words.reason}
            hint={decided.reasonHint}
            optional={act === "password"}
            value={typed.reason}
            onChange={(reason) => change({ reason })}
          />
        </DialogForm>
      )}
    </Dialog>
  );
}

function bodyOf(act: HeldAct, version: string, typed: Typed): object {
  const { reason, password, whenClean, variant, hours } = typed;
  switch (act) {
    case "password":
      return { version, password, ...(reason === "" ? {} : { reason }) };
    case "rescan":
      return { version, reason, whenClean };
    case "remake":
      return { version, reason, variant, untilHours: Number(hours) };
    case "pin":
    case "unpin":
      return { reason };
  }
}

/** What this act alone asks for. */
function Wishes({
  act,
  mail,
  typed,
  change,
}: {
  readonly act: HeldAct;
  readonly mail: MailTold;
  readonly typed: Typed;
  readonly change: (some: Partial<Typed>) => void;
}) {
  const words = useWords(WORDS);
  const decided = useWords(ACT_WORDS);
  const [isShown, setShown] = useState(false);
  if (act === "password")
    return (
      <>
        <Field
          label={words.password}
          required
          type={isShown ? "text" : "password"}
          autoComplete="off"
          spellCheck={false}
          value={typed.password}
          onChange={({ target }) => change({ password: target.value })}
        />
        <Checkbox
          label={words.passwordShown}
          checked={isShown}
          onChange={() => setShown(!isShown)}
        />
      </>
    );
  if (act === "rescan")
    return (
      <Select
        label={words.whenClean}
        value={typed.whenClean}
        onChange={({ target }) =>
          change({ whenClean: target.value === "go" ? "go" : "stay" })
        }
        options={[
          ["stay", words.stay],
          ["go", words.go],
        ]}
      />
    );
  if (act !== "remake") return null;
  return (
    <>
      <Select
        label={words.variant}
        value={typed.variant}
        onChange={({ target }) => change({ variant: target.value })}
        options={mail.variants.map(({ name, title }) => [name, title])}
      />
      <Select
        label={decided.hours}
        hint={decided.hoursHint}
        value={typed.hours}
        onChange={({ target }) => change({ hours: target.value })}
        options={HOURS.map((one) => [String(one), decided.hour(one)])}
      />
    </>
  );
}
