import { useWords } from "../../language/language.tsx";
import { Page } from "../../parts/page.tsx";
import { WORDS } from "../../shell/words.ts";

export function AccountsPage() {
  const words = useWords(WORDS);
  return <Page title={words.accounts}>{null}</Page>;
}
