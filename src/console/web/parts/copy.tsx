import { useState } from "react";
import { useWords } from "../language/language.tsx";
import { Button } from "./button.tsx";
import { WORDS } from "./words.ts";

/** Puts text on the clipboard and says so. Where a browser does not allow it, the text can still be marked by hand. */
export function CopyButton({ text }: { readonly text: string }) {
  const words = useWords(WORDS);
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      setDone(false);
    }
  };
  return (
    <>
      <Button look="outline" size="small" onClick={() => void copy()}>
        {words.copy}
      </Button>
      <span className="copied" role="status">
        {isDone ? words.copied : ""}
      </span>
    </>
  );
}
