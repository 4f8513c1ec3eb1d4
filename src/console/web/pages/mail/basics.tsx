import type { ReactNode } from "react";
import type { MailTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { Bytes, Time } from "../../parts/measures.tsx";
import { Section } from "../../parts/page.tsx";
import { Facts } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { useLinks } from "./links.tsx";
import { WORDS } from "./words.ts";
import { PersonName } from "../../session/people.tsx";

/** Envelope and what else is known of the mail as a whole. */
export function Basics({ mail }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const { envelope, override } = mail;
  return (
    <Section title={words.basic}>
      <Facts
        facts={[
          [words.number, <code key="number">{mail.item}</code>],
          [words.tenant, mail.tenantName],
          [words.from, <Own key="from" text={mail.from} />],
          [words.reversePath, <Own key="path" text={envelope.reversePath} />],
          [
            words.client,
            <span key="client" className="row">
              <code>{envelope.client}</code>
              {envelope.helo === null ? null : (
                <Untrusted text={envelope.helo} />
              )}
              <span className="soft">
                {envelope.tls ? words.encrypted : words.plain}
              </span>
            </span>,
          ],
          [words.received, <Time key="received" at={mail.receivedAt} />],
          [words.updated, <Time key="updated" at={mail.updatedAt} />],
          [words.size, <Bytes key="size" bytes={mail.bytes} />],
          [words.hash, <code key="hash">{mail.sha256}</code>],
          [words.policy, mail.policyVersion ?? words.notYet],
          ...useLinks(mail),
        ]}
      />
      {override === null ? null : <Override override={override} />}
    </Section>
  );
}

function Own({ text }: { readonly text: string | null }): ReactNode {
  const words = useWords(PART_WORDS);
  if (text === null) return <span className="soft">{words.notShown}</span>;
  return text === "" ? "<>" : <Untrusted text={text} />;
}

function Override({
  override: { who, why, until, waives },
}: {
  readonly override: NonNullable<MailTold["override"]>;
}) {
  const words = useWords(WORDS);
  return (
    <div className="panel panel-ground">
      <h3>{words.override}</h3>
      <Facts
        facts={[
          [words.overrideWho, <PersonName key="who" name={who} />],
          [
            words.overrideWhy,
            why === null ? "—" : <Own key="why" text={why} />,
          ],
          [words.overrideUntil, <Time key="until" at={Date.parse(until)} />],
          [words.overrideWaives, waives.length === 0 ? "—" : waives.join(", ")],
        ]}
      />
    </div>
  );
}
