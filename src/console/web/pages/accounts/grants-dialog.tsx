import { useState } from "react";
import type { Grant } from "../../../../core/account.ts";
import { ask } from "../../api/ask.ts";
import type { AccountTold, TenantTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
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
      <DialogForm
        act={words.save}
        busy={isRunning}
        onSubmit={save}
        onClose={onCancel}
      >
        <p>{words.roleTold}</p>
        <ProblemBanner problem={problem} />
        <GrantsFields {...{ grants, tenants }} onChange={setGrants} />
      </DialogForm>
    </Dialog>
  );
}
