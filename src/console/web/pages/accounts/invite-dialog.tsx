import { useState } from "react";
import type { Grant } from "../../../../core/account.ts";
import { ask } from "../../api/ask.ts";
import type { LinkTold, TenantTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Field } from "../../parts/field.tsx";
import { firstGrant, GrantsFields } from "./grants-fields.tsx";
import { WORDS } from "./words.ts";

export function InviteDialog({
  tenants,
  onDone,
  onCancel,
}: {
  readonly tenants: readonly TenantTold[];
  readonly onDone: (made: LinkTold) => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const [name, setName] = useState("");
  const [displayName, setDisplayName] = useState("");
  const [grants, setGrants] = useState<readonly Grant[]>([firstGrant(tenants)]);
  const { isRunning, problem, run } = useAct();
  const invite = () =>
    run(async () => {
      onDone(
        await ask<LinkTold>("POST", "/api/v1/accounts", {
          ...{ name, displayName, grants },
        }),
      );
    });
  return (
    <Dialog title={words.inviteTitle} busy={isRunning} onClose={onCancel}>
      <DialogForm
        act={words.makeLink}
        busy={isRunning}
        onSubmit={invite}
        onClose={onCancel}
      >
        <ProblemBanner problem={problem} />
        <Field
          label={words.name}
          hint={words.nameHint}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={32}
          required
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Field
          label={words.displayName}
          autoComplete="off"
          maxLength={60}
          required
          value={displayName}
          onChange={({ target }) => setDisplayName(target.value)}
        />
        <GrantsFields {...{ grants, tenants }} onChange={setGrants} />
      </DialogForm>
    </Dialog>
  );
}
