import type { ReactNode } from "react";
import { useWords } from "../language/language.tsx";
import { Button } from "./button.tsx";
import { DialogButtons } from "./dialog.tsx";
import { WORDS } from "./words.ts";

/** What a dialog asks for, with the act at its end and the way out beside it. */
export function DialogForm({
  act,
  danger = false,
  busy = false,
  disabled = false,
  onSubmit,
  onClose,
  children,
}: {
  /** On the button. */
  readonly act: string;
  readonly danger?: boolean;
  /** The act runs: there is no way out meanwhile. */
  readonly busy?: boolean;
  /** Not ready for the act yet; the browser then submits by no key either. */
  readonly disabled?: boolean;
  readonly onSubmit: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const words = useWords(WORDS);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      {children}
      <DialogButtons>
        <Button type="submit" {...{ danger, busy, disabled }}>
          {act}
        </Button>
        <Button look="outline" disabled={busy} onClick={onClose}>
          {words.cancel}
        </Button>
      </DialogButtons>
    </form>
  );
}
