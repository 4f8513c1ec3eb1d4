import { ask } from "../../api/ask.ts";
import type { SessionTold } from "../../api/told.ts";
import { useAct, useAsk } from "../../api/use-ask.ts";
import { bilingual, useWords } from "../../language/language.tsx";
import { ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { hasPasskeys, signInWithPasskey } from "../../session/passkey.ts";

const WORDS = bilingual({
  ja: {
    passkey: "パスキーでサインイン",
    with: (provider: string) => `${provider}でサインイン`,
    or: "または、利用者名とパスワードでサインインします。",
  },
  en: {
    passkey: "Sign in with a passkey",
    with: (provider: string) => `Sign in with ${provider}`,
    or: "Or sign in with your name and password.",
  },
});

interface WaysTold {
  /** The host on which passkeys work; null: nowhere. */
  readonly passkeys: string | null;
  /** What the site's own sign-in is called; null: there is none. */
  readonly provider: string | null;
}

/** Ways in besides the password, where there are any. */
export function OtherWays({
  onEnter,
}: {
  readonly onEnter: (session: SessionTold) => void;
}) {
  const words = useWords(WORDS);
  const { answer } = useAsk<WaysTold>("/api/v1/session/ways");
  const { isRunning, problem, run } = useAct();
  const takesPasskey = answer?.passkeys === location.hostname && hasPasskeys();
  const provider = answer?.provider ?? null;
  if (!takesPasskey && provider === null) return null;
  const byPasskey = () => run(async () => onEnter(await signInWithPasskey()));
  const byProvider = () =>
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
        {takesPasskey ? (
          <Button
            look="outline"
            size="large"
            disabled={isRunning}
            onClick={() => void byPasskey()}
          >
            {words.passkey}
          </Button>
        ) : null}
        {provider === null ? null : (
          <Button
            look="outline"
            size="large"
            disabled={isRunning}
            onClick={() => void byProvider()}
          >
            {words.with(provider)}
          </Button>
        )}
      </div>
      <p className="soft">{words.or}</p>
    </div>
  );
}
