import { MINUTE } from "../core/units.ts";
import type { Telling } from "./alerts.ts";
import type { Trouble } from "../core/measure.ts";

/** What people read of an alert, in a mail and in a chat alike. */
export interface AlertWords {
  readonly subject: string;
  readonly text: string;
}

const KIND_WORDS: Readonly<Record<Telling["kind"], string>> = {
  raised: "発生",
  reminder: "継続中",
  solved: "解消",
};

export const SEVERITY_WORDS: Readonly<Record<Trouble["severity"], string>> = {
  critical: "至急",
  warning: "注意",
  notice: "お知らせ",
};

const MAX_SUBJECT_TITLES = 2;

/** `clock` writes a time as people of the place do. */
export function alertWords(
  tellings: readonly Telling[],
  place: {
    readonly gateway: string;
    readonly console: string;
    readonly clock: (epochMs: number) => string;
  },
): AlertWords {
  const titles = tellings
    .slice(0, MAX_SUBJECT_TITLES)
    .map(({ kind, trouble }) => `${KIND_WORDS[kind]}：${trouble.title}`);
  const more = tellings.length - titles.length;
  const subject = `[関所] ${titles.join("、")}${more > 0 ? ` ほか ${more} 件` : ""}（${place.gateway}）`;
  const text = [
    ...tellings.map((one) => paragraph(one, place.clock)),
    `管理画面：${place.console}`,
    "このお知らせは関所（Sekisho）が自動で送っています。",
    "",
  ].join("\n\n");
  return { subject, text };
}

function paragraph(
  { kind, trouble, until }: Telling,
  clock: (epochMs: number) => string,
): string {
  const { title, message, advice, since, severity } = trouble;
  if (kind === "solved") {
    const end = until ?? since;
    return [
      `解消しました：${title}`,
      `${clock(since)} から ${clock(end)} まで（約 ${Math.max(1, Math.round((end - since) / MINUTE))} 分）`,
    ].join("\n");
  }
  return [
    `【${SEVERITY_WORDS[severity]}】${title}`,
    message,
    `${clock(since)} から${kind === "reminder" ? "続いています" : ""}`,
    `していただくこと：${advice}`,
  ].join("\n");
}
