import { useState } from "react";
import type { Grant } from "../../../../core/account.ts";
import { ask } from "../../api/ask.ts";
import type { AccountTold, TenantTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { firstGrant, GrantsFields } from "./grants-fields.tsx";
import { WORDS } from "./words.ts";

export function GrantsDialog({
  account,
  tenants,
  onDone,
  onCancel,
}: {
  readonly account: AccountTold;
  readonly tenants: readonly TenantTold[];
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  const [grants, setGrants] = useState<readonly Grant[]>(() =>
    account.grants.length === 0
      ? [firstGrant(tenants)]
      : account.grants.map(({ role, tenant }) => ({ role, tenant })),
  );
  const { isRunning, problem, run } = useAct();
  const save = () =>
    run(async () => {
      await ask("PUT", `/api/v1/accounts/${account.name}/grants`, { grants });
      onDone();
    });
  return (
    <Dialog
      title={words.roleTitle(account.displayName)}
      busy={isRunning}
      onClose={onCancel}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <p>{words.roleTold}</p>
        <ProblemBanner problem={problem} />
        <GrantsFields {...{ grants, tenants }} onChange={setGrants} />
        <DialogButtons>
          <Button type="submit" busy={isRunning}>
            {words.save}
          </Button>
          <Button look="outline" disabled={isRunning} onClick={onCancel}>
            {parts.cancel}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
