import { useEffect } from "react";
import type { Problem } from "../../api/ask.ts";
import { useLanguage, useWords } from "../../language/language.tsx";
import { Banner, useProblemWords } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { REFUSALS_EN, WORDS } from "./words.ts";

const BUSY_SECONDS = 5;

/** Why nothing is shown; while the server has its hands full, it is tried again by itself. */
export function NotShown({
  problem,
  again,
}: {
  readonly problem: Problem;
  readonly again: () => void;
}) {
  const words = useWords(WORDS);
  const told = useRefusal();
  const seconds = problem.retrySeconds ?? BUSY_SECONDS;
  const isBusy = problem.code === "BUSY";
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setTimeout(again, seconds * 1000);
    return () => clearTimeout(timer);
  }, [isBusy, seconds, again, problem]);
  if (isBusy)
    return (
      <p className="reading" role="status">
        <span className="reading-mark" aria-hidden="true" />
        {words.busy(seconds)}
      </p>
    );
  return (
    <Banner kind="warning" title={words.notShown}>
      <p>{told(problem)}</p>
      <Button look="outline" size="small" onClick={again}>
        {words.again}
      </Button>
    </Banner>
  );
}

/** Of the closed list of refusals in the language chosen; of any other problem as everywhere. */
export function useRefusal() {
  const { language } = useLanguage();
  const usual = useProblemWords();
  return (problem: Problem): string => {
    const english = REFUSALS_EN[problem.code];
    if (language === "en" && english !== undefined) return english;
    const { title, more } = usual(problem);
    return more === null ? title : `${title} ${more}`;
  };
}
