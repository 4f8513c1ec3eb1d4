import { useState } from "react";
import { Link } from "wouter";
import type { NoRelease } from "../../../../policy/releasable.ts";
import type { DoneTold, MailTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { useDoneWords } from "../../api/told-words.ts";
import { WORDS } from "./act-words.ts";
import { DecideDialog } from "./decide-dialog.tsx";
import type { Decision } from "./decide-dialog.tsx";
import { HeldActs } from "./held-acts.tsx";
import { LookLinks } from "./look-links.tsx";
import { NoteDialog } from "./note-dialog.tsx";

/** The buttons for what this person may do with this mail now, and what came of the last one. */
export function Acts({
  mail,
  again,
}: {
  readonly mail: MailTold;
  readonly again: () => void;
}) {
  const words = useWords(WORDS);
  const [asking, setAsking] = useState<Decision | "note" | null>(null);
  const [done, setDone] = useState<DoneTold | null>(null);
  const [isNoted, setNoted] = useState(false);
  const { may } = mail;
  const noRelease = reason(may);
  const close = (told: DoneTold | null) => {
    setAsking(null);
    setNoted(false);
    if (told !== null) setDone(told);
    again();
  };
  return (
    <section className="acts" aria-label={words.acts}>
      {done === null ? null : <Done done={done} item={mail.item} />}
      {isNoted ? <Banner kind="success" title={words.noted} /> : null}
      {may.release || may.discard ? null : <p>{words.none}</p>}
      {may.discard && noRelease !== null ? (
        <Banner kind="info" title={words.noRelease[noRelease]} />
      ) : null}
      <LookLinks mail={mail} />
      <div className="row">
        {may.release ? (
          <Button onClick={() => setAsking("release")}>{words.release}</Button>
        ) : null}
        {may.discard ? (
          <Button look="outline" danger onClick={() => setAsking("discard")}>
            {words.discard}
          </Button>
        ) : null}
        {may.note ? (
          <Button look="outline" onClick={() => setAsking("note")}>
            {words.note}
          </Button>
        ) : null}
      </div>
      <HeldActs mail={mail} again={again} />
      {asking === "release" || asking === "discard" ? (
        <DecideDialog
          mail={mail}
          decision={asking}
          onDone={close}
          onCancel={() => setAsking(null)}
        />
      ) : null}
      {asking === "note" ? (
        <NoteDialog
          item={mail.item}
          onDone={() => {
            close(null);
            setNoted(true);
          }}
          onCancel={() => setAsking(null)}
        />
      ) : null}
    </section>
  );
}

function Done({
  done,
  item,
}: {
  readonly done: DoneTold;
  readonly item: string;
}) {
  const words = useWords(WORDS);
  const doneWords = useDoneWords();
  const isAnew = done.as !== undefined && done.as !== item;
  return (
    <Banner kind="success" title={doneWords(done)}>
      {isAnew ? (
        <p>
          {words.anew} <Link to={`/quarantine/${done.as}`}>{done.as}</Link>
        </p>
      ) : undefined}
    </Banner>
  );
}

/** What only a password can open is not beyond help. */
function reason(may: MailTold["may"]): NoRelease | "locked" | null {
  return may.noRelease === "futile" && may.password ? "locked" : may.noRelease;
}
