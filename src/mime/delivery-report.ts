import { parseDate } from "./date.ts";
import { dateWords } from "./calendar-time.ts";
import { decodeHeaderText } from "./encoded-word.ts";
import { statusWords } from "./status-words.ts";
import { oneLine, type StructuredText } from "./structured-text.ts";

/** Fields of one block, names in lower case, the first of each name; values decoded, on one line. */
type Fields = ReadonlyMap<string, string>;

const MAX_BLOCKS = 101;
const MAX_LINES = 20_000;
const MAX_FIELD_CHARACTERS = 4000;

/** Delivery status notifications (RFC 3464 §2) in words. Null when no recipient is told of. */
export function deliveryStatusText(latin1: string): StructuredText | null {
  const blocks = readBlocks(latin1);
  const [message] = blocks;
  const recipients = blocks.filter((block) => recipientOf(block) !== "");
  if (message === undefined || recipients.length === 0) return null;
  return {
    text: [
      "──── 配送状況の通知 ────",
      recipients.map(recipientWords).join("\n\n"),
      ...row("通知元", typed(message.get("reporting-mta"))),
    ].join("\n"),
    findings: blocks.length === MAX_BLOCKS ? ["text-shortened"] : [],
  };
}

const ACTIONS: Readonly<Record<string, string>> = {
  failed: "届きませんでした（配送失敗）",
  delayed: "まだ届いていません（配送が遅れています。再送は自動で続きます）",
  delivered: "届きました",
  relayed: "次のメールサーバーへ渡しました（その先は確認できません）",
  expanded: "複数の宛先へ配られました",
};

function recipientWords(block: Fields): string {
  const action = (block.get("action") ?? "").split(/[\s(]/, 1)[0] ?? "";
  const [status = ""] =
    /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(block.get("status") ?? "") ?? [];
  const words = statusWords(status);
  const final = typed(block.get("final-recipient"));
  const shown = recipientOf(block);
  return [
    ...row("宛先", shown),
    ...row("転送先", final === shown ? "" : final),
    ...row("結果", ACTIONS[action.toLowerCase()] ?? action),
    ...row("理由", words === null ? "" : `${words}（${status}）`),
    ...row("相手の応答", typed(block.get("diagnostic-code"))),
    ...row("相手のサーバー", typed(block.get("remote-mta"))),
    ...row("最後に試した日時", whenWords(block.get("last-attempt-date"))),
    ...row("再送を続ける期限", whenWords(block.get("will-retry-until"))),
  ].join("\n");
}

function recipientOf(block: Fields): string {
  return (
    typed(block.get("original-recipient")) ||
    typed(block.get("final-recipient"))
  );
}

/** Message disposition notifications (RFC 8098 §3) in words: was it read. Null when it does not say. */
export function dispositionText(latin1: string): StructuredText | null {
  const [block] = readBlocks(latin1);
  const disposition = block?.get("disposition") ?? "";
  if (block === undefined || disposition === "") return null;
  const type = (disposition.split(";").at(-1) ?? "").trim();
  const [word = ""] = type.toLowerCase().split(/[/\s(]/, 1);
  return {
    text: [
      "──── 開封確認の通知 ────",
      ...row("宛先", recipientOf(block)),
      ...row("結果", DISPOSITIONS[word] ?? disposition),
      ...row("対象のメール", block.get("original-message-id")),
    ].join("\n"),
    findings: [],
  };
}

const DISPOSITIONS: Readonly<Record<string, string>> = {
  displayed:
    "相手の画面に表示されました（内容を読んだことの証明ではありません）",
  deleted: "表示されずに削除されました",
  dispatched: "別の宛先へ送られました",
  processed: "自動で処理されました",
  denied: "通知は拒否されました",
  failed: "処理に失敗しました",
};

/** What a returned header says about the mail that it belonged to (RFC 6522 §4). Null when there is nothing to say. */
export function returnedHeaderText(latin1: string): StructuredText | null {
  const [block] = readBlocks(latin1);
  if (block === undefined) return null;
  const rows = [
    ...row("件名", block.get("subject")),
    ...row("差出人", block.get("from")),
    ...row("宛先", block.get("to")),
    ...row("日時", block.get("date")),
  ];
  if (rows.length === 0) return null;
  return {
    text: ["──── 元のメールの見出し ────", ...rows].join("\n"),
    findings: [],
  };
}

function readBlocks(latin1: string): Fields[] {
  const blocks: Map<string, string>[] = [];
  let open: Map<string, string> | null = null;
  let last: string | null = null;
  for (const line of latin1.split(/\r?\n/, MAX_LINES)) {
    if (line.trim() === "") open = null;
    else if (/^[ \t]/.test(line) && open !== null) {
      const begun: string = last === null ? "" : (open.get(last) ?? "");
      if (last !== null && begun.length < MAX_FIELD_CHARACTERS)
        open.set(last, `${begun} ${line.trim()}`);
    } else {
      if (open === null) {
        if (blocks.length >= MAX_BLOCKS) break;
        open = new Map();
        blocks.push(open);
      }
      const [, name = "", value = ""] = FIELD.exec(line) ?? [];
      const key: string = name.toLowerCase();
      last = key === "" || open.has(key) ? null : key;
      if (last !== null) open.set(last, value.trim());
    }
  }
  return blocks.map(
    (block) =>
      new Map(
        [...block].map(([name, value]) => [
          name,
          oneLine(decodeHeaderText(value.slice(0, MAX_FIELD_CHARACTERS))),
        ]),
      ),
  );
}

const FIELD = /^([A-Za-z0-9-]{1,60})[ \t]*:(.*)$/s;

/** `rfc822; a@b` → `a@b`, `smtp; 550 …` → `550 …` (RFC 3464 §2.1.2). */
function typed(value: string | undefined): string {
  return (value ?? "").replace(/^[A-Za-z0-9-]{1,30}\s*;\s*/, "").trim();
}

function whenWords(value: string | undefined): string {
  const date = value === undefined ? null : parseDate(value);
  return date === null ? (value ?? "") : dateWords(date.at);
}

function row(label: string, value: string | undefined): string[] {
  return value === undefined || value === "" ? [] : [`${label}：${value}`];
}
