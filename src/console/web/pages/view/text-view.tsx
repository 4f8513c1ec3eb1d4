import { useWords } from "../../language/language.tsx";
import { visible } from "../../parts/visible.ts";
import { WORDS } from "./words.ts";

/** Words of a sender as they are, line by line: each in a direction of its own, what would hide or turn letters made visible. */
export function TextView({
  name,
  text,
}: {
  readonly name: string;
  readonly text: string;
}) {
  const words = useWords(WORDS);
  if (text.trim() === "") return <p>{words.emptyText}</p>;
  return (
    <div
      className="viewer-text untrusted"
      role="document"
      aria-label={words.text(name)}
      tabIndex={0}
    >
      {visible(text.replace(/\r\n?/g, "\n"))}
    </div>
  );
}
