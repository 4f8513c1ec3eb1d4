import { useSearchParams } from "wouter";
import type { MailTold } from "../../api/told.ts";
import { useToldWords } from "../../api/told-words.ts";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge, stateTone, verdictTone } from "../../parts/badge.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Answered, Page } from "../../parts/page.tsx";
import { cut } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { Acts } from "./acts.tsx";
import { Authentication } from "./authentication.tsx";
import { Basics } from "./basics.tsx";
import { Findings } from "./findings.tsx";
import { History } from "./history.tsx";
import { Holds } from "./holds.tsx";
import { Originals } from "./originals.tsx";
import { Parts } from "./parts.tsx";
import { Recipients } from "./recipients.tsx";
import { WORDS } from "./words.ts";

const TITLE_CHARACTERS = 120;

/** One mail: why it was held and what can be done first, then everything that is known. */
export function MailPage({ item }: { readonly item: string }) {
  const words = useWords(WORDS);
  const [query] = useSearchParams();
  const kept = query.toString();
  const asked = useAsk<MailTold>(`/api/v1/mails/${encodeURIComponent(item)}`);
  const above = [
    [`/quarantine${kept === "" ? "" : `?${kept}`}`, words.quarantine],
  ] as const;
  const title = useTitle(asked.answer);
  if (asked.problem?.status === 404)
    return (
      <Page title={words.mail} above={above}>
        <Banner kind="error" title={words.notHere} />
      </Page>
    );
  return (
    <Page title={title} above={above}>
      <Answered asked={asked}>
        {(mail) => <Whole mail={mail} again={asked.again} />}
      </Answered>
    </Page>
  );
}

function useTitle(mail: MailTold | null): string {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  if (mail === null) return words.mail;
  if (mail.subject !== null && mail.subject.trim() !== "")
    return cut(mail.subject, TITLE_CHARACTERS);
  return mail.from === null && mail.subject === null
    ? mail.item
    : parts.noSubject;
}

function Whole({
  mail,
  again,
}: {
  readonly mail: MailTold;
  readonly again: () => void;
}) {
  const told = useToldWords();
  return (
    <>
      <p className="row">
        <Badge tone={stateTone(mail.state)}>{told.state(mail)}</Badge>
        {mail.verdict === null ? null : (
          <Badge tone={verdictTone(mail.verdict)}>
            {told.verdict(mail.verdict)}
          </Badge>
        )}
        <code>{mail.item}</code>
      </p>
      <Acts mail={mail} again={again} />
      <Holds mail={mail} />
      <Basics mail={mail} />
      <Authentication mail={mail} />
      <Recipients mail={mail} />
      <Parts mail={mail} />
      <Originals mail={mail} />
      <Findings mail={mail} />
      <History mail={mail} />
    </>
  );
}
