import type { ItemId } from "../core/id.ts";
import type { PlannedPart } from "../core/plan.ts";
import type { Finding, HoldCode } from "../core/verdict.ts";
import { findingRow } from "./findings.ts";
import { REASONS } from "./reasons.ts";

/** What became of one leaf. */
export type PartOutcome = { readonly part: PlannedPart } & (
  | { readonly kind: "body" }
  | { readonly kind: "dropped" }
  | {
      readonly kind: "made";
      readonly names: readonly string[];
      readonly pages: number | null;
    }
  | { readonly kind: "held"; readonly code: HoldCode; readonly detail: string }
);

export const NOTICE_TITLE = "【無害化の記録】";
const RULE = "────────────────────";

/** The block at the end of every clean mail: what was done to each attachment, in words a clerk understands. */
export function writeNotice(
  outcomes: readonly PartOutcome[],
  findings: readonly Finding[],
  item: ItemId,
): string {
  const lines = outcomes.flatMap(lineFor);
  const said = new Set(
    findings.flatMap((finding) => findingRow(finding.code).words ?? []),
  );
  const held = outcomes.some((outcome) => outcome.kind === "held");
  return [
    RULE,
    NOTICE_TITLE,
    "このメールは関所（Sekisho）が安全な形に作り直したものです。",
    ...(lines.length > 0 ? lines : ["添付ファイルはありません。"]),
    ...[...said].map((words) => `※${words}`),
    ...(held
      ? ["お渡しできなかったファイルの原本は、管理者が保管しています。"]
      : []),
    `受付番号：${item}`,
    RULE,
  ].join("\n");
}

/** A sender may imitate the notice; a body line that could be taken for its title is marked as quoted. */
export function disarmImitation(body: string): string {
  return body.includes(NOTICE_TITLE)
    ? body.replaceAll(NOTICE_TITLE, "（引用）無害化の記録")
    : body;
}

function lineFor(outcome: PartOutcome): string[] {
  const what = `・${outcome.part.name}（${outcome.part.kind.label}）`;
  switch (outcome.kind) {
    case "body":
    case "dropped":
      return [];
    case "made":
      return [`${what}\n　→ ${madeHow(outcome)}：${outcome.names.join("、")}`];
    case "held":
      return [
        `${what}\n　→ ${REASONS[outcome.code].title}：${REASONS[outcome.code].message}`,
      ];
  }
}

function madeHow(outcome: {
  readonly part: PlannedPart;
  readonly pages: number | null;
}): string {
  switch (outcome.part.treatment.kind) {
    case "rasterize":
      return `画像のPDF（${outcome.pages ?? 0}ページ）に作り直しました`;
    case "re-encode":
      return "画像を作り直しました";
    default:
      return "文字だけのファイルに作り直しました";
  }
}
