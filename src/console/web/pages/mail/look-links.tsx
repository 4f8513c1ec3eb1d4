import type { MailTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { ButtonLink } from "../../parts/button.tsx";
import { WORDS } from "./held-words.ts";

/** Where one sees what the mail holds, and what was made of it. */
export function LookLinks({
  mail: { item, may },
}: {
  readonly mail: MailTold;
}) {
  const words = useWords(WORDS);
  if (!may.preview && !may.certificate) return null;
  const certificate = `/api/v1/mails/${item}/certificate`;
  return (
    <p className="row">
      {may.preview ? (
        <>
          <ButtonLink to={`/quarantine/${item}/view`}>{words.look}</ButtonLink>
          <ButtonLink to={`/quarantine/${item}/view?part=text`} look="text">
            {words.text}
          </ButtonLink>
        </>
      ) : null}
      {may.certificate ? (
        <>
          <a href={`${certificate}.html`} target="_blank" rel="noreferrer">
            {words.certificate}
          </a>
          <a href={certificate} download={`${item}.certificate.json`}>
            {words.certificateJson}
          </a>
        </>
      ) : null}
    </p>
  );
}
