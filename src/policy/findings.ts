/**
 * Everything that may be found, and what it means. `removed`: something was taken out, so the verdict is at least
 * `cleaned`. `words`: a sentence for the notice in the mail, where a reader should know; the others are for the record.
 */
export interface FindingRow {
  readonly removed: boolean;
  readonly words: string | null;
}

const removed = (words: string | null = null): FindingRow => ({
  removed: true,
  words,
});
const noticed = (words: string | null = null): FindingRow => ({
  removed: false,
  words,
});

const ACTIVE =
  "文書に埋め込まれていた動作（スクリプト、リンク、フォームなど）を取り除きました。";

export const FINDINGS: Readonly<Record<string, FindingRow>> = {
  // structure (core/part.ts: Anomaly)
  "duplicate-mime-header": noticed("構造があいまいな部分がありました。"),
  "duplicate-parameter": noticed("構造があいまいな部分がありました。"),
  "malformed-header": noticed(),
  "bad-boundary": noticed("構造があいまいな部分がありました。"),
  "missing-final-boundary": noticed(
    "メールの終わりが欠けている可能性があります。",
  ),
  "text-outside-parts": removed(
    "メールの決まった部品の外にあった内容は含めていません。",
  ),
  "unknown-transfer-encoding": noticed(),
  "junk-in-base64": noticed("壊れた符号化を含む部品がありました。"),
  "bad-quoted-printable": noticed(),
  "bare-line-ending": noticed(),
  "name-belies": noticed(
    "ファイル名の末尾（拡張子）と中身の形式が違うファイルがありました。",
  ),
  "empty-attachment": noticed("中身が空の添付ファイルがありました。"),
  "charset-guessed": noticed(),
  "undecodable-text": noticed("一部の文字を読み取れませんでした。"),
  // header (mime/header-set.ts)
  "addresses-left-out": removed(
    "差出人・宛先が多いため、一部だけを載せています。",
  ),
  "several-authors": noticed("差出人が二人以上書かれているメールです。"),
  "address-in-words": removed(
    "そのままでは使えないメールアドレスは、名前として載せています（そのアドレスへは返信できません）。",
  ),
  // sender (policy/authentication.ts)
  "sender-unproven": noticed(
    "差出人の確認に失敗しました（なりすましの可能性があります）。",
  ),
  // text
  "encoded-block-in-text": removed(
    "本文中の符号化されたデータを取り除きました。",
  ),
  "controls-removed": removed(),
  "text-shortened": removed("本文が長いため、途中までを載せています。"),
  "html-script": removed(),
  "html-form": removed("入力フォームを取り除きました。"),
  "html-data-uri": removed(),
  "links-defanged": removed(
    "リンクは、押しても開かない形（hxxp、[.]）にしています。",
  ),
  "links-domain-only": removed("リンクは、行き先の名前だけを載せています。"),
  "alternative-differs": noticed(
    "このメールには表示形式の異なる二つの本文があり、内容が大きく違うため、両方を載せています。",
  ),
  "private-use-character": noticed(
    "外字が含まれています（お使いの端末では別の文字に見えることがあります）。",
  ),
  "html-hidden": removed("表示されない文字を取り除きました。"),
  "attached-mail": noticed(
    "添付されたメールは、見出しを付けて本文に載せています。",
  ),
  "calendar-in-words": noticed(
    "予定（カレンダー）は文章にして本文に載せています。取り込み用のファイルはありません。",
  ),
  "calendar-attachment": removed(
    "予定に付いていた資料（または資料へのリンク）は含めていません。",
  ),
  "vcard-picture": removed("連絡先に付いていた写真などは含めていません。"),
  "signature-not-kept": removed(
    "電子署名付きのメールです。署名は作り直しのため引き継がれません。",
  ),
  "scanner-suspicion": removed(
    "ウイルス検査が疑わしい作りを指摘した文書です。画像に作り直したので、そのまま読めます。",
  ),
  // archives
  "archive-path": removed(
    "圧縮ファイルの中に、外の場所を指す名前または深すぎるフォルダーがありました。フォルダーは引き継いでいません。",
  ),
  // documents (wire/pit-codes.ts)
  "pdf-javascript": removed(ACTIVE),
  "pdf-open-action": removed(ACTIVE),
  "pdf-launch": removed(ACTIVE),
  "pdf-embedded-file": removed(
    "文書に添付されていたファイルを文書から取り除きました。取り出せたファイルは、別の添付ファイルとして作り直しています。",
  ),
  "pdf-form": removed(ACTIVE),
  "pdf-link": removed(),
  "pdf-submit": removed(ACTIVE),
  "pdf-media": removed(ACTIVE),
  "pdf-remote": removed(ACTIVE),
  "pdf-encrypted": noticed(),
  "office-macro": removed("文書に含まれていたマクロを取り除きました。"),
  "office-dde": removed(
    "文書に含まれていた外部プログラムの呼び出し（DDE）を取り除きました。",
  ),
  "office-ole": removed(
    "文書に埋め込まれていたファイルやオブジェクトを取り除きました。",
  ),
  "office-activex": removed(ACTIVE),
  "office-external-link": removed(
    "文書の外にある内容への参照（リンク、外部の画像など）は読み込んでいません。",
  ),
  "office-hidden-sheet": noticed(
    "非表示のシートがありました。非表示のシートは含めていません。",
  ),
  "office-hidden-cells": noticed(
    "表に非表示の行や列がありました。ページには出ていませんが、値（CSV）には含まれています。",
  ),
  "office-encrypted": noticed(),
  "office-values-too-big": noticed(
    "表の値（CSV）は大きすぎるため付けていません。",
  ),
  "pdf-metadata": removed(),
  "pdf-hidden-text": removed(
    "文書に、画面に表示されない文字が含まれていました（取り除いています）。",
  ),
  "glyphs-missing": noticed(
    "文書の一部の文字は、フォントがないため表示できませんでした。",
  ),
  "text-layer-shortened": noticed(),
  "text-by-ocr": noticed(
    "画像だけのページは、画像から文字を読み取って検索できるようにしました。読み取った文字は誤りを含むことがあります。",
  ),
  "ocr-left-out": noticed(
    "文字の読み取りができず、検索やコピーのできないページがあります。",
  ),
  "pages-coarser": noticed(
    "容量の上限に収めるため、一部のページの画質を下げています。",
  ),
  "budget-passed": noticed(
    "ページの画質を下げましたが、容量の目安を超えています。",
  ),
  "image-exif": removed(),
  "image-gps": removed("画像に含まれていた撮影場所の情報を取り除きました。"),
  "image-icc": removed(),
  "image-xmp": removed(),
  "image-iptc": removed(),
  "svg-active": removed(ACTIVE),
  "svg-reference": removed(
    "図の中の、外部のファイルへの参照を取り除きました。",
  ),
  "image-animation": removed("動く画像は最初の一枚だけをお渡ししています。"),
};

/** What nobody listed counts as removed: a new finding must not look clean by being forgotten here. */
export function findingRow(code: string): FindingRow {
  return FINDINGS[code] ?? removed();
}
