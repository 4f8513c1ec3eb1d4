import { useState } from "react";
import type { ReactNode } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import type { Act } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Field } from "../../parts/field.tsx";
import { makePasskey } from "../../session/passkey.ts";
import type { NewPasskey } from "../../session/passkey.ts";
import type { PasskeyTold } from "./passkeys.tsx";
import { WORDS } from "./passkey-words.ts";

const PATH = "/api/v1/session/passkeys";
const MAX_NAME = 60;

interface Ending {
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** A code that was taken counts for as many tries as the device needs: who draws back the finger types none again. */
export function AddPasskey({ onDone, onClose }: Ending) {
  const words = useWords(WORDS);
  const [name, setName] = useState("");
  const [code, setCode] = useState("");
  const [begun, setBegun] = useState<NewPasskey | null>(null);
  const act = useAct();
  const add = async () => {
    const isDone = await act.run(async () => {
      const options = begun ?? (await begin(code));
      setBegun(options);
      setCode("");
      const response = await makePasskey(options);
      setBegun(null);
      await ask("POST", `${PATH}/finish`, { name: name.trim(), response });
      onDone();
    });
    if (!isDone) setCode("");
  };
  return (
    <Asking
      {...{ title: words.addTitle, act, onClose }}
      go={begun === null ? words.toDevice : words.toDeviceAgain}
      onGo={add}
    >
      <p>{words.addTold}</p>
      <ProblemBanner problem={act.problem} />
      <Field
        label={words.name}
        hint={words.nameHint}
        maxLength={MAX_NAME}
        pattern=".*\S.*"
        required
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      {begun === null ? (
        <Field
          label={words.code}
          hint={words.codeHint}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          required
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      ) : null}
    </Asking>
  );
}

async function begin(code: string): Promise<NewPasskey> {
  const { options } = await ask<{ readonly options: NewPasskey }>(
    ...(["POST", `${PATH}/begin`] as const),
    { code },
  );
  return options;
}

export function RenamePasskey({
  passkey: { key, name },
  onDone,
  onClose,
}: Ending & { readonly passkey: PasskeyTold }) {
  const words = useWords(WORDS);
  const [wanted, setWanted] = useState(name);
  const act = useAct();
  const rename = () =>
    act.run(async () => {
      await ask("PUT", `${PATH}/${key}`, { name: wanted.trim() });
      onDone();
    });
  return (
    <Asking
      {...{ title: words.renameTitle, go: words.save, act, onClose }}
      onGo={rename}
    >
      <ProblemBanner problem={act.problem} />
      <Field
        label={words.name}
        hint={words.nameHint}
        maxLength={MAX_NAME}
        pattern=".*\S.*"
        required
        value={wanted}
        onChange={({ target }) => setWanted(target.value)}
      />
    </Asking>
  );
}

export function RemovePasskey({
  passkey: { key, name },
  onDone,
  onClose,
}: Ending & { readonly passkey: PasskeyTold }) {
  const words = useWords(WORDS);
  const act = useAct();
  const remove = () =>
    act.run(async () => {
      await ask("DELETE", `${PATH}/${key}`, {});
      onDone();
    });
  return (
    <Asking
      {...{ title: words.removeTitle, go: words.toRemove, act, onClose }}
      danger
      onGo={remove}
    >
      <ProblemBanner problem={act.problem} />
      <p>{words.removeTold(name)}</p>
    </Asking>
  );
}

function Asking({
  title,
  act: { isRunning },
  go,
  danger = false,
  onGo,
  onClose,
  children,
}: {
  readonly title: string;
  readonly act: Act;
  readonly go: string;
  readonly danger?: boolean;
  readonly onGo: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Dialog
      title={title}
      busy={isRunning}
      startsInField={!danger}
      onClose={onClose}
    >
      <DialogForm
        act={go}
        danger={danger}
        busy={isRunning}
        onSubmit={onGo}
        onClose={onClose}
      >
        {children}
      </DialogForm>
    </Dialog>
  );
}
