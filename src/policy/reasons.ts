import type { HoldCode } from "../core/verdict.ts";

/** What a clerk reads when something is held: what it means, and what to do next. No engine, no path, no blame. */
export interface Reason {
  /** A few words, for lists. */
  readonly title: string;
  /** One or two sentences, for the notice in the mail. */
  readonly message: string;
  /** For the administrator. */
  readonly advice: string;
}

const row = (title: string, message: string, advice: string): Reason => ({
  title,
  message,
  advice,
});

const ASK = "必要な場合は、受付番号を添えて情報管理者にお問い合わせください。";

export const REASONS: Readonly<Record<HoldCode, Reason>> = {
  VIRUS_FOUND: row(
    "ウイルスを検出",
    "ウイルスが見つかったため、お渡しできません。差出人への返信や、同じファイルを開くことはお控えください。",
    "解放できません。内容を確認し、廃棄してください。差出人に心当たりがあれば、別の手段で連絡してください。",
  ),
  TYPE_NOT_CONVERTED: row(
    "変換できない種類",
    `この種類のファイルは、まだ安全な形に作り替えることができません。${ASK}`,
    "差出人に PDF や画像での再送を依頼するか、原本を確認して廃棄してください。",
  ),
  ENCRYPTED: row(
    "暗号化されている",
    `パスワードや暗号で保護されているため、中身を検査できません（ウイルスという意味ではありません）。差出人に、保護や暗号化をしない形での再送をご依頼ください。${ASK}`,
    "差出人にパスワードなし、暗号化（S/MIME、PGP）なしの再送を依頼してください。",
  ),
  ARCHIVE_LIMIT: row(
    "検査の上限を超えた",
    `入れ子や展開後の大きさが検査の上限を超えました。${ASK}`,
    "圧縮爆弾のおそれがあります。差出人を確認してください。",
  ),
  AMBIGUOUS_STRUCTURE: row(
    "構造があいまい",
    `構造が二通りに読めるため、保留しました。${ASK}`,
    "読み方によって別の中身が現れる作りです。差出人に心当たりがなければ廃棄してください。解放すると、確かに読めた本文だけが届きます。",
  ),
  NOT_UNDERSTOOD: row(
    "内容を読み取れない",
    `本文があるはずなのに、内容を読み取れませんでした。${ASK}`,
    "差出人に再送を依頼してください。",
  ),
  STRUCTURE_LIMIT: row(
    "構造の上限を超えた",
    `ヘッダーや部品の数、入れ子の深さが上限を超えました。${ASK}`,
    "通常のメールでは起こりません。差出人を確認してください。",
  ),
  TYPE_FORBIDDEN: row(
    "受け取れない種類",
    `規定により、この種類のものは受け取れません。${ASK}`,
    "差出人に別の形式での送付を依頼してください。",
  ),
  CONVERSION_FAILED: row(
    "変換に失敗",
    `ファイルが壊れているなどの理由で、安全な形に作り替えることができませんでした。${ASK}`,
    "差出人に再送を依頼してください。",
  ),
  CONVERSION_TIMEOUT: row(
    "変換が時間切れ",
    `変換が決められた時間と資源の中で終わりませんでした。${ASK}`,
    "非常に大きいか、意図的に重く作られたファイルです。分割や別形式での再送を依頼してください。",
  ),
  PAGE_BLANK: row(
    "白紙になる",
    `文字や図があるはずのページが白紙になったため、お渡しを止めました。${ASK}`,
    "フォントが埋め込まれていない可能性があります。フォントを埋め込んだ PDF での再送を依頼してください。",
  ),
  GLYPHS_MISSING: row(
    "表示できない文字が多い",
    `フォントがないため表示できない文字が多く、読み違えるおそれがあるため、お渡しを止めました。${ASK}`,
    "フォントを埋め込んだ PDF での再送を依頼してください。",
  ),
  PIXEL_LIMIT: row(
    "大きすぎる",
    `ページ数または画素数が上限を超えています。${ASK}`,
    "分割または縮小しての再送を依頼してください。",
  ),
  SIZE_LIMIT: row(
    "大きすぎる",
    `大きさが上限を超えています。${ASK}`,
    "分割しての再送を依頼してください。",
  ),
  TEXT_UNREADABLE: row(
    "文字を読み取れない",
    `文字コードを判別できず、文章として読み取れませんでした。${ASK}`,
    "差出人に UTF-8 または PDF での再送を依頼してください。",
  ),
  SCANNER_UNAVAILABLE: row(
    "ウイルス検査ができない",
    "ウイルス検査が動いていないため、お渡しを待っています。復旧後に自動で再開します。",
    "clamd の状態を `sekisho doctor` で確認してください。",
  ),
  SANDBOX_UNAVAILABLE: row(
    "変換環境が使えない",
    "隔離された変換環境が使えないため、お渡しを待っています。復旧後に自動で再開します。",
    "bubblewrap の状態を `sekisho doctor` で確認してください。",
  ),
  CONVERTER_MISSING: row(
    "変換ソフトがない",
    `この種類のファイルを作り替えるためのソフト（LibreOffice）が、この機械に入っていません。${ASK}`,
    "npx sekisho doctor が示すパッケージを入れてから、解放してください。もう一度同じ工程を通ります。",
  ),
  VERIFIER_REFUSED: row(
    "出力の検証で不一致",
    `作り直したメールが最後の検証に合わなかったため、保留しました。${ASK}`,
    "関所の不具合の可能性があります。受付番号を添えて開発元に報告してください。",
  ),
  ATTEMPTS_EXHAUSTED: row(
    "処理が完了しない",
    `処理が繰り返し中断したため、保留しました。${ASK}`,
    "処理系を落とす作りのファイルの可能性があります。記録を確認し、廃棄または解放してください。",
  ),
  DELIVERY_REFUSED: row(
    "配送先が拒否",
    "庁内側のメールサーバーが受け取りを拒否しました。",
    "宛先の有無と庁内側サーバーの応答を確認し、解放すると再送します。",
  ),
  DELIVERY_UNKNOWN: row(
    "配送の成否が不明",
    "庁内側に届いたかどうかを確認できませんでした。",
    "庁内側サーバーの記録で到着を確認してください。届いていなければ解放すると再送します。",
  ),
  DELIVERY_EXPIRED: row(
    "配送の期限切れ",
    "庁内側のメールサーバーに、期限までに渡せませんでした。",
    "庁内側サーバーの状態を確認し、解放すると再送します。",
  ),
};
