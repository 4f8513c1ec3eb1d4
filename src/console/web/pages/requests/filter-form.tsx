import { useState } from "react";
import { useWords } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { Select } from "../../parts/field.tsx";
import type { Filter } from "./filter.ts";
import { WORDS } from "./words.ts";

export function FilterForm({
  filter,
  onFilter,
}: {
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}) {
  const words = useWords(WORDS);
  const [wanted, setWanted] = useState(filter);
  const { asked, ...others } = words.states;
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
          value={wanted.state}
          onChange={({ target: { value } }) =>
            setWanted((before) => ({ ...before, state: value }))
          }
          options={[["", asked], ...Object.entries(others), ["any", words.any]]}
        />
        <Select
          label={words.kind}
          value={wanted.kind}
          onChange={({ target: { value } }) =>
            setWanted((before) => ({ ...before, kind: value }))
          }
          options={[["", words.any], ...Object.entries(words.kinds)]}
        />
      </div>
      <div className="form-buttons">
        <Button type="submit">{words.find}</Button>
      </div>
    </form>
  );
}
