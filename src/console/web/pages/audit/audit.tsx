import { useWords } from "../../language/language.tsx";
import { Page } from "../../parts/page.tsx";
import { WORDS } from "../../shell/words.ts";

export function AuditPage() {
  const words = useWords(WORDS);
  return <Page title={words.audit}>{null}</Page>;
}
