import { useState } from "react";
import { ACTS_EN } from "../../api/english.ts";
import { ACT_WORDS } from "../../../../policy/act-words.ts";
import { useLanguage, useWords } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { Checkbox, Field, Select } from "../../parts/field.tsx";
import { NONE } from "./filter.ts";
import type { Filter } from "./filter.ts";
import { WORDS } from "./words.ts";

const ITEM_CHARACTERS = 26;

export function FilterForm({
  filter,
  onFilter,
}: {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}) {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  const [wanted, setWanted] = useState(filter);
  const set = (name: keyof Filter) => ({
    value: wanted[name],
    onChange: ({ target }: { target: { value: string } }) =>
      setWanted((before) => ({ ...before, [name]: target.value.trim() })),
  });
  const isWrong = wanted.item !== "" && wanted.item.length !== ITEM_CHARACTERS;
  const acts = language === "ja" ? ACT_WORDS : ACTS_EN;
  return (
    <form
      className="panel panel-ground"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong) onFilter(wanted);
      }}
    >
      <div className="filter">
        <Field
          label={words.actor}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          {...set("actor")}
        />
        <Select
          label={words.act}
          options={[["", words.any], ...Object.entries(acts)]}
          {...set("act")}
        />
        <Field
          label={words.item}
          hint={words.itemHint}
          error={isWrong ? words.itemWrong : null}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={ITEM_CHARACTERS}
          {...set("item")}
        />
        <Field label={words.since} type="date" {...set("since")} />
        <Field label={words.until} type="date" {...set("until")} />
      </div>
      <Checkbox
        label={words.all}
        checked={wanted.all === "true"}
        onChange={({ target }) =>
          setWanted((before) => ({
            ...before,
            all: target.checked ? "true" : "",
          }))
        }
      />
      <div className="form-buttons">
        <Button type="submit">{words.find}</Button>
        <Button
          look="text"
          onClick={() => {
            setWanted(NONE);
            onFilter(NONE);
          }}
        >
          {words.clear}
        </Button>
      </div>
    </form>
  );
}
