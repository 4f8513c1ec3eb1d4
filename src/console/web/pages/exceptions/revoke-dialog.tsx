import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { Facts } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import type { ExceptionTold } from "./told.ts";
import { WORDS } from "./words.ts";

export function RevokeDialog({
  exception: { id, kind, sender, why },
  onDone,
}: {
  readonly exception: ExceptionTold;
  /** Null: nothing was done. */
  readonly onDone: (told: string | null) => void;
}) {
  const words = useWords(WORDS);
  const [reason, setReason] = useState("");
  const { isRunning, problem, run } = useAct();
  const revoke = () =>
    run(async () => {
      const path = `/api/v1/exceptions/${encodeURIComponent(id)}/revoke`;
      const body = { reason: reason.trim() };
      const { already } = await ask<{ readonly already: boolean }>(
        ...(["POST", path, body] as const),
      );
      onDone(already ? words.revokedAlready : words.revokedDone);
    });
  return (
    <Dialog
      title={words.revokeTitle}
      busy={isRunning}
      onClose={() => onDone(null)}
    >
      <DialogForm
        act={words.revoke}
        danger
        busy={isRunning}
        disabled={reason.trim() === ""}
        onSubmit={revoke}
        onClose={() => onDone(null)}
      >
        <ProblemBanner problem={problem} />
        <Facts
          facts={[
            [words.sender, <Untrusted key="sender" text={sender} max={80} />],
            [words.kind, words.kinds[kind]],
            [words.reason, <Untrusted key="why" text={why} max={200} />],
          ]}
        />
        <p>{words.revokeTold[kind]}</p>
        <ReasonField
          label={words.reason}
          hint={words.revokeReasonHint}
          value={reason}
          onChange={setReason}
        />
      </DialogForm>
    </Dialog>
  );
}
