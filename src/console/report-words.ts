import type { Report } from "../core/report.ts";
import { DAY, HOUR, MINUTE } from "../core/units.ts";
import { dayOf } from "../policy/report-period.ts";

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
