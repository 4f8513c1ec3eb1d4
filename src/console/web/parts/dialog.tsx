import { useEffect, useId, useRef } from "react";
import type { ReactNode } from "react";
import { useWords } from "../language/language.tsx";
import { WORDS } from "./words.ts";

/**
 * The browser's own modal dialog: it keeps the focus inside, makes the rest inert, ends with Escape and gives the focus
 * back to where it was. `busy`: does not end while something runs.
 */
export function Dialog({
  title,
  onClose,
  busy = false,
  startsInField = false,
  children,
}: {
  readonly title: string;
  readonly onClose: () => void;
  readonly busy?: boolean;
  /** For what is there to be typed into: the focus begins in its first field, not at the way out. */
  readonly startsInField?: boolean;
  readonly children: ReactNode;
}) {
  const words = useWords(WORDS);
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    if (startsInField) dialog?.querySelector("input")?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, [startsInField]);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          className="dialog-close"
          disabled={busy}
          onClick={onClose}
        >
          <span aria-hidden="true">×</span> {words.close}
        </button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}

/** The buttons at a dialog's end: the act first, as the eye comes to it, then the way out. */
export function DialogButtons({ children }: { readonly children: ReactNode }) {
  return <div className="dialog-buttons">{children}</div>;
}
