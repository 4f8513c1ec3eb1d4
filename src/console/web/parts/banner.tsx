import type { ReactNode } from "react";
import type { Problem } from "../api/ask.ts";
import { PROBLEMS_EN } from "../api/english.ts";
import { useLanguage, useWords } from "../language/language.tsx";
import { timeWords } from "./measures.tsx";
import { WORDS } from "./words.ts";

export type BannerKind = "success" | "error" | "warning" | "info";

/** A notification banner; errors are read out at once, the others when there is time. */
export function Banner({
  kind,
  title,
  children,
}: {
  readonly kind: BannerKind;
  readonly title: string;
  readonly children?: ReactNode;
}) {
  const words = useWords(WORDS);
  return (
    <div
      className={`banner banner-${kind}`}
      role={kind === "error" ? "alert" : "status"}
    >
      <Icon kind={kind} label={words[kind]} />
      <div className="banner-words">
        <p className="banner-title">{title}</p>
        {children === undefined ? null : (
          <div className="banner-body">{children}</div>
        )}
      </div>
    </div>
  );
}

/** What the server said instead of doing it; nothing when all went well. */
export function ProblemBanner({
  problem,
  children,
}: {
  readonly problem: Problem | null;
  readonly children?: ReactNode;
}) {
  const words = useProblemWords();
  if (problem === null) return null;
  const { title, more } = words(problem);
  return (
    <Banner kind="error" title={title}>
      {more === null ? null : <p>{more}</p>}
      {children}
    </Banner>
  );
}

export function useProblemWords() {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  return (problem: Problem): { title: string; more: string | null } => {
    const told =
      language === "ja" ? problem.message : problemInEnglish(problem);
    if (told !== "") return { title: told, more: null };
    const { code, retrySeconds } = problem;
    return {
      title: code === "NO_ANSWER" ? words.noAnswer : words.unexpected,
      more: retrySeconds === null ? null : words.retry(retrySeconds),
    };
  };
}

function problemInEnglish(problem: Problem): string {
  const { code, message, by, at, triesLeft, retrySeconds } = problem;
  if (code === "WRONG_PASSWORD" && triesLeft !== null)
    return triesLeft > 0
      ? `The password does not fit. Tries left: ${triesLeft}.`
      : "The password does not fit. You can try again in about 15 minutes.";
  if (code === "WAIT" && retrySeconds !== null)
    return `There were many tries. Please wait about ${Math.ceil(retrySeconds / 60)} minutes.`;
  if (code === "DECIDED" && by !== null && at !== null)
    return `${by} decided about this mail at ${timeWords(at, "en")}. What you asked for was not done.`;
  return PROBLEMS_EN[code] ?? message;
}

const SHAPES: Readonly<Record<BannerKind, ReactNode>> = {
  success: (
    <>
      <circle cx="12" cy="12" r="10" />
      <path className="mark" d="m7 12.5 3.5 3.5L17 9" />
    </>
  ),
  error: (
    <>
      <path d="M7.9 2h8.2L22 7.9v8.2L16.1 22H7.9L2 16.1V7.9z" />
      <path className="mark" d="m8.5 8.5 7 7m0-7-7 7" />
    </>
  ),
  warning: (
    <>
      <path d="M12 2 23 21H1z" />
      <path className="mark" d="M12 9v5.5m0 2v1.5" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="10" />
      <path className="mark" d="M12 6.5v1.5m0 2.5v7" />
    </>
  ),
};

function Icon({
  kind,
  label,
}: {
  readonly kind: BannerKind;
  readonly label: string;
}) {
  return (
    <svg className="banner-icon" viewBox="0 0 24 24" role="img">
      <title>{label}</title>
      {SHAPES[kind]}
    </svg>
  );
}
