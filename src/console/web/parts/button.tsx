import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link } from "wouter";
import { useWords } from "../language/language.tsx";
import { WORDS } from "./words.ts";

export type Look = "solid" | "outline" | "text";

export interface ButtonOf extends Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  "className" | "disabled"
> {
  readonly look?: Look;
  readonly size?: "large" | "medium" | "small";
  /** For what cannot be taken back. */
  readonly danger?: boolean;
  /** Runs already: says so, and takes no second click. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  readonly children: ReactNode;
}

export function Button(button: ButtonOf) {
  const { look = "solid", size = "medium", ...plain } = button;
  const { danger = false, busy = false, disabled = false, ...rest } = plain;
  const { children, ...others } = rest;
  const words = useWords(WORDS);
  return (
    <button
      type="button"
      {...others}
      className={classesOf(look, size, danger)}
      disabled={disabled || busy}
      aria-busy={busy}
    >
      {children}
      {busy ? <span className="button-busy">{words.working}…</span> : null}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere and does nothing. */
export function ButtonLink({
  to,
  look = "outline",
  size = "medium",
  children,
}: {
  readonly to: string;
  readonly look?: Look;
  readonly size?: "large" | "medium" | "small";
  readonly children: ReactNode;
}) {
  return (
    <Link to={to} className={classesOf(look, size, false)}>
      {children}
    </Link>
  );
}

function classesOf(look: Look, size: string, danger: boolean): string {
  return `button button-${look} button-${size}${danger ? " button-danger" : ""}`;
}
