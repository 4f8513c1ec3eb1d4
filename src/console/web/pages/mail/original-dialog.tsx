import { useState } from "react";
import { ask } from "../../api/ask.ts";
import type { MailTold, OriginalTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Select } from "../../parts/field.tsx";
import { List } from "../../parts/list.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { cut } from "../../parts/untrusted.tsx";
import { WORDS } from "./original-words.ts";
import { PartName } from "./originals.tsx";

export type OriginalAct =
  | { readonly act: "ask" }
  | { readonly act: "approve" | "deny"; readonly request: OriginalTold };

const NAME_CHARACTERS = 60;

export function OriginalDialog({
  mail,
  wish,
  onDone,
  onCancel,
}: {
  readonly mail: MailTold;
  readonly wish: OriginalAct;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const { isRunning, problem, run } = useAct();
  const [reason, setReason] = useState("");
  const [part, setPart] = useState(usualPart(mail));
  const path = `/api/v1/mails/${mail.item}/originals`;
  const go = () =>
    run(async () => {
      if (wish.act === "ask")
        await ask("POST", path, { version: mail.version, part, reason });
      else
        await ask("POST", `${path}/${wish.request.id}/${wish.act}`, { reason });
      onDone();
    });
  return (
    <Dialog title={words.dialog[wish.act]} busy={isRunning} onClose={onCancel}>
      <ProblemBanner problem={problem} />
      <DialogForm
        act={words[wish.act]}
        busy={isRunning}
        disabled={reason.trim() === ""}
        onSubmit={go}
        onClose={onCancel}
      >
        <List lines={words.told[wish.act]} />
        {wish.act === "ask" ? (
          <Select
            label={words.part}
            value={part}
            onChange={({ target }) => setPart(target.value)}
            options={mail.parts.map(({ path: at, name }) => [
              at,
              `${at} ${name === null || name === "" ? words.noName : cut(name, NAME_CHARACTERS)}`,
            ])}
          />
        ) : (
          <PartName mail={mail} part={wish.request.part} />
        )}
        <ReasonField label={words.reason} value={reason} onChange={setReason} />
      </DialogForm>
    </Dialog>
  );
}

/** What is held, before the rest. */
function usualPart({ parts, holds }: MailTold): string {
  const held = holds.find(
    ({ part, state }) => state === "held" && part !== null,
  );
  return held?.part ?? parts[0]?.path ?? "";
}
