import { useWords } from "../../language/language.tsx";
import { Page } from "../../parts/page.tsx";
import { WORDS } from "../../shell/words.ts";

export function OwnAccountPage() {
  const words = useWords(WORDS);
  return <Page title={words.own}>{null}</Page>;
}
