import { Link } from "wouter";
import { useWords } from "../language/language.tsx";
import { WORDS } from "./words.ts";

/** Pages of a list that goes on from where the last one ended; the browser's "back" goes back. */
export function Pager({
  first,
  next,
}: {
  /** Null: this is the first. */
  readonly first: string | null;
  /** Null: this is the last. */
  readonly next: string | null;
}) {
  const words = useWords(WORDS);
  if (first === null && next === null) return null;
  return (
    <nav className="pager" aria-label={words.next}>
      {first === null ? null : (
        <Link to={first} className="button button-text button-medium">
          {words.first}
        </Link>
      )}
      {next === null ? null : (
        <Link to={next} className="button button-outline button-medium">
          {words.next}
        </Link>
      )}
    </nav>
  );
}
