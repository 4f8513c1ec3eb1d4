import { useCallback, useEffect, useState } from "react";
import { whyNot } from "../../api/ask.ts";
import type { Problem } from "../../api/ask.ts";
import { useWords } from "../../language/language.tsx";
import { NotShown } from "./problem.tsx";
import { PageButtons } from "./page-buttons.tsx";
import { WORDS } from "./words.ts";

/** Steps of the zoom, in dots per inch; up to `FITTED_DPI` a page is never wider than its frame. */
const STEPS = [48, 96, 150, 200, 300] as const;
const USUAL_STEP = 1;
const FITTED_DPI = 96;
/** Whoever leafs fast asks for no page in between. */
const SETTLED_MS = 150;

/** The pages of one part as pictures: the one asked for, and unseen the next, so that it is there before it is turned to. */
export function PageView({
  path,
  name,
  pages,
  start,
  onPage,
}: {
  readonly path: string;
  readonly name: string;
  readonly pages: number;
  readonly start: number;
  readonly onPage: (page: number) => void;
}) {
  const words = useWords(WORDS);
  const [page, setPage] = useState(() => within(start, pages));
  const [step, setStep] = useState(USUAL_STEP);
  const [shown, setShown] = useState(page);
  const go = useCallback(
    (to: number | ((before: number) => number)) =>
      setPage((before) =>
        within(typeof to === "number" ? to : to(before), pages),
      ),
    [pages],
  );
  useKeys(go, pages);
  useEffect(() => {
    if (page === shown) return undefined;
    const timer = setTimeout(() => {
      setShown(page);
      onPage(page);
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [page, shown, onPage]);
  const dpi = STEPS[step] ?? FITTED_DPI;
  const addressOf = (one: number) => `${path}/pages/${one}?dpi=${dpi}`;
  const kept = shown < pages ? [shown, shown + 1] : [shown];
  return (
    <>
      <PageButtons
        {...{ page, pages, go, dpi }}
        onSmaller={step > 0 ? () => setStep(step - 1) : null}
        onLarger={step < STEPS.length - 1 ? () => setStep(step + 1) : null}
      />
      <div
        className="viewer-frame"
        role="region"
        aria-label={words.frame}
        aria-busy={page !== shown}
        tabIndex={0}
      >
        {kept.map((one) => (
          <Picture
            key={addressOf(one)}
            address={addressOf(one)}
            alt={words.alt(name, one)}
            isFitted={dpi <= FITTED_DPI}
            isAhead={one !== shown}
          />
        ))}
      </div>
      <p className="soft">{words.keys}</p>
    </>
  );
}

function Picture({
  address,
  alt,
  isFitted,
  isAhead,
}: {
  readonly address: string;
  readonly alt: string;
  readonly isFitted: boolean;
  readonly isAhead: boolean;
}) {
  const words = useWords(WORDS);
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<"asked" | "here" | "failed">("asked");
  const [problem, setProblem] = useState<Problem | null>(null);
  const again = useCallback(() => {
    setProblem(null);
    setState("asked");
    setTries((before) => before + 1);
  }, []);
  // Nobody looks at a page ahead: why it did not come is asked for when it is turned to.
  useEffect(() => {
    if (state !== "failed" || isAhead) return undefined;
    let isWanted = true;
    void whyNot(address).then((told) => {
      if (!isWanted) return;
      if (told === null) again();
      else setProblem(told);
    });
    return () => {
      isWanted = false;
    };
  }, [state, isAhead, address, again]);
  return (
    <>
      {problem === null || isAhead ? null : (
        <NotShown problem={problem} again={again} />
      )}
      {state === "asked" && !isAhead ? (
        <p className="reading" role="status">
          <span className="reading-mark" aria-hidden="true" />
          {words.converting}
        </p>
      ) : null}
      <img
        key={tries}
        ref={leaveWhenGone}
        src={address}
        alt={alt}
        hidden={isAhead || state === "failed"}
        className={isFitted ? "viewer-page viewer-fitted" : "viewer-page"}
        onLoad={() => setState("here")}
        onError={() => setState("failed")}
      />
    </>
  );
}

/** A picture that nobody waits for any more is not drawn to its end: the server hears that whoever asked has gone. */
function leaveWhenGone(picture: HTMLImageElement | null) {
  return () => picture?.removeAttribute("src");
}

function within(page: number, pages: number): number {
  return Math.min(Math.max(1, page), Math.max(1, pages));
}

const TYPED_INTO = /^(INPUT|SELECT|TEXTAREA)$/;

function useKeys(
  go: (to: number | ((before: number) => number)) => void,
  pages: number,
): void {
  useEffect(() => {
    const steps: Readonly<Record<string, (before: number) => number>> = {
      ArrowLeft: (before) => before - 1,
      PageUp: (before) => before - 1,
      ArrowRight: (before) => before + 1,
      PageDown: (before) => before + 1,
      Home: () => 1,
      End: () => pages,
    };
    const onKey = (event: KeyboardEvent) => {
      const { target, key, ctrlKey, altKey, metaKey, shiftKey } = event;
      const isTyped =
        target instanceof Element && TYPED_INTO.test(target.tagName);
      const step = steps[key];
      if (step === undefined || isTyped) return;
      if (ctrlKey || altKey || metaKey || shiftKey) return;
      event.preventDefault();
      go(step);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [go, pages]);
}
