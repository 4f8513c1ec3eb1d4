import type { StructuredText } from "./structured-text.ts";
import {
  readCalendar,
  type Calendar,
  type CalendarEvent,
  type CalendarPerson,
} from "./calendar.ts";
import { dayWords, spanWords, type CalendarTime } from "./calendar-time.ts";
import { linkTarget } from "./html-link.ts";
import { oneLine } from "./structured-text.ts";
import { textBehind } from "./content-lines.ts";
import { ruleWords } from "./recurrence.ts";

/** An invitation as a clerk reads it: what, when, where, who. Null when no event can be read. */
export function calendarText(unfolded: string): StructuredText | null {
  const calendar = readCalendar(unfolded);
  if (calendar === null) return null;
  const [heading, ask] = METHODS[calendar.method] ?? ["", ""];
  const title = heading === "" ? "予定" : `予定（${heading}）`;
  const behind = textBehind(unfolded, "VCALENDAR");
  const more = calendar.eventCount - calendar.events.length;
  const events = calendar.events.map((event) => eventWords(event, calendar));
  return {
    text: [
      `──── ${title} ────`,
      ...(ask === "" ? [] : [ask]),
      events.join("\n\n"),
      ...(more > 0 ? [`\n（ほかに ${more} 件の予定があります）`] : []),
      ...(behind === "" ? [] : [`\n${behind}`]),
    ].join("\n"),
    findings: [
      ...(more > 0 ? ["text-shortened"] : []),
      ...(calendar.attachmentCount > 0 ? ["calendar-attachment"] : []),
    ],
  };
}

/** RFC 5546 §1.4. The new mail carries no calendar file: answers are given by mail. */
const METHODS: Readonly<Record<string, readonly [string, string]>> = {
  REQUEST: [
    "会議への招待",
    "出欠は、このメールへの返信などでお知らせください。",
  ],
  CANCEL: ["取消", "この予定は取り消されました。"],
  REPLY: ["出欠の回答", ""],
  COUNTER: ["変更の提案", ""],
  DECLINECOUNTER: ["変更の提案への辞退", ""],
  ADD: ["追加", ""],
  REFRESH: ["最新の予定の問い合わせ", ""],
  PUBLISH: ["お知らせ", ""],
};
const STATUSES: Readonly<Record<string, string>> = {
  CANCELLED: "取消",
  TENTATIVE: "仮の予定",
  CONFIRMED: "確定",
  COMPLETED: "完了",
  "IN-PROCESS": "進行中",
};
const ANSWERS: Readonly<Record<string, string>> = {
  ACCEPTED: "出席",
  DECLINED: "欠席",
  TENTATIVE: "仮の出席",
  DELEGATED: "代理が出席",
};

function eventWords(event: CalendarEvent, calendar: Calendar): string {
  const task = event.kind === "task";
  const more = event.attendeeCount - event.attendees.length;
  const people = event.attendees.map((one) => `　・${personWords(one)}`);
  return [
    ...row(task ? "作業" : "件名", oneLine(event.summary) || "（件名なし）"),
    ...row("日時", whenWords(event)),
    ...row("元の日時", event.insteadOf && spanWords(event.insteadOf, null)),
    ...row("繰り返し", ruleLine(event.rule)),
    ...row("除く日", daysLine(event.except)),
    ...row("追加の日", daysLine(event.besides)),
    ...row("場所", oneLine(event.location)),
    ...row("状態", STATUSES[event.status] ?? null),
    ...row("主催者", event.organizer && personWords(event.organizer)),
    ...(people.length > 0
      ? [`参加者：${event.attendeeCount}名`, ...people]
      : []),
    ...(more > 0 ? [`　（ほか ${more} 名）`] : []),
    ...event.urls.flatMap((url) => row("リンク", linkTarget(oneLine(url)))),
    ...block(
      calendar.method === "REPLY" ? "返信の言葉" : "連絡",
      event.comment,
    ),
    ...block("説明", event.description),
  ].join("\n");
}

function whenWords(event: CalendarEvent): string | null {
  if (event.start !== null) return spanWords(event.start, event.end);
  if (event.end !== null) return `${spanWords(event.end, null)}まで`;
  return event.unreadStart === "" ? null : oneLine(event.unreadStart);
}

function ruleLine(rule: string): string | null {
  if (rule === "") return null;
  return ruleWords(rule) ?? `規則 ${oneLine(rule)}`;
}

function daysLine(days: readonly CalendarTime[]): string | null {
  return days.length === 0
    ? null
    : days
        .map((day) => dayWords(day.japanMinutes ?? day.wallMinutes))
        .join("、");
}

function personWords({ name, address, answer }: CalendarPerson): string {
  const shown = oneLine(name);
  const mail = oneLine(address);
  const said = ANSWERS[answer];
  const who =
    shown === "" || shown === mail
      ? mail
      : mail === ""
        ? shown
        : `${shown} <${mail}>`;
  return said === undefined ? who : `${who}（${said}）`;
}

function row(label: string, value: string | null): string[] {
  return value === null || value === "" ? [] : [`${label}：${value}`];
}

function block(label: string, text: string): string[] {
  return text === "" ? [] : [`${label}：`, text];
}
