import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { TextArea } from "../../parts/field.tsx";
import { WORDS } from "./act-words.ts";

const MAX_NOTE = 2000;

export function NoteDialog({
  item,
  onDone,
  onCancel,
}: {
  readonly item: string;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const [text, setText] = useState("");
  const { isRunning, problem, run } = useAct();
  const write = () =>
    run(async () => {
      await ask("POST", `/api/v1/mails/${item}/notes`, { text });
      onDone();
    });
  return (
    <Dialog title={words.noteTitle} busy={isRunning} onClose={onCancel}>
      <DialogForm
        act={words.note}
        busy={isRunning}
        disabled={text.trim() === ""}
        onSubmit={write}
        onClose={onCancel}
      >
        <p>{words.noteTold}</p>
        <ProblemBanner problem={problem} />
        <TextArea
          label={words.noteText}
          required
          maxLength={MAX_NOTE}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </DialogForm>
    </Dialog>
  );
}
