import type { ViewerQuestion, ViewRefusal } from "../wire/viewer.ts";
import type { ViewerReply } from "../socket/viewer-client.ts";
import type { Answer } from "./api/route.ts";

/** Asks the worker that may open originals, which the console may not. */
export type Viewer = (
  question: ViewerQuestion,
  signal: AbortSignal,
) => Promise<ViewerReply>;

type Status = Extract<Answer, { kind: "problem" }>["status"];

const WORDS: Readonly<Record<ViewRefusal, readonly [Status, string]>> = {
  BUSY: [
    503,
    "ほかの表示を処理しています。少し待ってから、もう一度お試しください。",
  ],
  ENCRYPTED: [422, "パスワードや暗号で保護されているため、表示できません。"],
  MALICIOUS: [403, "ウイルスが見つかったものは、表示できません。"],
  NOT_EXAMINED: [
    503,
    "ウイルス検査の結果がまだないため、表示できません。検査エンジンが動いていることをご確認ください。",
  ],
  NOT_GRANTED: [403, "原本を取り出すための決裁がありません。"],
  NOT_MADE: [
    409,
    "このメールは作り直して配送されていないため、証明書はありません。",
  ],
  NOT_RECORDED: [
    409,
    "証明書に必要な記録を残していない版で処理されたメールのため、証明書を作れません。",
  ],
  NOT_SHOWN: [422, "この種類のファイルは、画面に表示できません。"],
  NO_ORIGINAL: [
    410,
    "原本はもう残っていません（保留がないメールの原本は、配送が終わると消去されます）。",
  ],
  NO_PAGE: [404, "そのページはありません。"],
  NO_PART: [404, "その添付ファイルはありません。"],
  NO_PIT: [
    503,
    "安全に表示するための環境（隔離環境、変換プログラム）が使えません。運用担当者にご連絡ください。",
  ],
  TOO_LONG: [503, "時間内に表示できませんでした。もう一度お試しください。"],
  UNREADABLE: [422, "壊れているか上限を超えているため、表示できません。"],
  VIEWER_FAILED: [
    503,
    "表示の処理が動いていません。しばらくしてから、もう一度お試しください。",
  ],
};

const BUSY_SECONDS = 5;

export function refusalWords(code: ViewRefusal): string {
  return WORDS[code][1];
}

export function refused(code: ViewRefusal): Answer {
  const [status, message] = WORDS[code];
  return {
    ...{ kind: "problem", status, code, message },
    ...(code === "BUSY" ? { retrySeconds: BUSY_SECONDS } : {}),
  };
}

/** All of a short content. Throws when it ends early or is longer than `maxBytes`. */
export async function wholeOf(
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new Error("more than it may be");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
