import { useState } from "react";
import type { ReactNode } from "react";
import { EVERY_TENANT } from "../../../../core/account.ts";
import { ask } from "../../api/ask.ts";
import type { GrantTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Field, Select } from "../../parts/field.tsx";
import { usePerson } from "../../session/session.tsx";
import { bodyOf, namedFrom, newNamed } from "./named.ts";
import type { Named } from "./named.ts";
import type { SubstitutesTold, SubstituteTold } from "./told.ts";
import { WORDS } from "./words.ts";

/** People to choose from: user name and name. Null: the name is typed, because not everybody may see the accounts. */
export type People = readonly (readonly [name: string, words: string])[] | null;

export interface Manager {
  readonly name: string;
  readonly grants: readonly GrantTold[];
}

/** All substitutes of one manager at once: what is saved is what is shown. */
export function SubstitutesForm({
  manager,
  substitutes,
  people,
  onDone,
  aside,
}: {
  readonly manager: Manager;
  readonly substitutes: readonly SubstituteTold[];
  readonly people: People;
  readonly onDone: (told: SubstitutesTold) => void;
  /** Further buttons, given whether it is being saved. */
  readonly aside?: (isRunning: boolean) => ReactNode;
}) {
  const words = useWords(WORDS);
  const places = usePlaces(manager);
  const [named, setNamed] = useState(() =>
    namedFrom(substitutes, manager.name),
  );
  const { isRunning, problem, run } = useAct();
  const save = () =>
    run(async () => {
      const path = `/api/v1/accounts/${manager.name}/substitutes`;
      onDone(await ask<SubstitutesTold>("PUT", path, bodyOf(named)));
    });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <ProblemBanner problem={problem} />
      <fieldset className="fieldset">
        <legend className="legend">{words.list}</legend>
        {named.length === 0 ? <p>{words.none}</p> : null}
        {named.map((row, at) => (
          <Row
            key={at}
            {...{ row, places, people }}
            onChange={(over) =>
              setNamed(
                named.map((one, index) =>
                  index === at ? { ...one, ...over } : one,
                ),
              )
            }
            onRemove={() => setNamed(named.filter((_, index) => index !== at))}
          />
        ))}
        <div>
          <Button
            look="outline"
            size="small"
            onClick={() =>
              setNamed([...named, newNamed(places[0]?.[0] ?? "", Date.now())])
            }
          >
            {words.add}
          </Button>
        </div>
      </fieldset>
      <div className="form-buttons">
        <Button type="submit" busy={isRunning}>
          {words.save}
        </Button>
        {aside?.(isRunning)}
      </div>
    </form>
  );
}

function Row({
  row: { tenant, substitute, until },
  places,
  people,
  onChange,
  onRemove,
}: {
  readonly row: Named;
  readonly places: readonly (readonly [string, string])[];
  readonly people: People;
  readonly onChange: (over: Partial<Named>) => void;
  readonly onRemove: () => void;
}) {
  const words = useWords(WORDS);
  const chosen = {
    value: substitute,
    onChange: ({ target: { value } }: { target: { value: string } }) =>
      onChange({ substitute: value }),
  };
  return (
    <div className="grant">
      {people === null ? (
        <Field
          label={words.substitute}
          required
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          {...chosen}
        />
      ) : (
        <Select
          label={words.substitute}
          required
          options={[
            ["", words.choose],
            ...people,
            ...(substitute === "" ||
            people.some(([name]) => name === substitute)
              ? []
              : [[substitute, substitute] as const]),
          ]}
          {...chosen}
        />
      )}
      <Select
        label={words.tenant}
        value={tenant}
        options={places}
        onChange={({ target: { value } }) => onChange({ tenant: value })}
      />
      <Field
        label={words.until}
        type="date"
        required
        value={until}
        onChange={({ target: { value } }) => onChange({ until: value })}
      />
      <Button look="text" size="small" onClick={onRemove}>
        {words.remove}
      </Button>
    </div>
  );
}

/** Where this account is 情報管理者; there alone somebody can stand in for it. */
function usePlaces({ grants }: Manager) {
  const words = useWords(WORDS);
  const { session, tenantName } = usePerson();
  const own = grants
    .filter(({ role }) => role === "manager")
    .map(({ tenant }) => tenant);
  const ids = own.includes(EVERY_TENANT)
    ? [EVERY_TENANT, ...session.tenants.map(({ id }) => id)]
    : [...new Set(own)];
  return ids.map(
    (id) =>
      [id, id === EVERY_TENANT ? words.everyTenant : tenantName(id)] as const,
  );
}
