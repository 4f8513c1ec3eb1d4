import type { AccountTold } from "../../api/told.ts";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Answered } from "../../parts/page.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { SubstitutesForm } from "./substitutes-form.tsx";
import type { SubstitutesTold } from "./told.ts";
import { WORDS } from "./words.ts";

const NEVER: readonly string[] = ["auditor", "operator"];

/** 代決: who stands in for somebody else, named by whoever manages that account. */
export function SubstitutesDialog({
  account,
  accounts,
  onDone,
  onCancel,
}: {
  readonly account: AccountTold;
  readonly accounts: readonly AccountTold[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  const asked = useAsk<SubstitutesTold>("/api/v1/substitutes");
  const people = accounts
    .filter(
      ({ name, state, grants }) =>
        name !== account.name &&
        state !== "disabled" &&
        !grants.some(({ role }) => NEVER.includes(role)),
    )
    .map(
      ({ name, displayName }) => [name, `${displayName}（${name}）`] as const,
    );
  return (
    <Dialog title={words.dialogTitle(account.displayName)} onClose={onCancel}>
      <p>{words.toldOf(account.displayName)}</p>
      <Answered asked={asked}>
        {({ substitutes }) => (
          <SubstitutesForm
            manager={account}
            {...{ substitutes, people, onDone }}
            aside={(isRunning) => (
              <Button look="outline" disabled={isRunning} onClick={onCancel}>
                {parts.cancel}
              </Button>
            )}
          />
        )}
      </Answered>
    </Dialog>
  );
}
