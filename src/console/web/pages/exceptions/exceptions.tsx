import { useState } from "react";
import { useSearchParams } from "wouter";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Checkbox } from "../../parts/field.tsx";
import { Answered, Page } from "../../parts/page.tsx";
import { usePerson } from "../../session/session.tsx";
import { AddDialog } from "./add-dialog.tsx";
import { ExceptionTable } from "./exception-table.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import type { ExceptionsTold, ExceptionTold } from "./told.ts";
import { WORDS } from "./words.ts";

/**
 * Senders who are blocked or trusted. `?sender=` opens the form with that sender, so that a mail's page can lead here; what
 * becomes of it is decided here all the same.
 */
export function ExceptionsPage() {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const [query, setQuery] = useSearchParams();
  const sender = query.get("sender");
  const isPastToo = query.get("past") === "true";
  const asked = useAsk<ExceptionsTold>(
    `/api/v1/exceptions${isPastToo ? "?state=any" : ""}`,
  );
  const [isAdding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ExceptionTold | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const mayAdd = may("exceptions.manage");
  const change = (name: string, value: string | null) =>
    setQuery(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === null) after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  const close = (told: string | null) => {
    setAdding(false);
    setRevoking(null);
    if (sender !== null) change("sender", null);
    if (told === null) return;
    setDone(told);
    asked.again();
  };
  return (
    <Page
      title={words.title}
      aside={
        mayAdd ? (
          <Button
            onClick={() => {
              setDone(null);
              setAdding(true);
            }}
          >
            {words.add}
          </Button>
        ) : undefined
      }
    >
      <p>{words.lead}</p>
      {done === null ? null : <Banner kind="success" title={done} />}
      <Checkbox
        label={words.past}
        checked={isPastToo}
        onChange={({ target }) =>
          change("past", target.checked ? "true" : null)
        }
      />
      <Answered asked={asked}>
        {({ exceptions }) => (
          <Listed
            exceptions={exceptions}
            tenant={query.get("tenant")}
            isPastToo={isPastToo}
            onRevoke={(one) => {
              setDone(null);
              setRevoking(one);
            }}
          />
        )}
      </Answered>
      {mayAdd && (isAdding || sender !== null) ? (
        <AddDialog sender={sender ?? ""} onDone={close} />
      ) : null}
      {revoking === null ? null : (
        <RevokeDialog exception={revoking} onDone={close} />
      )}
    </Page>
  );
}

/** Those of every organization concern each. */
function Listed({
  exceptions,
  tenant,
  isPastToo,
  onRevoke,
}: {
  readonly exceptions: readonly ExceptionTold[];
  readonly tenant: string | null;
  readonly isPastToo: boolean;
  readonly onRevoke: (exception: ExceptionTold) => void;
}) {
  const words = useWords(WORDS);
  const shown = exceptions.filter(
    (one) => tenant === null || one.tenant === null || one.tenant === tenant,
  );
  if (shown.length === 0)
    return (
      <p className="nothing">
        {isPastToo ? words.nothingAtAll : words.nothing}
      </p>
    );
  return <ExceptionTable exceptions={shown} onRevoke={onRevoke} />;
}
