import type { ItemKind, ItemState, RecipientState } from "../core/item.ts";
import type { Treatment } from "../core/plan.ts";
import type { HoldRecord } from "../core/hold.ts";
import type { LaneName } from "../core/lanes.ts";
import type { VerdictKind } from "../core/verdict.ts";

/** What staff read for each word of the line. */
export const STATE_WORDS: Readonly<Record<ItemState, string>> = {
  received: "受付済み",
  inspected: "検査済み",
  planned: "処理待ち",
  sanitized: "無害化済み",
  cleared: "配送待ち",
  delivered: "配送済み",
  held: "隔離中",
  discarded: "廃棄済み",
};

export const RECIPIENT_WORDS: Readonly<Record<RecipientState, string>> = {
  pending: "配送待ち",
  delivered: "配送済み",
  held: "保留",
  discarded: "廃棄",
};

/** `zoneName` is what the inner side is called. */
export function laneWords(lane: LaneName, zoneName: string): string {
  switch (lane) {
    case "inspect":
      return "検査と本文";
    case "sanitize":
      return "添付の変換";
    case "deliver":
      return `${zoneName} 側への配送`;
  }
}

export const VERDICT_WORDS: Readonly<Record<VerdictKind, string>> = {
  clean: "問題なし",
  cleaned: "除去あり",
  unexaminable: "検査不能",
  malicious: "有害",
};

const STEPS: readonly [limitMs: number, divisorMs: number, unit: string][] = [
  [120_000, 1000, "秒"],
  [7_200_000, 60_000, "分"],
  [172_800_000, 3_600_000, "時間"],
  [Infinity, 86_400_000, "日"],
];

/** An age in the unit that a person would use. */
export function age(ms: number | null): string {
  if (ms === null) return "—";
  const step = STEPS.find(([limitMs]) => ms < limitMs);
  return step === undefined ? "—" : `${Math.floor(ms / step[1])}${step[2]}`;
}

const CLOCK = new Intl.DateTimeFormat("ja-JP", {
  dateStyle: "short",
  timeStyle: "medium",
  timeZone: "Asia/Tokyo",
});

export function clock(epochMs: number): string {
  return CLOCK.format(epochMs);
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export const HOLD_STATE_WORDS: Readonly<Record<HoldRecord["state"], string>> = {
  held: "隔離中",
  released: "解放済み",
  discarded: "廃棄済み",
};

export const TREATMENT_WORDS: Readonly<Record<Treatment["kind"], string>> = {
  "body-text": "本文として作り直し",
  "keep-text": "テキストとして作り直し",
  rasterize: "ページを画像にして PDF に作り直し",
  "re-encode": "画像を作り直し",
  repack: "中身を作り直し、新しい ZIP に",
  drop: "含めない",
  notice: "お知らせに置き換え",
};

/** What a scan of today said. */
export const RESCAN_WORDS: Readonly<Record<string, string>> = {
  "virus-found": "新しくウイルスを検出",
  "virus-still": "引き続きウイルスを検出",
  "clean-now": "検出なし（判断待ち）",
  "gone-on": "検出なし（作り直して配送）",
  unchanged: "変化なし",
  failed: "検査できず",
};

export const KIND_WORDS: Readonly<Record<ItemKind, string>> = {
  text: "本文（添付ファイルは二通目）",
  attachments: "添付ファイル（二通目）",
  "held-notice": "二通目を隔離したことのお知らせ",
  digest: "隔離のお知らせ（受信者あて）",
  "duty-digest": "隔離のお知らせ（当番あて）",
};
