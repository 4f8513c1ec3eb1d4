import { useWords } from "../../language/language.tsx";
import { ButtonLink } from "../../parts/button.tsx";
import { Page } from "../../parts/page.tsx";
import { WORDS } from "../../shell/words.ts";

export function NotFoundPage() {
  const words = useWords(WORDS);
  return (
    <Page title={words.notFound} narrow>
      <p>{words.notFoundMore}</p>
      <div className="row">
        <ButtonLink to="/quarantine">{words.toQuarantine}</ButtonLink>
      </div>
    </Page>
  );
}
