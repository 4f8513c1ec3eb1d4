import { useState } from "react";
import type { VerdictKind } from "../../../../core/verdict.ts";
import type { HoldCode } from "../../../../core/verdict.ts";
import { REASONS } from "../../../../policy/reasons.ts";
import { useToldWords, VERDICTS_JA } from "../../api/told-words.ts";
import { useWords } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { Field, Select } from "../../parts/field.tsx";
import { usePerson } from "../../session/session.tsx";
import type { Filter } from "./filter.ts";
import { WORDS } from "./words.ts";

const NONE = {
  ...{ state: "", verdict: "", code: "", sender: "", recipient: "" },
  ...{ text: "", since: "", until: "" },
};

/** Asks nothing by itself: what is wanted goes into the address, and the page asks. */
export function FilterForm({
  filter,
  onFilter,
}: {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}) {
  const words = useWords(WORDS);
  const told = useToldWords();
  const { may } = usePerson();
  const [wanted, setWanted] = useState(filter);
  const set = (name: keyof Filter) => ({
    value: wanted[name],
    onChange: ({ target }: { target: { value: string } }) =>
      setWanted((before) => ({ ...before, [name]: target.value })),
  });
  return (
    <form
      className="panel panel-ground"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onFilter(wanted);
      }}
    >
      <div className="filter">
        <Select
          label={words.state}
          options={[
            ["", words.states.held],
            ["released", words.states.released],
            ["discarded", words.states.discarded],
            ["any", words.states.any],
          ]}
          {...set("state")}
        />
        <Select
          label={words.reason}
          options={[
            ["", words.any],
            ...(Object.keys(REASONS) as HoldCode[]).map(
              (code) => [code, told.reason(code).title] as const,
            ),
          ]}
          {...set("code")}
        />
        <Select
          label={words.verdict}
          options={[
            ["", words.any],
            ...(Object.keys(VERDICTS_JA) as VerdictKind[]).map(
              (one) => [one, told.verdict(one)] as const,
            ),
          ]}
          {...set("verdict")}
        />
        <Field label={words.since} type="date" {...set("since")} />
        <Field label={words.until} type="date" {...set("until")} />
        {may("mail.read") ? (
          <>
            <Field label={words.text} maxLength={200} {...set("text")} />
            <Field label={words.sender} maxLength={200} {...set("sender")} />
            <Field
              label={words.recipient}
              maxLength={200}
              {...set("recipient")}
            />
          </>
        ) : null}
      </div>
      <div className="form-buttons">
        <Button type="submit">{words.find}</Button>
        <Button
          look="text"
          onClick={() => {
            const none = { ...NONE, tenant: filter.tenant };
            setWanted(none);
            onFilter(none);
          }}
        >
          {words.clear}
        </Button>
      </div>
    </form>
  );
}
