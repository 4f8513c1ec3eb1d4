import { useRef, useState } from "react";
import { ask, Problem } from "../../api/ask.ts";
import type { RowTold } from "../../api/told.ts";
import { useLanguage, useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Banner, useProblemWords } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { Table } from "../../parts/table.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { WORDS } from "./bulk-words.ts";
import { useSubject } from "./row-cells.tsx";

export type BulkAct = "release" | "discard" | "rescan" | "pin";

type Result =
  | { readonly kind: "done"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };

interface ResultTold {
  readonly item: string;
  readonly done: boolean;
  readonly code: string | null;
  readonly message: string;
}

/** Of one question: few enough that one sees it go on, and can leave the rest. */
const AT_ONCE = 10;

/** The same act for one after the other, each with its own answer; what failed does not stop the others. */
export function BulkDialog({
  act,
  rows,
  onClose,
}: {
  readonly act: BulkAct;
  readonly rows: readonly RowTold[];
  readonly onClose: (didSomething: boolean) => void;
}) {
  const words = useWords(WORDS);
  const close = useWords(PART_WORDS);
  const problemWords = useProblemWords();
  const subject = useSubject();
  const { language } = useLanguage();
  const [fitting] = useState(() => rows.filter((row) => fits(row, act)));
  const [reason, setReason] = useState("");
  const [results, setResults] = useState<ReadonlyMap<string, Result>>(
    new Map(),
  );
  const [stage, setStage] = useState<"asking" | "running" | "ended">("asking");
  const isStopped = useRef(false);
  const note = (item: string, result: Result) =>
    setResults((before) => new Map(before).set(item, result));
  const resultOf = ({ done, code, message }: ResultTold): Result => {
    if (!done) {
      const problem = new Problem({ status: 409, code: code ?? "", message });
      return { kind: "failed", message: problemWords(problem).title };
    }
    return {
      kind: "done",
      message: language === "ja" ? message : words.done[act],
    };
  };
  const run = async () => {
    setStage("running");
    for (let at = 0; at < fitting.length; at += AT_ONCE) {
      const some = fitting.slice(at, at + AT_ONCE);
      const failed = (message: string) => {
        for (const { item } of some) note(item, { kind: "failed", message });
      };
      if (isStopped.current) {
        failed(words.stopped);
        continue;
      }
      try {
        for (const one of await decide(some, act, reason))
          note(one.item, resultOf(one));
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        failed(problemWords(error).title);
      }
    }
    setStage("ended");
  };
  const failed = [...results.values()].filter(
    ({ kind }) => kind === "failed",
  ).length;
  return (
    <Dialog
      title={words.title[act](fitting.length)}
      busy={stage === "running"}
      onClose={() => onClose(stage === "ended")}
    >
      {stage === "asking" ? (
        <DialogForm
          act={words.go[act]}
          danger={act === "discard"}
          disabled={reason.trim() === "" || fitting.length === 0}
          onSubmit={run}
          onClose={() => onClose(false)}
        >
          <p>{words.told[act]}</p>
          {rows.length > fitting.length ? (
            <p>{words.skipped(rows.length - fitting.length)}</p>
          ) : null}
          <ReasonField
            label={words.reason}
            hint={words.reasonHint}
            value={reason}
            onChange={setReason}
          />
        </DialogForm>
      ) : (
        <>
          {stage === "running" ? (
            <div className="stack" role="status">
              <p>{words.progress(results.size, fitting.length)}</p>
              <progress
                aria-label={words.results}
                value={results.size}
                max={fitting.length}
              />
            </div>
          ) : failed === 0 ? (
            <Banner kind="success" title={words.allDone(results.size)} />
          ) : (
            <Banner
              kind="warning"
              title={words.someDone(results.size - failed, failed)}
            />
          )}
          <Table
            caption={words.results}
            rows={fitting}
            keyOf={({ item }) => item}
            columns={[
              {
                name: words.mail,
                isHead: true,
                cell: (row) => <bdi>{subject(row)}</bdi>,
              },
              {
                name: words.result,
                cell: ({ item }) => <ResultCell result={results.get(item)} />,
              },
            ]}
          />
          <DialogButtons>
            {stage === "running" ? (
              <Button
                look="outline"
                onClick={() => {
                  isStopped.current = true;
                }}
              >
                {words.stop}
              </Button>
            ) : (
              <Button onClick={() => onClose(true)}>{close.close}</Button>
            )}
          </DialogButtons>
        </>
      )}
    </Dialog>
  );
}

/** What is asked of the others, the server decides. */
function fits({ may, holds }: RowTold, act: BulkAct): boolean {
  return act === "release" || act === "discard"
    ? may[act]
    : holds.some(({ state }) => state === "held");
}

async function decide(
  rows: readonly RowTold[],
  act: BulkAct,
  reason: string,
): Promise<readonly ResultTold[]> {
  const items = rows.map(({ item, version }) => ({ id: item, version }));
  const { results } = await ask<{ readonly results: readonly ResultTold[] }>(
    ...(["POST", "/api/v1/mails/bulk", { act, reason, items }] as const),
  );
  return results;
}

function ResultCell({ result }: { readonly result: Result | undefined }) {
  const words = useWords(WORDS);
  const banner = useWords(PART_WORDS);
  if (result === undefined)
    return <span className="soft">{words.waiting}</span>;
  return (
    <span className="row">
      <Badge tone={result.kind === "done" ? "good" : "bad"}>
        {result.kind === "done" ? banner.success : banner.error}
      </Badge>
      <span>{result.message}</span>
    </span>
  );
}
