import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { TextArea } from "../../parts/field.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
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
  const parts = useWords(PART_WORDS);
  const [text, setText] = useState("");
  const { isRunning, problem, run } = useAct();
  const write = () =>
    run(async () => {
      await ask("POST", `/api/v1/mails/${item}/notes`, { text });
      onDone();
    });
  return (
    <Dialog title={words.noteTitle} busy={isRunning} onClose={onCancel}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void write();
        }}
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
        <DialogButtons>
          <Button type="submit" busy={isRunning} disabled={text.trim() === ""}>
            {words.note}
          </Button>
          <Button look="outline" disabled={isRunning} onClick={onCancel}>
            {parts.cancel}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
