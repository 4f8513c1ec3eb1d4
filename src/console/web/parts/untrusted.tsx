import { useState } from "react";
import { useWords } from "../language/language.tsx";
import { visible } from "./visible.ts";
import { WORDS } from "./words.ts";

/**
 * Words that a sender chose. They stand in a frame of their own direction, what would turn or hide letters is made visible,
 * and no more than `max` characters are shown until somebody asks for all.
 */
export function Untrusted({
  text,
  max = 120,
}: {
  readonly text: string;
  readonly max?: number;
}) {
  const words = useWords(WORDS);
  const [whole, setWhole] = useState(false);
  const isLong = text.length > max + 20;
  const shown = visible(isLong && !whole ? `${text.slice(0, max)}…` : text);
  return (
    <>
      <bdi className="untrusted">{shown}</bdi>
      {isLong && !whole ? (
        <button
          type="button"
          className="inline-button"
          onClick={() => setWhole(true)}
        >
          {words.showAll}
        </button>
      ) : null}
    </>
  );
}

/** The same where there is no room and nothing to press: in links, in cells. */
export function cut(text: string, max: number): string {
  return visible(text.length > max ? `${text.slice(0, max)}…` : text);
}
