import { useState } from "react";
import { ask } from "../../api/ask.ts";
import type { SessionTold } from "../../api/told.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { Section } from "../../parts/page.tsx";
import { useSession } from "../../session/session.tsx";
import { NO_PROOF, ProofFields } from "./proof-fields.tsx";
import { WORDS } from "./words.ts";

export function PasswordForm() {
  const words = useWords(WORDS);
  const { began } = useSession();
  const [proof, setProof] = useState(NO_PROOF);
  const [wanted, setWanted] = useState({ first: "", again: "" });
  const [isDone, setDone] = useState(false);
  const { isRunning, problem, run } = useAct();
  const isDifferent = wanted.again !== "" && wanted.again !== wanted.first;
  const change = () =>
    run(async () => {
      setDone(false);
      const session = await ask<SessionTold>(
        ...(["POST", "/api/v1/session/password"] as const),
        { ...proof, newPassword: wanted.first },
      );
      began(session);
      setProof(NO_PROOF);
      setWanted({ first: "", again: "" });
      setDone(true);
    });
  return (
    <Section title={words.passwordTitle}>
      <form
        className="form panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted.first === wanted.again) void change();
        }}
      >
        <p>{words.passwordTold}</p>
        <ProblemBanner problem={problem} />
        {isDone ? <Banner kind="success" title={words.changed} /> : null}
        <Field
          label={words.newPassword}
          hint={words.newPasswordHint}
          type="password"
          autoComplete="new-password"
          minLength={12}
          required
          value={wanted.first}
          onChange={({ target }) =>
            setWanted((before) => ({ ...before, first: target.value }))
          }
        />
        <Field
          label={words.repeat}
          error={isDifferent ? words.different : null}
          type="password"
          autoComplete="new-password"
          required
          value={wanted.again}
          onChange={({ target }) =>
            setWanted((before) => ({ ...before, again: target.value }))
          }
        />
        <ProofFields proof={proof} onChange={setProof} />
        <div className="form-buttons">
          <Button type="submit" busy={isRunning}>
            {words.change}
          </Button>
        </div>
      </form>
    </Section>
  );
}
