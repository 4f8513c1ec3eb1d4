import { useState } from "react";
import { ask } from "../../api/ask.ts";
import type { MailTold, OriginalTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { Select, TextArea } from "../../parts/field.tsx";
import { cut } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { WORDS } from "./original-words.ts";
import { PartName } from "./originals.tsx";

export type OriginalAct =
  | { readonly act: "ask" }
  | { readonly act: "approve" | "deny"; readonly request: OriginalTold };

const MAX_REASON = 500;
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
  const parts = useWords(PART_WORDS);
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
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <ul className="list">
          {words.told[wish.act].map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
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
        <TextArea
          label={words.reason}
          required
          maxLength={MAX_REASON}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <DialogButtons>
          <Button
            type="submit"
            busy={isRunning}
            disabled={reason.trim() === ""}
          >
            {words[wish.act]}
          </Button>
          <Button look="outline" disabled={isRunning} onClick={onCancel}>
            {parts.cancel}
          </Button>
        </DialogButtons>
      </form>
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
