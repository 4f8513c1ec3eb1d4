import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { TextArea } from "../../parts/field.tsx";
import { Facts } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import type { ExceptionTold } from "./told.ts";
import { WORDS } from "./words.ts";

const MAX_REASON = 500;

export function RevokeDialog({
  exception: { id, kind, sender, why },
  onDone,
}: {
  readonly exception: ExceptionTold;
  /** Null: nothing was done. */
  readonly onDone: (told: string | null) => void;
}) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
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
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void revoke();
        }}
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
        <TextArea
          label={words.reason}
          hint={words.revokeReasonHint}
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
            {words.revoke}
          </Button>
          <Button
            look="outline"
            disabled={isRunning}
            onClick={() => onDone(null)}
          >
            {parts.cancel}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
