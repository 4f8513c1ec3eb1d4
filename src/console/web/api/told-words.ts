import type { ItemState, RecipientState } from "../../../core/item.ts";
import type { Treatment } from "../../../core/plan.ts";
import type { HoldCode, VerdictKind } from "../../../core/verdict.ts";
import {
  AUTHENTICATION_EN,
  AUTHENTICATION_JA,
} from "../../../policy/authentication-words.ts";
import type { AuthenticationWords } from "../../../policy/authentication-words.ts";
import { FINDINGS_EN, REASONS_EN } from "../../../policy/english.ts";
import { REASONS } from "../../../policy/reasons.ts";
import { useLanguage } from "../language/language.tsx";
import { ACTS_EN, ADVICE_EN } from "./english.ts";
import type { DoneTold, HoldState } from "./told.ts";

const STATES_EN: Readonly<Record<ItemState, string>> = {
  received: "Received",
  inspected: "Inspected",
  planned: "Waiting",
  sanitized: "Made anew",
  cleared: "To be delivered",
  delivered: "Delivered",
  held: "Held",
  discarded: "Discarded",
};
const VERDICTS_EN: Readonly<Record<VerdictKind, string>> = {
  clean: "Nothing found",
  cleaned: "Cleaned",
  unexaminable: "Not examinable",
  malicious: "Malicious",
};
export const VERDICTS_JA: Readonly<Record<VerdictKind, string>> = {
  clean: "問題なし",
  cleaned: "除去あり",
  unexaminable: "検査不能",
  malicious: "有害",
};
const HOLD_STATES_EN: Readonly<Record<HoldState, string>> = {
  held: "Held",
  released: "Released",
  discarded: "Discarded",
};
const RECIPIENTS_EN: Readonly<Record<RecipientState, string>> = {
  pending: "Waiting",
  delivered: "Delivered",
  held: "Held",
  discarded: "Discarded",
};
const TREATMENTS_EN: Readonly<Record<Treatment["kind"], string>> = {
  "body-text": "written anew as the text",
  "keep-text": "written anew as plain text",
  rasterize: "pages drawn as pictures into a new PDF",
  "re-encode": "picture made anew",
  repack: "contents made anew, in a new ZIP",
  drop: "left out",
  notice: "replaced by a notice",
};

export interface ToldWords {
  readonly state: (one: { state: ItemState; stateWords: string }) => string;
  readonly holdState: (one: { state: HoldState; stateWords: string }) => string;
  readonly recipient: (one: {
    state: RecipientState;
    stateWords: string;
  }) => string;
  readonly verdict: (verdict: VerdictKind) => string;
  readonly treatment: (one: {
    treatment: Treatment["kind"];
    treatmentWords: string;
  }) => string;
  readonly act: (one: { act: string; words: string }) => string;
  readonly finding: (one: { code: string; words: string | null }) => string;
  readonly reason: (code: HoldCode) => {
    readonly title: string;
    readonly message: string;
    readonly advice: string;
  };
}

/** What the API says in Japanese, in the language that was chosen. */
export function useToldWords(): ToldWords {
  const { language } = useLanguage();
  return language === "ja" ? JAPANESE : ENGLISH;
}

const JAPANESE: ToldWords = {
  state: ({ stateWords }) => stateWords,
  holdState: ({ stateWords }) => stateWords,
  recipient: ({ stateWords }) => stateWords,
  verdict: (verdict) => VERDICTS_JA[verdict],
  treatment: ({ treatmentWords }) => treatmentWords,
  act: ({ words }) => words,
  finding: ({ code, words }) => words ?? code,
  reason: (code) => REASONS[code],
};

const ENGLISH: ToldWords = {
  state: ({ state }) => STATES_EN[state],
  holdState: ({ state }) => HOLD_STATES_EN[state],
  recipient: ({ state }) => RECIPIENTS_EN[state],
  verdict: (verdict) => VERDICTS_EN[verdict],
  treatment: ({ treatment }) => TREATMENTS_EN[treatment],
  act: ({ act }) => ACTS_EN[act] ?? act,
  finding: ({ code }) => FINDINGS_EN[code] ?? code,
  reason: (code) => ({ ...REASONS_EN[code], advice: ADVICE_EN[code] }),
};

export function useAuthenticationWords(): AuthenticationWords {
  const { language } = useLanguage();
  return language === "ja" ? AUTHENTICATION_JA : AUTHENTICATION_EN;
}

/** What came of an act. */
export function useDoneWords(): (done: DoneTold) => string {
  const { language } = useLanguage();
  return (done) => (language === "ja" ? done.message : doneInEnglish(done));
}

function doneInEnglish({ as, already, virusesKept = 0 }: DoneTold): string {
  const again = already ? " already" : "";
  if (as === undefined) return `Discarded${again}.`;
  const kept =
    virusesKept === 0 ? "" : ` ${virusesKept} parts with a virus stay held.`;
  return `Released${again}. It arrives when it is made anew.${kept}`;
}
