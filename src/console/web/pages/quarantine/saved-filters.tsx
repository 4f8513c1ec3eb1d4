import { useState } from "react";
import { Link } from "wouter";
import { ask } from "../../api/ask.ts";
import { useAct, useAsk } from "../../api/use-ask.ts";
import { bilingual, useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { addressOf, countOf, filterForApi, filterFromApi } from "./filter.ts";
import type { Filter } from "./filter.ts";

const WORDS = bilingual({
  ja: {
    saved: "保存した条件",
    forget: "削除",
    forgetThis: (name: string) => `保存した条件「${name}」を削除`,
    name: "いまの条件に名前を付けて保存",
    hint: "同じ名前で保存すると、置き換わります。",
    save: "保存する",
  },
  en: {
    saved: "Saved filters",
    forget: "Remove",
    forgetThis: (name: string) => `Remove the saved filter “${name}”`,
    name: "Save this filter as",
    hint: "One of the same name is replaced.",
    save: "Save",
  },
});

const PATH = "/api/v1/saved-filters";
const MAX_NAME = 60;

interface SavedTold {
  readonly filters: readonly {
    readonly name: string;
    readonly query: Readonly<Record<string, string>>;
  }[];
}

/** Each person's own, kept by the server, so that they are there in every browser. */
export function SavedFilters({ filter }: { readonly filter: Filter }) {
  const words = useWords(WORDS);
  const { answer, again } = useAsk<SavedTold>(PATH);
  const [name, setName] = useState("");
  const { isRunning, problem, run } = useAct();
  const saved = answer?.filters ?? [];
  const save = () =>
    run(async () => {
      const query = Object.entries(filterForApi(filter)).filter(
        ([, value]) => value !== "",
      );
      await ask("PUT", PATH, { name, query: Object.fromEntries(query) });
      setName("");
      again();
    });
  const forget = (one: string) =>
    run(async () => {
      await ask("DELETE", PATH, { name: one });
      again();
    });
  return (
    <>
      <ProblemBanner problem={problem} />
      {saved.length === 0 ? null : (
        <div className="row" role="group" aria-label={words.saved}>
          <strong>{words.saved}</strong>
          {saved.map((one) => (
            <span className="chip" key={one.name}>
              <Link to={addressOf(filterFromApi(one.query), null)}>
                {one.name}
              </Link>
              <button
                type="button"
                className="inline-button"
                aria-label={words.forgetThis(one.name)}
                disabled={isRunning}
                onClick={() => void forget(one.name)}
              >
                {words.forget}
              </button>
            </span>
          ))}
        </div>
      )}
      {countOf(filter) === 0 ? null : (
        <form
          className="save-filter"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Field
            label={words.name}
            hint={words.hint}
            maxLength={MAX_NAME}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
          <Button
            type="submit"
            look="outline"
            busy={isRunning}
            disabled={name.trim() === ""}
          >
            {words.save}
          </Button>
        </form>
      )}
    </>
  );
}
