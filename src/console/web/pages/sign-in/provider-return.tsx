import { useEffect, useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { Page, Reading } from "../../parts/page.tsx";
import { WORDS } from "./provider-words.ts";

/** What the provider may send along. */
const MEMBERS = ["code", "state", "iss", "error"];

/** The browser comes back from the site's own sign-in: what came along goes to the API, out of the address bar, and nowhere else. */
export function ProviderReturnPage() {
  const words = useWords(WORDS);
  const [returned] = useState(() => returnedIn(location.search));
  // Loaded again, or typed by hand: the server would count it as a wrong try.
  const isNothing = Object.keys(returned).length === 0;
  const [isCodeNeeded, setCodeNeeded] = useState(false);
  const [code, setCode] = useState("");
  const finishing = useAct();
  const { run } = finishing;
  const proving = useAct();
  useEffect(() => {
    history.replaceState(null, "", location.pathname);
    if (isNothing) return;
    void run(async () => {
      const { codeNeeded } = await ask<{ readonly codeNeeded: boolean }>(
        ...(["POST", "/api/v1/session/oidc/finish"] as const),
        returned,
      );
      if (codeNeeded) setCodeNeeded(true);
      else location.replace("/");
    });
    // Once, with what the page came with.
  }, [returned, isNothing]);
  const prove = () =>
    proving.run(async () => {
      await ask("POST", "/api/v1/session/oidc/code", { code });
      location.replace("/");
    });
  return (
    <Page title={words.title} narrow>
      <ProblemBanner problem={finishing.problem}>
        <a href="/sign-in">{words.back}</a>
      </ProblemBanner>
      {isCodeNeeded ? (
        <form
          className="form panel"
          onSubmit={(event) => {
            event.preventDefault();
            void prove().then((isDone) => {
              if (!isDone) setCode("");
            });
          }}
        >
          <ProblemBanner problem={proving.problem} />
          <Field
            label={words.code}
            hint={words.hint}
            autoComplete="one-time-code"
            maxLength={40}
            required
            value={code}
            onChange={({ target }) => setCode(target.value)}
          />
          <div className="form-buttons">
            <Button type="submit" size="large" busy={proving.isRunning}>
              {words.go}
            </Button>
          </div>
        </form>
      ) : isNothing ? (
        <Banner kind="info" title={words.nothing}>
          <a href="/sign-in">{words.back}</a>
        </Banner>
      ) : finishing.problem === null ? (
        <Reading />
      ) : null}
    </Page>
  );
}

function returnedIn(search: string): Readonly<Record<string, string>> {
  const given = new URLSearchParams(search);
  return Object.fromEntries(
    MEMBERS.flatMap((name) => {
      const value = given.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}
