import { useState } from "react";
import { useLocation } from "wouter";
import { ask } from "../../api/ask.ts";
import type { SessionTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { List } from "../../parts/list.tsx";
import { Page } from "../../parts/page.tsx";
import { useSession } from "../../session/session.tsx";
import { OtherWays } from "./other-ways.tsx";
import { WORDS } from "./words.ts";

/** Name, password and code in one question; then the page that was asked for. */
export function SignInPage() {
  const words = useWords(WORDS);
  const { began, session } = useSession();
  const [address] = useLocation();
  const [given, setGiven] = useState({ name: "", password: "", code: "" });
  const { isRunning, problem, run } = useAct();
  const set = (name: keyof typeof given) => ({
    name,
    value: given[name],
    onChange: ({ target }: { target: { value: string } }) =>
      setGiven((before) => ({ ...before, [name]: target.value })),
  });
  const enter = (told: SessionTold) => {
    if (address === "/sign-in") location.assign("/");
    else began(told);
  };
  const signIn = () =>
    run(async () =>
      enter(await ask<SessionTold>("POST", "/api/v1/session", given)),
    );
  return (
    <Page title={words.title} narrow>
      {session ? <p>{words.already(session.displayName)}</p> : null}
      <OtherWays onEnter={enter} />
      <form
        className="form panel"
        onSubmit={(event) => {
          event.preventDefault();
          void signIn().then((isIn) => {
            // A code counts once; the password may stay.
            if (!isIn) setGiven((before) => ({ ...before, code: "" }));
          });
        }}
      >
        <ProblemBanner problem={problem} />
        <Field
          label={words.name}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          required
          {...set("name")}
        />
        <Field
          label={words.password}
          type="password"
          autoComplete="current-password"
          required
          {...set("password")}
        />
        <Field
          label={words.code}
          hint={words.codeHint}
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={40}
          required
          {...set("code")}
        />
        <div className="form-buttons">
          <Button type="submit" size="large" busy={isRunning}>
            {words.signIn}
          </Button>
        </div>
      </form>
      <div className="stack">
        <h2>{words.trouble}</h2>
        <List lines={words.advice} />
      </div>
    </Page>
  );
}
