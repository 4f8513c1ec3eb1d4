import type { LaneDepth } from "../core/ports.ts";
import { MINUTE } from "../core/units.ts";
import { age, laneWords } from "./words.ts";

const OLD_MS = 5 * MINUTE;

/** What is wrong now, in words, with what to do. Depth alone misleads: the age of the oldest decides. */
export function findProblems(facts: {
  readonly lanes: readonly LaneDepth[];
  readonly scannerAnswers: boolean;
  readonly freeBytes: number;
  readonly minFreeBytes: number;
  readonly zoneName: string;
}): string[] {
  const problems: string[] = [];
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
  return problems;
}
