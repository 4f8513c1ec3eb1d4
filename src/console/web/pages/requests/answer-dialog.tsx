import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { Select } from "../../parts/field.tsx";
import { List } from "../../parts/list.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { Facts } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS as ACT_WORDS } from "../mail/act-words.ts";
import { Requester, StandingCell } from "./request-table.tsx";
import type { Answering, RequestDone, RequestTold } from "./told.ts";
import { WORDS } from "./words.ts";

const HOURS = [1, 24, 72, 168];
const USUAL_HOURS = "24";
/** Somebody was there first, or the mail is no more as it was shown: trying again here makes no sense. */
const OUTDATED: readonly string[] = [
  ...["DECIDED", "CHANGED", "WITHDRAWN", "NOT_HELD", "NOT_FOUND"],
];

interface AnswerOf {
  readonly answering: Answering;
  readonly request: RequestTold;
  /** With what came of it; null when it was not done and the list is out of date. */
  readonly onDone: (told: string | null) => void;
  readonly onCancel: () => void;
}

/** Says what will happen, asks for the words that the asker will read, and answers what was shown: with its version. */
export function AnswerDialog(answer: AnswerOf) {
  const { answering, request, onDone, onCancel } = answer;
  const words = useWords(WORDS);
  const { isRunning, problem, run } = useAct();
  const isOutdated = problem !== null && OUTDATED.includes(problem.code);
  const send = (body: object) =>
    run(async () => {
      const done = await ask<RequestDone>(
        "POST",
        pathOf(answering, request),
        body,
      );
      const kept = done.virusesKept ?? 0;
      onDone(
        done.already
          ? words.already
          : words.done[answering] +
              (kept === 0 ? "" : ` ${words.virusesKept(kept)}`),
      );
    });
  return (
    <Dialog
      title={words[`${answering}Title`]}
      busy={isRunning}
      onClose={() => (isOutdated ? onDone(null) : onCancel())}
    >
      <ProblemBanner problem={problem} />
      {isOutdated ? (
        <DialogButtons>
          <Button onClick={() => onDone(null)}>{words.reload}</Button>
        </DialogButtons>
      ) : (
        <AnswerForm
          {...{ answering, request, isRunning, onCancel }}
          onSend={send}
        />
      )}
    </Dialog>
  );
}

function pathOf(answering: Answering, { id }: RequestTold): string {
  return answering === "confirm"
    ? `/api/v1/confirmations/${id}/confirm`
    : `/api/v1/requests/${id}/${answering}`;
}

function AnswerForm({
  answering,
  request,
  isRunning,
  onSend,
  onCancel,
}: Pick<AnswerOf, "answering" | "request" | "onCancel"> & {
  readonly isRunning: boolean;
  readonly onSend: (body: object) => Promise<unknown>;
}) {
  const words = useWords(WORDS);
  const acts = useWords(ACT_WORDS);
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState(USUAL_HOURS);
  const isConfirm = answering === "confirm";
  const isApprove = answering === "approve";
  const given = reason.trim();
  const body = {
    ...(isConfirm && given === "" ? {} : { reason: given }),
    ...(answering === "approve" || answering === "deny"
      ? { version: request.version }
      : {}),
    ...(isApprove ? { untilHours: Number(hours) } : {}),
  };
  return (
    <DialogForm
      act={words[answering]}
      busy={isRunning}
      disabled={!isConfirm && given === ""}
      onSubmit={() => onSend(body)}
      onClose={onCancel}
    >
      <About {...{ request, isConfirm }} />
      {isApprove && !request.isRecipient ? (
        <Banner kind="warning" title={words.approveStranger} />
      ) : null}
      <List lines={words[`${answering}Told`]} />
      <ReasonField
        label={isConfirm ? words.comment : words.reason}
        hint={
          isConfirm ? (
            words.commentHint
          ) : (
            <>
              <strong>{words.reasonShown}</strong>{" "}
              {words.reasonExample[answering]}
            </>
          )
        }
        optional={isConfirm}
        value={reason}
        onChange={setReason}
      />
      {isApprove ? (
        <Select
          label={acts.hours}
          hint={acts.hoursHint}
          value={hours}
          onChange={({ target }) => setHours(target.value)}
          options={HOURS.map((one) => [String(one), acts.hour(one)])}
        />
      ) : null}
    </DialogForm>
  );
}

function About({
  request,
  isConfirm,
}: {
  readonly request: RequestTold;
  readonly isConfirm: boolean;
}) {
  const words = useWords(WORDS);
  const { reason } = request;
  return (
    <Facts
      facts={[
        [words.requester, <Requester key="who" row={request} />],
        [
          words.asks,
          reason === null || reason === "" ? (
            words.noReason
          ) : (
            <Untrusted key="why" text={reason} max={300} />
          ),
        ],
        ...(isConfirm
          ? ([
              [words.decision, <StandingCell key="decision" row={request} />],
            ] as const)
          : []),
      ]}
    />
  );
}
