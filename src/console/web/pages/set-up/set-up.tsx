import { useEffect, useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Page, Reading } from "../../parts/page.tsx";
import { DoneSetUp } from "./done-set-up.tsx";
import { SetUpForm } from "./set-up-form.tsx";
import type { Begun } from "./set-up-form.tsx";
import { WORDS } from "./words.ts";

/** With a one-time link, whose token stands behind the number sign and leaves the address bar at once. */
export function SetUpPage() {
  const words = useWords(WORDS);
  const [token] = useState(tokenInAddress);
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const { problem, run } = useAct();
  useEffect(() => {
    if (token === "") return;
    history.replaceState(null, "", "/set-up");
    void run(async () => {
      setBegun(await begin(token));
    });
  }, [token]);
  return (
    <Page title={words.title} narrow>
      <ProblemBanner problem={problem} />
      {token === "" ? (
        <Banner kind="error" title={words.noLink}>
          <p>{words.noLinkMore}</p>
        </Banner>
      ) : codes !== null ? (
        <DoneSetUp codes={codes} />
      ) : begun !== null ? (
        <SetUpForm token={token} begun={begun} onDone={setCodes} />
      ) : problem === null ? (
        <Reading />
      ) : null}
    </Page>
  );
}

function begin(token: string): Promise<Begun> {
  return ask<Begun>("POST", "/api/v1/set-up/begin", { token });
}

function tokenInAddress(): string {
  return location.hash.slice(1);
}
