import { EVERY_TENANT } from "../core/account.ts";
import type { CheckRecord } from "../core/check.ts";
import type { CrossingStop } from "../core/crossing.ts";
import type { DisasterState } from "../core/disaster.ts";
import type { LaneDepth } from "../core/ports.ts";
import { MINUTE } from "../core/units.ts";
import { age, clock, laneWords } from "./words.ts";

const OLD_MS = 5 * MINUTE;

/** What is wrong now, in words, with what to do. Depth alone misleads: the age of the oldest decides. */
export function findProblems(facts: {
  readonly lanes: readonly LaneDepth[];
  readonly scannerAnswers: boolean;
  readonly freeBytes: number;
  readonly minFreeBytes: number;
  readonly zoneName: string;
  readonly stops: readonly CrossingStop[];
  readonly checks: readonly CheckRecord[];
  readonly disaster: DisasterState;
}): string[] {
  const problems: string[] = facts.stops.map(stopWords);
  if (facts.disaster.kind === "asked")
    problems.push(
      `災害モードの承認待ちです（申請：${facts.disaster.askedBy}、${facts.disaster.hours} 時間、${facts.disaster.why}）。ほかの方が承認すると始まります。`,
    );
  if (facts.disaster.kind === "on")
    problems.push(
      `災害モードを実施しています（${clock(facts.disaster.until)} に自動で終わります。申請：${facts.disaster.askedBy}、承認：${facts.disaster.confirmedBy}）。`,
    );
  if (!facts.scannerAnswers)
    problems.push(
      "ウイルス検査が応答しません。メールは受け付けていますが、配送は止まっています。clamd の状態を確認してください（npx sekisho doctor）。",
    );
  for (const lane of facts.lanes)
    if (lane.oldestMs !== null && lane.oldestMs > OLD_MS)
      problems.push(
        `「${laneWords(lane.lane, facts.zoneName)}」で ${age(lane.oldestMs)} 待っているメールがあります（${lane.waiting} 件）。`,
      );
  if (facts.freeBytes < facts.minFreeBytes)
    problems.push(
      "ディスクの空きが足りません。新しいメールの受け付けを見合わせています。",
    );
  for (const check of facts.checks)
    if (!check.passed) problems.push(checkWords(check));
  return problems;
}

function checkWords({ name, detail }: CheckRecord): string {
  return name === "self-test"
    ? `自己診断に失敗しています：${detail}。直してから npx sekisho self-test で確かめてください。`
    : detail;
}

function stopWords({ tenant, who, why }: CrossingStop): string {
  const what =
    tenant === EVERY_TENANT ? "庁内側への配送" : `団体「${tenant}」への配送`;
  return `${what}を緊急停止しています（${who}：${why}）。受け付けと無害化は続いています。再開するには npx sekisho crossing resume を実行してください。`;
}
