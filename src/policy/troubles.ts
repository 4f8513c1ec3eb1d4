import { EVERY_TENANT } from "../core/account.ts";
import type { CheckRecord } from "../core/check.ts";
import type { CrossingStop } from "../core/crossing.ts";
import type { DisasterState } from "../core/disaster.ts";
import type {
  LaneMeasure,
  Measures,
  Severity,
  Trouble,
  WorkerMeasure,
} from "../core/measure.ts";
import { DAY, MINUTE, SECOND } from "../core/units.ts";

/**
 * What can be wrong, in words, with what to do: one table for the dashboard, for /readyz, for doctor and for the alerts.
 * docs/operators.ja.md lists every row.
 */
export interface TroubleRow {
  readonly severity: Severity;
  readonly stops: Trouble["stops"];
  readonly title: string;
  readonly advice: string;
}

const row = (
  severity: Severity,
  stops: Trouble["stops"],
  [title, advice]: readonly [string, string],
): TroubleRow => ({ severity, stops, title, advice });

export const TROUBLES = {
  SCANNER_SILENT: row("critical", "crossing", [
    "ウイルス検査が応答しません",
    "clamd の状態を確認してください（npx sekisho doctor）。応答が戻れば、たまったメールは自動で流れます。",
  ]),
  SIGNATURES_OLD: row("warning", null, [
    "ウイルス定義が古くなっています",
    "freshclam の実行状況を確かめるか、新しい main.cvd と daily.cvd を入れてください。",
  ]),
  SIGNATURES_MISSING: row("warning", null, [
    "ウイルス定義が入っていません",
    "試験用のウイルスしか見つけられません。freshclam を使うか、main.cvd と daily.cvd を /var/lib/clamav に置いて、起動し直してください。",
  ]),
  LGWAN_SILENT: row("critical", "crossing", [
    "庁内側のメールサーバーが受け付けません",
    "庁内側のメールサーバーと経路を確認してください。メールは失われず、つながりしだい順に届きます。",
  ]),
  DISK_FULL: row("critical", "intake", [
    "ディスクの空きが足りません",
    "新しいメールの受け付けを見合わせています（送信側が後で送り直します）。不要なファイルを消すか、ディスクを増やしてください。",
  ]),
  DISK_SHRINKING: row("warning", null, [
    "ディスクの空きが少なくなっています",
    "受け付けが止まる前に、不要なファイルを消すか、ディスクを増やしてください。",
  ]),
  OLDEST_WAITING: row("warning", null, [
    "長く待っているメールがあります",
    "ほかの知らせが出ていれば、先にそちらを直してください。出ていなければ npx sekisho queue と記録（ログ）を確かめてください。",
  ]),
  BACKLOG: row("warning", null, [
    "待っているメールがたまっています",
    "一時的な集中なら自然に減ります。減らないときは workers の設定で同時に扱う数を増やすか、機械を増強してください。",
  ]),
  WORKER_GONE: row("critical", null, [
    "動いていない部品があります",
    "自動で起動し直しています。何分も続くときは、ログの worker.ended の前後を確かめてください。",
  ]),
  QUEUE_SILENT: row("warning", null, [
    "Redis が応答しません",
    "Redis の状態を確認してください。受け付けは続き、メールは失われませんが、処理が遅れます。",
  ]),
  SENDER_BURST: row("warning", null, [
    "一つの差出人から多くのメールが届いています",
    "差出人を確かめてください。迷惑メールや誤った自動送信であれば、送信元または手前のメールサーバーで止めてください。",
  ]),
  HELD_BURST: row("warning", null, [
    "隔離が急に増えています",
    "隔離の一覧で理由と差出人を確かめてください。同じ種類のものが続くときは、攻撃または設定の不具合が考えられます。",
  ]),
  SIGN_IN_REFUSED: row("warning", null, [
    "サインインの失敗が続いています",
    "操作の記録で、どこから誰の名前で試されているかを確かめてください。覚えがないときは管理画面への経路を絞ってください。",
  ]),
  AUDIT_BROKEN: row("critical", null, [
    "操作の記録に書き換えの跡があります",
    "だれも触れないようにして var フォルダを保全し、npx sekisho audit verify で場所を確かめ、責任者に知らせてください。",
  ]),
  CONFIG_CHANGED: row("notice", null, [
    "設定ファイルが変わりました",
    "覚えのある変更か確かめてください。",
  ]),
  CERTIFICATE_ENDING: row("warning", null, [
    "証明書の期限が近づいています",
    "期限の前に新しい証明書に取り替え、npx sekisho config reload で反映してください。",
  ]),
  EVENTS_BEHIND: row("warning", null, [
    "記録の外部送信が遅れています",
    "送り先（SIEM）の状態と経路を確かめてください。送れなかった分は失われず、つながりしだい続きから送ります。",
  ]),
  WATCH_SILENT: row("critical", null, [
    "見張り（watchman）が動いていません",
    "数字は古いままで、通知も届きません。自動で起動し直しています。続くときはログを確かめてください。",
  ]),
  WATCH_FAILED: row("critical", null, [
    "見張り（watchman）が測れないか、記録できません",
    "ほかの知らせは古いままのことがあります。var フォルダのディスク（空き、inode、割り当て、読み取り専用になっていないか）と台帳を、npx sekisho doctor とログの watch.fault で確かめてください。",
  ]),
  CROSSING_STOPPED: row("critical", "crossing", [
    "庁内側への配送を緊急停止しています",
    "受け付けと無害化は続いています。原因が片付いたら npx sekisho crossing resume、または管理画面から再開してください。",
  ]),
  DISASTER_ASKED: row("notice", null, [
    "災害モードの承認待ちです",
    "申請した人とは別の人が承認すると始まります。",
  ]),
  DISASTER_ON: row("notice", null, [
    "災害モードを実施しています",
    "時間が来ると自動で終わります。早く終えるには npx sekisho disaster end を実行してください。",
  ]),
  SELF_TEST_FAILED: row("critical", null, [
    "自己診断に失敗しています",
    "原因を直してから npx sekisho self-test で確かめてください。",
  ]),
  STATE_CHANGED: row("critical", null, [
    "プログラムか設定のファイルが署名のときと違います",
    "覚えのない変更なら、庁内側への配送を止めて調べてください。覚えのある変更なら npx sekisho state sign を実行してください。",
  ]),
} as const satisfies Record<string, TroubleRow>;

export type TroubleCode = keyof typeof TROUBLES;

/** From when on something counts as wrong. */
export interface Thresholds {
  readonly oldestMinutes: number;
  readonly waitingMails: number;
  readonly freeBytes: number;
  readonly signatureDays: number;
  readonly senderMails: number;
  readonly heldMails: number;
  readonly refusedSignIns: number;
  /** Over which senders, holds and refusals are counted. */
  readonly windowMinutes: number;
  readonly certificateDays: number;
}

export type TroubleFacts = Pick<
  Measures,
  "at" | "lanes" | "scanner" | "lgwan" | "disk" | "workers"
> & {
  /** Whether our own clamd knows test files only. */
  readonly signaturesMissing: boolean;
  readonly queueAnswers: boolean;
  readonly busiestSender: {
    readonly sender: string;
    readonly mails: number;
  } | null;
  readonly heldLately: number;
  readonly refusedLately: number;
  readonly auditBrokenAt: number | null;
  /** Epoch ms of a change that was noticed; null when there was none lately. */
  readonly configChangedAt: number | null;
  readonly certificates: readonly {
    readonly name: string;
    readonly endsAt: number;
  }[];
  /** Collectors that did not take what is older than some minutes. */
  readonly collectorsBehind: readonly {
    readonly name: string;
    readonly entries: number;
  }[];
  readonly zoneName: string;
  /** What people did to the crossing, and what the gateway found out about itself. */
  readonly acts: StandingActs;
};

export interface StandingActs {
  readonly stops: readonly CrossingStop[];
  readonly checks: readonly CheckRecord[];
  readonly disaster: DisasterState;
}

type Found = Omit<Trouble, "since">;

/** A trouble that stands goes away only when it is this much better than what raised it. */
const CLEAR_SHARE = 0.8;

/** `standing`: the keys (`troubleKey`) of what was wrong a moment ago. */
export function findTroubles(
  facts: TroubleFacts,
  limits: Thresholds,
  standing: ReadonlySet<string> = new Set(),
): readonly Found[] {
  const over = (key: string, value: number, limit: number) =>
    value >= limit * (standing.has(key) ? CLEAR_SHARE : 1);
  return [
    ...ofScanner(facts, limits),
    ...ofPeers(facts),
    ...ofDisk(facts, limits, over),
    ...facts.lanes.flatMap((lane) => ofLane(lane, { facts, limits, over })),
    ...facts.workers.filter(({ alive }) => !alive).map(ofWorker),
    ...ofTraffic(facts, limits, over),
    ...ofRecords(facts, limits),
    ...ofActs(facts.acts),
  ];
}

type Over = (key: string, value: number, limit: number) => boolean;

/** Two troubles are the same one when their keys are. */
export function troubleKey({
  code,
  about,
}: Pick<Trouble, "code" | "about">): string {
  return about === "" ? code : `${code}:${about}`;
}

/** A trouble of the table, with what is particular to it this time. */
export function trouble(code: TroubleCode, message: string, about = ""): Found {
  return { code, about, message, ...TROUBLES[code] };
}

function ofScanner(facts: TroubleFacts, limits: Thresholds): Found[] {
  if (facts.scanner === null)
    return [
      trouble(
        "SCANNER_SILENT",
        "メールは受け付けていますが、配送は止まっています。",
      ),
    ];
  if (facts.signaturesMissing)
    return [trouble("SIGNATURES_MISSING", facts.scanner.engine)];
  const { builtAt, signatures } = facts.scanner;
  if (builtAt === null) return [];
  const days = Math.floor((facts.at - builtAt) / DAY);
  return days < limits.signatureDays
    ? []
    : [
        trouble(
          "SIGNATURES_OLD",
          `いまの定義（${signatures}）は ${days} 日前のものです。`,
        ),
      ];
}

function ofPeers({ lgwan, queueAnswers, zoneName }: TroubleFacts): Found[] {
  return [
    ...(lgwan === null || lgwan.answers
      ? []
      : [trouble("LGWAN_SILENT", `${zoneName} 側：${lgwan.untrustedDetail}`)]),
    ...(queueAnswers
      ? []
      : [trouble("QUEUE_SILENT", "待ち行列（Redis）につながりません。")]),
  ];
}

const GIB = 1024 ** 3;

function ofDisk(
  { disk }: TroubleFacts,
  limits: Thresholds,
  over: Over,
): Found[] {
  const free = `空き ${(disk.freeBytes / GIB).toFixed(1)} GiB`;
  if (disk.freeBytes < disk.minFreeBytes) return [trouble("DISK_FULL", free)];
  return over("DISK_SHRINKING", limits.freeBytes, disk.freeBytes)
    ? [trouble("DISK_SHRINKING", free)]
    : [];
}

const LANE_WORDS = { inspect: "検査と本文", sanitize: "添付の変換" } as const;

function ofLane(
  { lane, waiting, oldestMs }: LaneMeasure,
  {
    facts,
    limits,
    over,
  }: {
    readonly facts: TroubleFacts;
    readonly limits: Thresholds;
    readonly over: Over;
  },
): Found[] {
  const name =
    lane === "deliver" ? `${facts.zoneName} 側への配送` : LANE_WORDS[lane];
  const old = `OLDEST_WAITING:${lane}`;
  return [
    ...(oldestMs !== null && over(old, oldestMs, limits.oldestMinutes * MINUTE)
      ? [
          trouble(
            "OLDEST_WAITING",
            `「${name}」で最も古いものが ${minutes(oldestMs)}待っています（${waiting} 件）。`,
            lane,
          ),
        ]
      : []),
    ...(over(`BACKLOG:${lane}`, waiting, limits.waitingMails)
      ? [trouble("BACKLOG", `「${name}」に ${waiting} 件あります。`, lane)]
      : []),
  ];
}

function minutes(ms: number): string {
  return ms < 2 * MINUTE
    ? `${Math.round(ms / SECOND)} 秒`
    : `${Math.round(ms / MINUTE)} 分`;
}

function ofWorker({ name, at }: WorkerMeasure): Found {
  const last = new Date(at).toISOString();
  return trouble("WORKER_GONE", `${name}（最後の知らせ ${last}）`, name);
}

function ofTraffic(
  facts: TroubleFacts,
  limits: Thresholds,
  over: Over,
): Found[] {
  const lately = `${limits.windowMinutes} 分間に`;
  const { busiestSender: busy, heldLately, refusedLately } = facts;
  return [
    ...(busy !== null && over("SENDER_BURST", busy.mails, limits.senderMails)
      ? [
          trouble(
            "SENDER_BURST",
            `${busy.sender} から${lately} ${busy.mails} 通届きました。`,
          ),
        ]
      : []),
    ...(over("HELD_BURST", heldLately, limits.heldMails)
      ? [trouble("HELD_BURST", `${lately} ${heldLately} 件を隔離しました。`)]
      : []),
    ...(over("SIGN_IN_REFUSED", refusedLately, limits.refusedSignIns)
      ? [
          trouble(
            "SIGN_IN_REFUSED",
            `${lately} ${refusedLately} 回、サインインを断りました。`,
          ),
        ]
      : []),
  ];
}

function ofRecords(facts: TroubleFacts, limits: Thresholds): Found[] {
  const ending = facts.certificates.filter(
    ({ endsAt }) => endsAt - facts.at < limits.certificateDays * DAY,
  );
  return [
    ...(facts.auditBrokenAt === null
      ? []
      : [
          trouble(
            "AUDIT_BROKEN",
            `記録の ${facts.auditBrokenAt} 番で合わなくなっています。`,
          ),
        ]),
    ...(facts.configChangedAt === null
      ? []
      : [
          trouble(
            "CONFIG_CHANGED",
            `${new Date(facts.configChangedAt).toISOString()} に気付きました。`,
          ),
        ]),
    ...ending.map(({ name, endsAt }) =>
      trouble(
        "CERTIFICATE_ENDING",
        `${name}：${new Date(endsAt).toISOString().slice(0, 10)} まで`,
        name,
      ),
    ),
    ...facts.collectorsBehind.map(({ name, entries }) =>
      trouble("EVENTS_BEHIND", `${name}：残り ${entries} 件`, name),
    ),
  ];
}

/** Of the looks at the program's own files, `state`; of the mails to itself, `self-test`. */
function ofActs({ stops, checks, disaster }: StandingActs): Found[] {
  return [
    ...stops.map(({ tenant, who, why }) =>
      trouble(
        "CROSSING_STOPPED",
        `${tenant === EVERY_TENANT ? "すべての団体" : `団体「${tenant}」`}（${who}：${why}）`,
        tenant,
      ),
    ),
    ...ofDisaster(disaster),
    ...checks
      .filter(({ passed }) => !passed)
      .map(({ name, detail }) =>
        trouble(
          name === "self-test" ? "SELF_TEST_FAILED" : "STATE_CHANGED",
          detail,
        ),
      ),
  ];
}

function ofDisaster(state: DisasterState): Found[] {
  switch (state.kind) {
    case "off":
      return [];
    case "asked":
      return [
        trouble(
          "DISASTER_ASKED",
          `${state.askedBy}、${state.hours} 時間：${state.why}`,
        ),
      ];
    case "on":
      return [
        trouble(
          "DISASTER_ON",
          `申請 ${state.askedBy}、承認 ${state.confirmedBy}、${new Date(state.until).toISOString()} まで`,
        ),
      ];
  }
}
