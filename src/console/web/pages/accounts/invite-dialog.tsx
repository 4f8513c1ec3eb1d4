import { useState } from "react";
import type { Grant } from "../../../../core/account.ts";
import { ask } from "../../api/ask.ts";
import type { LinkTold, TenantTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
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
  const parts = useWords(PART_WORDS);
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
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void invite();
        }}
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
        <DialogButtons>
          <Button type="submit" busy={isRunning}>
            {words.makeLink}
          </Button>
          <Button look="outline" disabled={isRunning} onClick={onCancel}>
            {parts.cancel}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  );
}
