import type { ItemId } from "../core/id.ts";
import type { PlannedPart } from "../core/plan.ts";
import type { Finding, HoldCode } from "../core/verdict.ts";
import { ENGLISH, JAPANESE, type NoticeWords } from "./notice-words.ts";

/** What became of one leaf. */
export type PartOutcome = { readonly part: PlannedPart } & (
  | { readonly kind: "body" }
  | { readonly kind: "dropped" }
  /** Made anew, and in the new ZIP of the archive that it lay in. */
  | { readonly kind: "packed" }
  | {
      readonly kind: "made";
      readonly names: readonly string[];
      readonly pages: number | null;
      /** How many files are in a new ZIP. */
      readonly files?: number;
    }
  /** Follows in a second mail. */
  | { readonly kind: "later" }
  | {
      readonly kind: "held";
      readonly code: HoldCode;
      readonly detail: string;
      /** Name of the archive that it lay in. */
      readonly archive?: string;
    }
);

/** The number of the attached mail that a part stands in, empty where there is but one; null outside of any. */
export type AttachedMailOf = (part: number) => string | null;

/** How the notice speaks, and where. A setting: `policy.notice`. */
export interface NoticeSettings {
  /** `ja-en`: the Japanese notice, then the English one. */
  readonly language: "ja" | "en" | "ja-en";
  /** Before or behind the sender's words. */
  readonly place: "start" | "end";
  /** Whom to ask, on one line; null leaves the line out. */
  readonly contact: string | null;
  /** A last line in the town's own words. */
  readonly footer: string | null;
}

export const DEFAULT_NOTICE: NoticeSettings = {
  language: "ja",
  place: "end",
  contact: null,
  footer: null,
};

const RULE = "────────────────────";

/** The block of every clean mail that says what was done to each attachment, in words a clerk understands. */
export function writeNotice(
  outcomes: readonly PartOutcome[],
  findings: readonly Finding[],
  about: NoticeAbout,
): string {
  const { settings } = about;
  const told = { ...about, outcomes, findings };
  return [
    ...languagesOf(settings).flatMap((words) => [
      RULE,
      ...noticeLines(words, told),
    ]),
    RULE,
  ].join("\n");
}

export function languagesOf({
  language,
}: NoticeSettings): readonly NoticeWords[] {
  if (language === "ja-en") return [JAPANESE, ENGLISH];
  return [language === "en" ? ENGLISH : JAPANESE];
}

export interface NoticeAbout {
  readonly item: ItemId;
  readonly settings: NoticeSettings;
  /** Absent where no mail is attached. */
  readonly attachedMailOf?: AttachedMailOf;
  /** Address of the recipients' page for this mail; shown where the mail had files. */
  readonly page?: () => string;
}

interface Told extends NoticeAbout {
  readonly outcomes: readonly PartOutcome[];
  readonly findings: readonly Finding[];
}

function noticeLines(words: NoticeWords, told: Told): string[] {
  const { outcomes, findings, item, settings } = told;
  const attachedMailOf = told.attachedMailOf ?? (() => null);
  const parts = outcomes.flatMap((outcome) =>
    partLines(words, outcome, attachedMailOf(outcome.part.id)),
  );
  const said = new Set(
    findings.flatMap((finding) => words.finding(finding.code) ?? []),
  );
  const held = outcomes.some((outcome) => outcome.kind === "held");
  const pages = parts.length === 0 ? [] : [told.page?.()];
  return [
    words.title,
    words.opening,
    ...(parts.length > 0 ? parts : [words.nothingAttached]),
    ...[...said].map((sentence) => words.remark(sentence)),
    ...(held ? [words.heldKept] : []),
    words.reference(item),
    ...pages.flatMap((page) => (page === undefined ? [] : [words.page(page)])),
    ...(settings.contact === null ? [] : [words.contact(settings.contact)]),
    ...(settings.footer === null ? [] : [settings.footer]),
  ];
}

function partLines(
  words: NoticeWords,
  outcome: PartOutcome,
  attachedMail: string | null,
): string[] {
  switch (outcome.kind) {
    case "body":
    case "dropped":
    case "packed":
      return [];
    case "made":
      return [
        words.part(outcome.part, { attachedMail, archive: null }),
        words.fate(words.made(outcome.part.treatment.kind, outcome)),
      ];
    case "later":
      return [
        words.part(outcome.part, { attachedMail, archive: null }),
        words.fate(words.later),
      ];
    case "held":
      return [
        words.part(outcome.part, {
          attachedMail,
          archive: outcome.archive ?? null,
        }),
        words.fate(words.held(outcome.code)),
      ];
  }
}
