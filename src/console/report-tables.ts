import { DECISIONS } from "../core/report.ts";
import type { Report } from "../core/report.ts";
import { DECISION_WORDS } from "../policy/act-words.ts";
import { REASONS } from "../policy/reasons.ts";
import { durationWords, moment } from "./report-words.ts";
import { REQUEST_KIND_WORDS, REQUEST_STATE_WORDS } from "./request-view.ts";
import { size, STATE_WORDS, VERDICT_WORDS } from "./words.ts";

type Cell = string | number;

/** One table of a report: the printed page, the file and the command line show the same. */
export interface ReportTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Which column a bar is drawn for; absent: none. */
  readonly bar?: number;
  /** Said in the place of a table without rows. */
  readonly empty: string;
}

const MAILS = "件数";

export function reportTables(
  report: Report,
  nameOf: (tenant: string) => string,
): readonly ReportTable[] {
  return [
    sums(report),
    ...(report.tenantsTold.length > 1 ? [byTenant(report, nameOf)] : []),
    counted("判定", Object.entries(report.verdicts), (verdict) =>
      verdict === "none"
        ? "検査前"
        : VERDICT_WORDS[verdict as keyof typeof VERDICT_WORDS],
    ),
    counted(
      "受信したメールのいまの状態",
      Object.entries(report.states),
      (one) => STATE_WORDS[one as keyof typeof STATE_WORDS],
    ),
    counted(
      "隔離の理由（メール・添付ファイル・宛先ごと）",
      report.holds.map(({ code, count }) => [REASONS[code].title, count]),
    ),
    counted(
      "検出したウイルス",
      report.viruses.map(({ name, count }) => [
        name === "other" ? "その他" : name,
        count,
      ]),
    ),
    people(report),
    requests(report),
    exceptions(report),
    stops(report, nameOf),
    steps(report),
  ];
}

function sums(report: Report): ReportTable {
  const { releases, verdicts, selfTests } = report;
  const rows: readonly (readonly Cell[])[] = [
    ["受信したメール", report.received],
    ["受信したメールの合計サイズ", size(report.bytes)],
    ["そのうち配送済み", report.states.delivered],
    ["そのうち一部を取り除いて作り直したもの（除去あり）", verdicts.cleaned],
    ["そのうち有害と判定したもの", verdicts.malicious],
    ["隔離が生じたメール", report.heldMails],
    ["解放", releases.count],
    ["隔離から解放までの時間（中央値）", durationWords(releases.medianMs)],
    [
      "隔離から解放までの時間（95 % がこれ以内）",
      durationWords(releases.p95Ms),
    ],
    ["廃棄", report.discards],
    ["毎日の自己診断（合格）", selfTests.passed],
    ["毎日の自己診断（不合格）", selfTests.failed],
  ];
  return { title: "まとめ", head: ["項目", "値"], rows, empty: "" };
}

function steps({ steps: all }: Report): ReportTable {
  const isByMonth = all[0]?.name.length === "2026-11".length;
  return {
    title: isByMonth ? "月ごとの件数" : "日ごとの件数",
    head: [isByMonth ? "月" : "日付", "受信", "隔離が生じたメール"],
    rows: all.map(({ name, received, heldMails }) => [
      ...[name, received, heldMails],
    ]),
    bar: 1,
    empty: "",
  };
}

function byTenant(
  { tenantsTold }: Report,
  nameOf: (tenant: string) => string,
): ReportTable {
  return {
    title: "団体ごとの件数",
    head: ["団体", "受信", "配送済み", "隔離が生じたメール", "ウイルス"],
    rows: tenantsTold.map((one) => [
      ...[nameOf(one.tenant), one.received, one.delivered],
      ...[one.heldMails, one.viruses],
    ]),
    bar: 1,
    empty: "",
  };
}

function counted(
  title: string,
  counts: readonly (readonly [string, number])[],
  words: (name: string) => string = (name) => name,
): ReportTable {
  return {
    ...{ title, head: ["内容", MAILS], bar: 1 },
    rows: counts
      .filter(([, count]) => count > 0)
      .map(([name, count]) => [words(name), count]),
    empty: "ありません。",
  };
}

/** A column for each kind of act that anybody did. */
function people({ people: all }: Report): ReportTable {
  const acts = DECISIONS.filter((act) =>
    all.some((one) => (one.acts[act] ?? 0) > 0),
  );
  return {
    title: "だれが何を決めたか",
    head: ["利用者", ...acts.map((act) => DECISION_WORDS[act]), "計"],
    rows: all.map((one) => [
      ...[one.who, ...acts.map((act) => one.acts[act] ?? 0), one.total],
    ]),
    empty: "この期間に、人が決めたことはありません。",
  };
}

function requests({ requests: all }: Report): ReportTable {
  return {
    title: "受信者からの申請と報告",
    head: ["種類", "いまの状態", MAILS],
    rows: all.map(({ kind, state, count }) => [
      ...[REQUEST_KIND_WORDS[kind], REQUEST_STATE_WORDS[state], count],
    ]),
    empty: "ありません。",
  };
}

function exceptions({ exceptions: all }: Report): ReportTable {
  const row = (name: string, kind: "block" | "trust") => [
    ...[name, all[kind].added, all[kind].revoked, all[kind].inForce],
  ];
  return {
    title: "例外措置",
    head: ["種類", "追加", "取消", "期間の終わりに有効"],
    rows: [row("拒否する差出人", "block"), row("信頼する差出人", "trust")],
    empty: "",
  };
}

function stops(
  { stops: all }: Report,
  nameOf: (tenant: string) => string,
): ReportTable {
  return {
    title: "緊急停止と災害モード",
    head: ["日時", "できごと", "対象", "利用者", "理由"],
    rows: all.map(({ at, act, who, tenant, why }) => [
      ...[moment(at), DECISION_WORDS[act]],
      ...[tenant === null ? "すべて" : nameOf(tenant), who, why ?? ""],
    ]),
    empty: "ありません。",
  };
}
