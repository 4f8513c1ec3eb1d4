import type { Decision, Report } from "../core/report.ts";
import type { RequestState } from "../core/request.ts";
import { DAY, HOUR, MINUTE } from "../core/units.ts";
import { dayOf } from "../policy/report-period.ts";

/** What a report calls what it counts. */
export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  released: "解放",
  discarded: "廃棄",
  "request-approved": "申請の承認",
  "request-denied": "申請の却下",
  "report-closed": "不審メール報告の確認",
  "decision-confirmed": "代決の後閲",
  "original-approved": "原本の解放の承認",
  "original-denied": "原本の解放の却下",
  "exception-added": "例外措置の追加",
  "exception-revoked": "例外措置の取消",
  "crossing-stopped": "緊急停止",
  "crossing-resumed": "緊急停止の解除",
  "disaster-confirmed": "非常時モードの承認",
  "disaster-ended": "非常時モードの終了",
};

export const REQUEST_KIND_WORDS: Readonly<
  Record<Report["requests"][number]["kind"], string>
> = { release: "解放の申請", report: "不審メールの報告" };

export const REQUEST_STATE_WORDS: Readonly<Record<RequestState, string>> = {
  asked: "未処理",
  approved: "承認",
  denied: "却下",
  withdrawn: "取り下げ",
  closed: "確認済み",
};

const DATE = new Intl.DateTimeFormat("ja-JP", {
  dateStyle: "long",
  timeZone: "Asia/Tokyo",
});
const MOMENT = new Intl.DateTimeFormat("ja-JP", {
  ...{ dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tokyo" },
});

/** `2026年11月`, or the first and the last day. */
export function periodWords({ from, until }: Pick<Report, "from" | "until">) {
  const [first, last] = [dayOf(from), dayOf(until - 1)];
  const isMonth =
    first.endsWith("-01") &&
    dayOf(until).endsWith("-01") &&
    first.slice(0, 7) === last.slice(0, 7);
  return isMonth
    ? `${Number(first.slice(0, 4))}年${Number(first.slice(5, 7))}月`
    : `${DATE.format(from)} ～ ${DATE.format(until - 1)}`;
}

export function moment(epochMs: number): string {
  return MOMENT.format(epochMs);
}

/** In the unit that a person would use, with one decimal. */
export function durationWords(ms: number | null): string {
  if (ms === null) return "—";
  if (ms < 2 * HOUR) return `${(ms / MINUTE).toFixed(1)} 分`;
  return ms < 2 * DAY
    ? `${(ms / HOUR).toFixed(1)} 時間`
    : `${(ms / DAY).toFixed(1)} 日`;
}

/** What stands on the page when something of the time is gone. */
export function gapWords({
  forgottenBefore,
  recordFrom,
  until,
  madeAt,
}: Report): readonly string[] {
  return [
    ...(madeAt < until
      ? [
          `この期間はまだ終わっていません。${moment(madeAt)} までを集計しました。`,
        ]
      : []),
    ...(forgottenBefore === null
      ? []
      : [
          `保存年限により、${moment(forgottenBefore)} より前に終わったメールは台帳から削除されており、件数に含まれません。`,
        ]),
    ...(recordFrom === null
      ? []
      : [
          `保存年限により、${moment(recordFrom)} より前の操作の記録は切り離されており、だれが何をしたかの件数に含まれません。`,
        ]),
  ];
}
