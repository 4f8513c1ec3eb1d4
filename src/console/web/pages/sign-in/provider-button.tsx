import { ask } from "../../api/ask.ts";
import { useAct, useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { WORDS } from "./provider-words.ts";

interface WaysTold {
  /** What the site's own sign-in is called; null: there is none. */
  readonly provider: string | null;
}

/** Leads to the site's own sign-in, where there is one. */
export function ProviderButton() {
  const words = useWords(WORDS);
  const { answer } = useAsk<WaysTold>("/api/v1/session/ways");
  const { isRunning, problem, run } = useAct();
  const provider = answer?.provider ?? null;
  if (provider === null) return null;
  const begin = () =>
    run(async () => {
      const { address } = await ask<{ readonly address: string }>(
        ...(["POST", "/api/v1/session/oidc/begin"] as const),
        {},
      );
      location.assign(address);
    });
  return (
    <div className="form">
      <ProblemBanner problem={problem} />
      <div className="form-buttons">
        <Button
          look="outline"
          size="large"
          busy={isRunning}
          onClick={() => void begin()}
        >
          {words.with(provider)}
        </Button>
      </div>
      <p className="soft">{words.or}</p>
    </div>
  );
}
