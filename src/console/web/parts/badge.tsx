import type { ItemState } from "../../../core/item.ts";
import type { VerdictKind } from "../../../core/verdict.ts";
import type { HoldState } from "../api/told.ts";

export type Tone = "good" | "bad" | "wait" | "plain" | "blue";

/** A word in a coloured frame. The colour says nothing that the word does not. */
export function Badge({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: string;
}) {
  return <span className={`badge badge-${tone}`}>{children}</span>;
}

const OF_VERDICT: Readonly<Record<VerdictKind, Tone>> = {
  clean: "good",
  cleaned: "blue",
  unexaminable: "wait",
  malicious: "bad",
};

export function verdictTone(verdict: VerdictKind): Tone {
  return OF_VERDICT[verdict];
}

export function stateTone(state: ItemState | HoldState): Tone {
  if (state === "held") return "wait";
  if (state === "delivered" || state === "released") return "good";
  return state === "discarded" ? "plain" : "blue";
}
