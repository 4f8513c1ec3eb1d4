import type { Account } from "../../core/account.ts";
import type {
  QuarantineAsk,
  QuarantineFilter,
  QuarantinePage,
  QuarantineRow,
} from "../../core/quarantine.ts";
import { REASONS } from "../../policy/reasons.ts";
import { may } from "../../policy/rights.ts";
import { BYTE_ORDER_MARK, csvLine } from "../csv.ts";
import {
  clock,
  HOLD_STATE_WORDS,
  STATE_WORDS,
  VERDICT_WORDS,
} from "../words.ts";

const MAX_EXPORTED = 10_000;
const ROWS_AT_A_TIME = 200;

const HEAD = [
  ...["受付番号", "団体", "受付日時", "状態", "判定", "理由", "隔離の状態"],
  ...[
    "件名",
    "差出人",
    "宛先",
    "対象",
    "大きさ（バイト）",
    "決定者",
    "決定理由",
  ],
];

/** Null: there was no place to search. */
type Search = (ask: QuarantineAsk) => Promise<QuarantinePage | null>;

/** Piece by piece, so that a large export neither fills memory nor keeps others waiting. `end` is called when it is over, or left. */
export async function* exportChunks(
  search: Search,
  filter: QuarantineFilter,
  account: Account,
  end: () => void,
): AsyncGenerator<string> {
  try {
    yield BYTE_ORDER_MARK + csvLine(HEAD);
    yield* rowChunks(search, filter, account);
  } finally {
    end();
  }
}

async function* rowChunks(
  search: Search,
  filter: QuarantineFilter,
  account: Account,
): AsyncGenerator<string> {
  let after: number | null = null;
  let exported = 0;
  do {
    const page: QuarantinePage | null = await search({
      ...{ ...filter, after },
      limit: Math.min(ROWS_AT_A_TIME, MAX_EXPORTED - exported),
    });
    if (page === null) {
      yield csvLine([
        "混み合っているため、途中で打ち切りました。もう一度お試しください。",
      ]);
      return;
    }
    exported += page.rows.length;
    after = page.after;
    if (page.rows.length > 0)
      yield page.rows.map((row) => csvLine(cellsOf(row, account))).join("");
  } while (after !== null && exported < MAX_EXPORTED);
  if (after !== null)
    yield csvLine([
      `${MAX_EXPORTED} 件で打ち切りました。条件を絞ってください。`,
    ]);
}

function cellsOf(
  row: QuarantineRow,
  account: Account,
): readonly (string | number | null)[] {
  const reads = may(account, "mail.read", row.tenant);
  const own = (word: string | null) => (reads ? word : null);
  const hold = row.holds[0];
  const reasons = new Set(row.holds.map(({ code }) => REASONS[code].title));
  const names = row.holds.map(({ name }) => name ?? "メール全体");
  return [
    ...[row.id, row.tenant, clock(row.receivedAt), STATE_WORDS[row.state]],
    row.verdict === null ? "" : VERDICT_WORDS[row.verdict],
    [...reasons].join("、"),
    hold === undefined ? "" : HOLD_STATE_WORDS[hold.state],
    ...[own(row.subject), own(row.from ?? row.reversePath)],
    own(row.recipients.join(" ")),
    own(names.join("、")),
    row.bytes,
    hold?.decidedBy ?? null,
    own(hold?.decidedWhy ?? null),
  ];
}
