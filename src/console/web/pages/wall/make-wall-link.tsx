import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { CopyButton } from "../../parts/copy.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Field, Select } from "../../parts/field.tsx";
import { Time } from "../../parts/measures.tsx";
import { Facts } from "../../parts/table.tsx";
import { usePerson } from "../../session/session.tsx";
import { WORDS } from "./link-words.ts";

const DAYS = [30, 90, 366];
const USUAL_DAYS = "366";
const MAX_NAME = 60;

interface Made {
  readonly link: string;
  readonly expiresAt: number;
}

/** The link exists nowhere else: who closes this without it makes another. */
export function MakeWallLink({ onClose }: { readonly onClose: () => void }) {
  const words = useWords(WORDS);
  const [made, setMade] = useState<Made | null>(null);
  if (made === null) return <MakeForm onMade={setMade} onCancel={onClose} />;
  return (
    <Dialog title={words.linkTitle} onClose={onClose}>
      <p>{words.linkTold}</p>
      <code className="secret secret-plain" data-testid="wall-link">
        {made.link}
      </code>
      <div className="row">
        <CopyButton text={made.link} />
      </div>
      <Facts
        facts={[[words.until, <Time key="until" at={made.expiresAt} />]]}
      />
      <DialogButtons>
        <Button onClick={onClose}>{words.close}</Button>
      </DialogButtons>
    </Dialog>
  );
}

function MakeForm({
  onMade,
  onCancel,
}: {
  readonly onMade: (made: Made) => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const { placesFor } = usePerson();
  const { isRunning, problem, run } = useAct();
  const tenants = placesFor("accounts.manage", ["*", words.everyTenant]);
  const [name, setName] = useState("");
  const [tenant, setTenant] = useState(tenants[0]?.[0] ?? "");
  const [days, setDays] = useState(USUAL_DAYS);
  const make = () =>
    run(async () => {
      const body = { name: name.trim(), tenant, days: Number(days) };
      onMade(await ask<Made>("POST", "/api/v1/wall-links", body));
    });
  return (
    <Dialog title={words.add} busy={isRunning} onClose={onCancel}>
      <DialogForm
        act={words.add}
        busy={isRunning}
        disabled={name.trim() === "" || tenant === ""}
        onSubmit={make}
        onClose={onCancel}
      >
        <ProblemBanner problem={problem} />
        <Field
          label={words.name}
          hint={words.nameHint}
          required
          maxLength={MAX_NAME}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Select
          label={words.tenant}
          value={tenant}
          onChange={({ target }) => setTenant(target.value)}
          options={tenants}
        />
        <Select
          label={words.days}
          value={days}
          onChange={({ target }) => setDays(target.value)}
          options={DAYS.map((one) => [String(one), words.day(one)] as const)}
        />
      </DialogForm>
    </Dialog>
  );
}
