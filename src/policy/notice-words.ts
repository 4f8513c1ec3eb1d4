import type { PlannedPart, Treatment } from "../core/plan.ts";
import type { HoldCode } from "../core/verdict.ts";
import { FINDINGS_EN, REASONS_EN } from "./english.ts";
import { findingRow } from "./findings.ts";
import { REASONS } from "./reasons.ts";

/** Every word of the notice in one language. */
export interface NoticeWords {
  readonly title: string;
  /** What stands where a sender wrote the title. */
  readonly quotedTitle: string;
  readonly opening: string;
  readonly nothingAttached: string;
  readonly heldKept: string;
  /** Null where a reader need not know. */
  finding(code: string): string | null;
  remark(sentence: string): string;
  reference(item: string): string;
  contact(whom: string): string;
  /** The part; `attachedMail` as in `AttachedMailOf`. */
  part(part: PlannedPart, attachedMail: string | null): string;
  /** What became of it, on the next line. */
  fate(fate: string): string;
  made(
    how: Treatment["kind"],
    what: { readonly names: readonly string[]; readonly pages: number | null },
  ): string;
  held(code: HoldCode): string;
}

export const JAPANESE: NoticeWords = {
  title: "【無害化の記録】",
  quotedTitle: "（引用）無害化の記録",
  opening: "このメールは関所（Sekisho）が安全な形に作り直したものです。",
  nothingAttached: "添付ファイルはありません。",
  heldKept: "お渡しできなかったものの原本は、管理者が保管しています。",
  finding: (code) => findingRow(code).words,
  remark: (sentence) => `※${sentence}`,
  reference: (item) => `受付番号：${item}`,
  contact: (whom) => `お問い合わせ：${whom}`,
  part: (part, mail) => {
    const place =
      mail === null ? [] : [`添付されたメール${mail && ` ${mail} `}の中`];
    return isBody(part)
      ? `・${["本文の一部", ...place].join("、")}`
      : `・${part.name}（${[part.kind.label, ...place].join("、")}）`;
  },
  fate: (fate) => `　→ ${fate}`,
  made: (how, { names, pages }) =>
    `${madeJapanese(how, pages)}：${names.join("、")}`,
  held: (code) => `${REASONS[code].title}：${REASONS[code].message}`,
};

export const ENGLISH: NoticeWords = {
  title: "[Sekisho: how this mail was made safe]",
  quotedTitle: "(quoted) Sekisho: how this mail was made safe",
  opening: "This mail was made anew in a safe form by Sekisho.",
  nothingAttached: "There were no attachments.",
  heldKept: "The administrator keeps the original of what was not passed on.",
  finding: (code) => {
    const { words } = findingRow(code);
    return words === null ? null : (FINDINGS_EN[code] ?? words);
  },
  remark: (sentence) => `* ${sentence}`,
  reference: (item) => `Reference number: ${item}`,
  contact: (whom) => `Contact: ${whom}`,
  part: (part, mail) => {
    const place = mail === null ? [] : [`in attached mail ${mail}`.trimEnd()];
    return isBody(part)
      ? `- ${["a part of the text", ...place].join(", ")}`
      : `- ${part.name} (${[part.kind.extension.toUpperCase(), ...place].join(", ")})`;
  },
  fate: (fate) => `  -> ${fate}`,
  made: (how, { names, pages }) =>
    `${madeEnglish(how, pages)}: ${names.join(", ")}`,
  held: (code) => `${REASONS_EN[code].title}: ${REASONS_EN[code].message}`,
};

/** Of text that is shown only a part can be held. */
function isBody(part: PlannedPart): boolean {
  return part.treatment.kind === "body-text";
}

function madeJapanese(how: Treatment["kind"], pages: number | null): string {
  switch (how) {
    case "rasterize":
      return `画像のPDF（${pages ?? 0}ページ）に作り直しました`;
    case "re-encode":
      return "画像を作り直しました";
    default:
      return "文字だけのファイルに作り直しました";
  }
}

function madeEnglish(how: Treatment["kind"], pages: number | null): string {
  switch (how) {
    case "rasterize":
      return `made a PDF of pictures (${pages ?? 0} pages)`;
    case "re-encode":
      return "made a new picture";
    default:
      return "made a plain text file";
  }
}
