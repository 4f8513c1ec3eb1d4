import { useState } from "react";
import { Link } from "wouter";
import type { MailTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button, ButtonLink } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { usePerson } from "../../session/session.tsx";
import { HeldActDialog } from "./held-act-dialog.tsx";
import type { HeldAct } from "./held-act-dialog.tsx";
import { WORDS as ACT_WORDS } from "./act-words.ts";
import { WORDS } from "./held-words.ts";
import { usePersonName } from "../../session/people.tsx";

const ACTS: readonly HeldAct[] = [
  ...(["password", "remake", "rescan", "pin", "unpin"] as const),
];

/** What else can be done with held mail, and how it stands with a scan that was asked for and with retention. */
export function HeldActs({
  mail,
  again,
}: {
  readonly mail: MailTold;
  readonly again: () => void;
}) {
  const words = useWords(WORDS);
  const decided = useWords(ACT_WORDS);
  const [asking, setAsking] = useState<HeldAct | null>(null);
  const [done, setDone] = useState<{
    readonly act: HeldAct;
    readonly as: string | null;
  } | null>(null);
  const mayDo = (act: HeldAct) =>
    act === "remake"
      ? mail.may.release && mail.variants.length > 0
      : mail.may[act];
  return (
    <>
      {done === null ? null : (
        <Banner kind="success" title={words.done[done.act]}>
          {done.as === null || done.as === mail.item ? undefined : (
            <p>
              {decided.anew}{" "}
              <Link to={`/quarantine/${done.as}`}>{done.as}</Link>
            </p>
          )}
        </Banner>
      )}
      <Standing mail={mail} />
      <div className="row">
        {ACTS.filter(mayDo).map((act) => (
          <Button
            key={act}
            look="outline"
            size="small"
            onClick={() => setAsking(act)}
          >
            {words.name[act]}
          </Button>
        ))}
        <ExceptionLink mail={mail} />
      </div>
      {asking === null ? null : (
        <HeldActDialog
          mail={mail}
          act={asking}
          onDone={(as) => {
            setAsking(null);
            if (as !== undefined) setDone({ act: asking, as });
            again();
          }}
          onCancel={() => setAsking(null)}
        />
      )}
    </>
  );
}

function Standing({ mail: { pin, rescan } }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const nameOf = usePersonName();
  return (
    <>
      {rescan === null ? null : (
        <Banner kind="info" title={words.rescanWaits}>
          <p>
            {words.rescanBy(nameOf(rescan.who))} <Time at={rescan.at} />
          </p>
        </Banner>
      )}
      {pin === null ? null : (
        <Banner kind="info" title={words.pinned}>
          <p>
            {words.pinnedBy(nameOf(pin.who))} <Time at={pin.at} />{" "}
            {pin.why === null ? null : <Untrusted text={pin.why} />}
          </p>
        </Banner>
      )}
    </>
  );
}

function ExceptionLink({ mail }: { readonly mail: MailTold }) {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const { reversePath } = mail.envelope;
  if (reversePath === null || reversePath === "") return null;
  if (!may("exceptions.manage", mail.tenant)) return null;
  const sender = encodeURIComponent(reversePath);
  return (
    <ButtonLink to={`/exceptions?sender=${sender}`} look="text" size="small">
      {words.exception}
    </ButtonLink>
  );
}
