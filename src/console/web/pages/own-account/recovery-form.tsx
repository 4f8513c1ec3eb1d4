import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Section } from "../../parts/page.tsx";
import { RecoveryCodes } from "../../parts/recovery-codes.tsx";
import { useSession } from "../../session/session.tsx";
import { NO_PROOF, ProofFields } from "./proof-fields.tsx";
import { WORDS } from "./words.ts";

export function RecoveryForm() {
  const words = useWords(WORDS);
  const { again } = useSession();
  const [proof, setProof] = useState(NO_PROOF);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const { isRunning, problem, run } = useAct();
  const make = () =>
    run(async () => {
      const made = await ask<{ readonly recoveryCodes: readonly string[] }>(
        ...(["POST", "/api/v1/session/recovery-codes"] as const),
        proof,
      );
      setCodes(made.recoveryCodes);
      setProof(NO_PROOF);
      await again();
    });
  return (
    <Section title={words.recoveryTitle}>
      <form
        className="form panel"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <p>{words.recoveryTold}</p>
        <ProblemBanner problem={problem} />
        {codes === null ? null : (
          <>
            <Banner kind="success" title={words.made}>
              <p>{words.keep}</p>
            </Banner>
            <RecoveryCodes codes={codes} />
          </>
        )}
        <ProofFields proof={proof} onChange={setProof} />
        <div className="form-buttons">
          <Button type="submit" look="outline" busy={isRunning}>
            {words.make}
          </Button>
        </div>
      </form>
    </Section>
  );
}
