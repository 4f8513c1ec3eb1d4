import type { ItemKind, ItemState, RecipientState } from "../core/item.ts";
import type { Treatment } from "../core/plan.ts";
import type { HoldRecord, LaneName } from "../core/ports.ts";
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

/** Acts of the record in the words of a history. */
export const ACT_WORDS: Readonly<Record<string, string>> = {
  received: "受付",
  cleared: "無害化が完了",
  held: "隔離",
  "recipient-held": "宛先への配送を保留",
  "receipt-late": "遅れて届いた配送結果",
  staged: "本文を先に届け、添付ファイルを二通目に分けた",
  digest: "隔離のお知らせを作成",
  "mail-password-tried": "別のメールのパスワードで開いてみた",
  "password-refused": "パスワードが合わなかった",
  unlocked: "別のメールのパスワードで開いた",
  delivered: "配送",
  released: "解放",
  discarded: "廃棄",
  viewed: "閲覧",
  noted: "メモ",
  previewed: "原本の画面での確認",
  certified: "無害化証明書の発行",
  refused: "権限のない操作を拒否",
  exported: "一覧の書き出し",
  listed: "検索",
  "audit-viewed": "記録の閲覧",
  "report-viewed": "報告の閲覧",
  "signed-in": "サインイン",
  "signed-out": "サインアウト",
  "sign-in-refused": "サインインを拒否",
  "account-set-up": "利用者の初期設定",
  "account-added": "利用者の追加",
  "account-roles-set": "役割の変更",
  "account-reset": "認証情報の再設定",
  "account-disabled": "利用者の停止",
  "account-enabled": "利用者の再開",
  "sessions-ended": "サインイン状態の解除",
  "password-changed": "パスワードの変更",
  "recovery-codes-made": "回復コードの再発行",
  "passkey-asked": "パスキーの登録",
  "passkey-removed": "パスキーの削除",
  "session-confirmed": "確認コードの再入力",
  "record-checkpoint": "記録の検証と署名",
  "record-broken": "記録に改ざんの疑い",
  "record-cut": "保存年限を過ぎた記録の削除",
  "record-thinned": "保存年限を過ぎた種類の記録の削除",
  "record-removed": "削除した記録の跡",
  "items-forgotten": "保存年限を過ぎたメールの台帳からの削除",
  "session-ended": "サインイン状態の解除（本人）",
  "password-tried": "添付のパスワードを入力",
  "password-not-tried":
    "混雑のため、入力されたパスワードを試さず（回数に数えない）",
  "password-wrong": "添付のパスワードが不一致",
  "rescan-asked": "再検査の依頼",
  rescanned: "再検査",
  pinned: "保存期限から除外",
  unpinned: "保存期限の除外を解除",
  "exception-added": "例外措置の追加",
  "exception-revoked": "例外措置の取消",
  "exception-used": "例外措置の適用",
  "exceptions-viewed": "例外措置の閲覧",
  "original-asked": "原本の解放を申請",
  "original-approved": "原本の解放を承認",
  "original-denied": "原本の解放を却下",
  "original-fetched": "原本の取得",
  "request-made": "受信者からの解放の申請",
  "mail-reported": "受信者からの不審メールの報告",
  "request-withdrawn": "申請の取り下げ",
  "request-approved": "申請の承認",
  "request-denied": "申請の却下",
  "report-closed": "不審メールの報告を確認",
  "decision-confirmed": "代決の後閲",
  "wall-link-made": "壁の画面のリンクの発行",
  "wall-link-revoked": "壁の画面のリンクの取消",
  "wall-opened": "壁の画面を開いた",
  "substitutes-set": "代決者の指定",
  "crossing-stopped": "庁内側への配送を緊急停止",
  "crossing-resumed": "庁内側への配送を再開",
  restored: "バックアップから復元",
  copied: "バックアップを作成",
  configured: "設定を反映",
  "configuration-refused": "設定の誤りにより反映せず",
  "reload-asked": "設定の読み直しを指示",
  "state-signed": "プログラムと設定の状態に署名",
  "state-passed": "プログラムと設定の状態の確認：変更なし",
  "state-failed": "プログラムと設定の状態の確認：変更あり",
  "self-test-passed": "自己診断：合格",
  "self-test-failed": "自己診断：失敗",
  "disaster-asked": "災害モードを申請",
  "disaster-confirmed": "災害モードを承認",
  "disaster-ended": "災害モードを終了",
  "disaster-lapsed": "災害モードの申請が失効",
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
