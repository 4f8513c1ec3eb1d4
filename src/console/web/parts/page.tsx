import { useEffect } from "react";
import type { ReactNode } from "react";
import { Link } from "wouter";
import type { Asked } from "../api/use-ask.ts";
import { useWords } from "../language/language.tsx";
import { ProblemBanner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { WORDS } from "./words.ts";

/** The frame of a page's content: title, where one is, and what can be done. */
export function Page({
  title,
  above = [],
  aside,
  narrow = false,
  children,
}: {
  readonly title: string;
  /** Pages above this one, the highest first. */
  readonly above?: readonly (readonly [address: string, name: string])[];
  /** Buttons that stand beside the title. */
  readonly aside?: ReactNode;
  readonly narrow?: boolean;
  readonly children: ReactNode;
}) {
  const words = useWords(WORDS);
  useEffect(() => {
    document.title = `${title} - 関所 Sekisho`;
  }, [title]);
  return (
    <div className={narrow ? "page page-narrow" : "page"}>
      {above.length === 0 ? null : (
        <nav className="breadcrumb" aria-label={words.here}>
          <ol>
            {above.map(([address, name]) => (
              <li key={address}>
                <Link to={address}>{name}</Link>
              </li>
            ))}
            <li aria-current="page">{title}</li>
          </ol>
        </nav>
      )}
      <div className="page-head">
        <h1>{title}</h1>
        {aside === undefined ? null : <div className="page-aside">{aside}</div>}
      </div>
      {children}
    </div>
  );
}

export function Section({
  title,
  aside,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What was asked for, or that it is being asked for, or why it did not come. */
export function Answered<Answer>({
  asked: { answer, problem, again },
  children,
}: {
  readonly asked: Asked<Answer>;
  readonly children: (answer: Answer) => ReactNode;
}) {
  const words = useWords(WORDS);
  return (
    <>
      <ProblemBanner problem={problem}>
        <Button look="outline" size="small" onClick={again}>
          {words.again}
        </Button>
      </ProblemBanner>
      {answer === null ? (
        problem === null ? (
          <Reading />
        ) : null
      ) : (
        children(answer)
      )}
    </>
  );
}

export function Reading() {
  const words = useWords(WORDS);
  return (
    <p className="reading" role="status">
      <span className="reading-mark" aria-hidden="true" />
      {words.reading}…
    </p>
  );
}
