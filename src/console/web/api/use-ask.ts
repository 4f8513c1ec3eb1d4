import { useCallback, useEffect, useState } from "react";
import { ask, Problem } from "./ask.ts";

export interface Asked<Answer> {
  /** What was answered last; stays while it is asked again. */
  readonly answer: Answer | null;
  readonly problem: Problem | null;
  readonly isAsking: boolean;
  readonly again: () => void;
}

/** Asks when shown and when the path changes; an answer to an older path is dropped. Null: nothing to ask yet. */
export function useAsk<Answer>(path: string | null): Asked<Answer> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{
    readonly path: string | null;
    readonly answer: Answer | null;
    readonly problem: Problem | null;
    readonly isAsking: boolean;
  }>({ path: null, answer: null, problem: null, isAsking: path !== null });
  useEffect(() => {
    if (path === null) return undefined;
    let isWanted = true;
    setState((before) => ({
      path,
      answer: before.path === path ? before.answer : null,
      problem: null,
      isAsking: true,
    }));
    ask<Answer>("GET", path)
      .then((answer) => {
        if (isWanted)
          setState({ path, answer, problem: null, isAsking: false });
      })
      .catch((error: unknown) => {
        if (isWanted)
          setState((before) => ({
            ...before,
            problem: asProblem(error),
            isAsking: false,
          }));
      });
    return () => {
      isWanted = false;
    };
  }, [path, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  const isCurrent = state.path === path;
  return {
    answer: isCurrent ? state.answer : null,
    problem: isCurrent ? state.problem : null,
    isAsking: path !== null && (!isCurrent || state.isAsking),
    again,
  };
}

/** Asked again and again while the page is looked at. */
export function usePolled<Answer>(
  path: string | null,
  everyMs: number,
): Asked<Answer> {
  const asked = useAsk<Answer>(path);
  const { again } = asked;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, everyMs);
    return () => clearInterval(timer);
  }, [again, everyMs]);
  return asked;
}

export interface Act {
  readonly isRunning: boolean;
  readonly problem: Problem | null;
  readonly clear: () => void;
  /** True when it was done. A second click while it runs does nothing. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** For what a person does: one at a time, with what went wrong. */
export function useAct(): Act {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isRunning, setRunning] = useState(false);
  const run = useCallback(
    async (work: () => Promise<void>) => {
      if (isRunning) return false;
      setRunning(true);
      setProblem(null);
      try {
        await work();
        return true;
      } catch (error) {
        setProblem(asProblem(error));
        return false;
      } finally {
        setRunning(false);
      }
    },
    [isRunning],
  );
  const clear = useCallback(() => setProblem(null), []);
  return { isRunning, problem, clear, run };
}

function asProblem(error: unknown): Problem {
  return error instanceof Problem
    ? error
    : new Problem({ status: 0, code: "UNEXPECTED", message: "" });
}
