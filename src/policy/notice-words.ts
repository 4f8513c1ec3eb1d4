import type { PlannedPart, Treatment } from "../core/plan.ts";
import type { HoldCode } from "../core/verdict.ts";
import { FINDINGS_EN, REASONS_EN } from "./english.ts";
import { findingRow } from "./findings.ts";
import { REASONS } from "./reasons.ts";

/** Where a part stood: `attachedMail` as in `AttachedMailOf`, `archive` by its name. */
export interface PartPlace {
  readonly attachedMail: string | null;
  readonly archive: string | null;
}

export interface MadeFiles {
  readonly names: readonly string[];
  readonly pages: number | null;
  /** In a new ZIP. */
  readonly files?: number;
}

/** Every word of the notice in one language. */
export interface NoticeWords {
  readonly title: string;
  /** What stands where a sender wrote the title. */
  readonly quotedTitle: string;
  readonly opening: string;
  readonly nothingAttached: string;
  readonly heldKept: string;
  /** Of the record of a new ZIP, and before its two lists. */
  readonly archiveOpening: string;
  readonly archiveMissing: string;
  readonly archiveHolds: string;
  readonly empty: string;
  /** Of what follows in a second mail. */
  readonly later: string;
  /** Null where a reader need not know. */
  finding(code: string): string | null;
  remark(sentence: string): string;
  reference(item: string): string;
  contact(whom: string): string;
  /** The recipients' page for this mail. */
  page(address: string): string;
  part(part: PlannedPart, place: PartPlace): string;
  /** What became of it, on the next line. */
  fate(fate: string): string;
  made(how: Treatment["kind"], what: MadeFiles): string;
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
  page: (address) => `この添付ファイルの状況・解放の申請はこちら：${address}`,
  archiveOpening:
    "このZIPファイルは関所（Sekisho）が安全な形に作り直したものです。",
  archiveMissing: "次のファイルは入っていません。",
  archiveHolds: "次のファイルは作り直して入れました。",
  empty: "中身が空のファイルです",
  later: "添付ファイルは処理中です。できあがりしだい次のメールでお届けします",
  part: (part, { attachedMail: mail, archive }) => {
    const place = [
      ...(archive === null ? [] : [`${archive}の中`]),
      ...(mail === null ? [] : [`添付されたメール${mail && ` ${mail} `}の中`]),
    ];
    return isBody(part)
      ? `・${["本文の一部", ...place].join("、")}`
      : `・${part.name}（${[part.kind.label, ...place].join("、")}）`;
  },
  fate: (fate) => `　→ ${fate}`,
  made: (how, { names, ...what }) =>
    `${madeJapanese(how, what)}：${names.join("、")}`,
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
  page: (address) => `State of these files, and requests: ${address}`,
  archiveOpening: "This ZIP was made anew in a safe form by Sekisho.",
  archiveMissing: "These files are not in it.",
  archiveHolds: "These files were made anew and are in it.",
  empty: "the file is empty",
  later: "being made safe; it follows in the next mail as soon as it is ready",
  part: (part, { attachedMail: mail, archive }) => {
    const place = [
      ...(archive === null ? [] : [`in ${archive}`]),
      ...(mail === null ? [] : [`in attached mail ${mail}`.trimEnd()]),
    ];
    return isBody(part)
      ? `- ${["a part of the text", ...place].join(", ")}`
      : `- ${part.name} (${[part.kind.extension.toUpperCase(), ...place].join(", ")})`;
  },
  fate: (fate) => `  -> ${fate}`,
  made: (how, { names, ...what }) =>
    `${madeEnglish(how, what)}: ${names.join(", ")}`,
  held: (code) => `${REASONS_EN[code].title}: ${REASONS_EN[code].message}`,
};

/** Of text that is shown only a part can be held. */
function isBody(part: PlannedPart): boolean {
  return part.treatment.kind === "body-text";
}

type Counts = Omit<MadeFiles, "names">;

function madeJapanese(
  how: Treatment["kind"],
  { pages, files }: Counts,
): string {
  switch (how) {
    case "repack":
      return `中のファイルを作り直し（${files ?? 0}個）、新しいZIPにまとめました`;
    case "rasterize":
      return `画像のPDF（${pages ?? 0}ページ）に作り直しました`;
    case "re-encode":
      return "画像を作り直しました";
    default:
      return "文字だけのファイルに作り直しました";
  }
}

function madeEnglish(how: Treatment["kind"], { pages, files }: Counts): string {
  switch (how) {
    case "repack":
      return `made its files anew (${files ?? 0}) in a new ZIP`;
    case "rasterize":
      return `made a PDF of pictures (${pages ?? 0} pages)`;
    case "re-encode":
      return "made a new picture";
    default:
      return "made a plain text file";
  }
}
