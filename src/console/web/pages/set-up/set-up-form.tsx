import { useState } from "react";
import type { ReactNode } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { QrCode } from "../../parts/qr-code.tsx";
import { WORDS } from "./words.ts";

export interface Begun {
  /** The first account names itself. */
  readonly isFirst: boolean;
  readonly name: string;
  readonly displayName: string;
  readonly secret: string;
  readonly address: string;
}

export function SetUpForm({
  token,
  begun,
  onDone,
}: {
  readonly token: string;
  readonly begun: Begun;
  readonly onDone: (recoveryCodes: readonly string[]) => void;
}) {
  const words = useWords(WORDS);
  const [given, setGiven] = useState({
    ...{ name: begun.name, displayName: begun.displayName },
    ...{ password: "", repeat: "", code: "" },
  });
  const { isRunning, problem, run } = useAct();
  const isDifferent = given.repeat !== "" && given.repeat !== given.password;
  const set = (name: keyof typeof given) => ({
    name,
    value: given[name],
    onChange: ({ target }: { target: { value: string } }) =>
      setGiven((before) => ({ ...before, [name]: target.value })),
  });
  const finish = () =>
    run(async () => {
      const { name, displayName, password, code } = given;
      const made = await ask<{ readonly recoveryCodes: readonly string[] }>(
        ...(["POST", "/api/v1/set-up/finish"] as const),
        { token, name, displayName, password, code },
      );
      onDone(made.recoveryCodes);
    });
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (given.repeat === given.password) void finish();
      }}
    >
      <Step at={1} title={words.app}>
        <p>{words.appMore}</p>
        <QrCode text={begun.address} label={words.qr} />
        <p className="soft">{words.key}</p>
        <code className="secret" data-testid="secret">
          {begun.secret}
        </code>
      </Step>
      <Step at={2} title={words.you}>
        <Field
          label={words.name}
          hint={begun.isFirst ? words.nameHint : undefined}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={!begun.isFirst}
          maxLength={32}
          required
          {...set("name")}
        />
        <Field
          label={words.displayName}
          hint={begun.isFirst ? words.displayNameHint : undefined}
          autoComplete="name"
          readOnly={!begun.isFirst}
          maxLength={60}
          required
          {...set("displayName")}
        />
        <Field
          label={words.password}
          hint={words.passwordHint}
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          {...set("password")}
        />
        <Field
          label={words.repeat}
          error={isDifferent ? words.different : null}
          type="password"
          autoComplete="new-password"
          required
          {...set("repeat")}
        />
      </Step>
      <Step at={3} title={words.check}>
        <Field
          label={words.code}
          hint={words.codeHint}
          inputMode="numeric"
          autoComplete="off"
          maxLength={40}
          required
          {...set("code")}
        />
      </Step>
      <ProblemBanner problem={problem} />
      <div className="form-buttons">
        <Button type="submit" size="large" busy={isRunning}>
          {words.finish}
        </Button>
      </div>
    </form>
  );
}

function Step({
  at,
  title,
  children,
}: {
  readonly at: number;
  readonly title: string;
  readonly children: ReactNode;
}) {
  const words = useWords(WORDS);
  return (
    <section className="panel">
      <h2>
        <span className="step">{words.step(at)}</span> {title}
      </h2>
      {children}
    </section>
  );
}
