import type { HoldRecord } from "../core/hold.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { LaneDepth } from "../core/lanes.ts";
import type { ItemState } from "../core/item.ts";
import type { Trouble } from "../core/measure.ts";
import { REASONS } from "../policy/reasons.ts";
import { html, type Markup } from "./html.ts";
import {
  age,
  clock,
  laneWords,
  size,
  STATE_WORDS,
  VERDICT_WORDS,
} from "./words.ts";

export interface Status {
  readonly now: number;
  readonly lanes: readonly LaneDepth[];
  readonly counts: Readonly<Record<ItemState, number>>;
  readonly recent: readonly ItemRecord[];
  readonly holds: readonly HoldRecord[];
  /** What is wrong now, in words with what to do; empty when all is well. */
  readonly problems: readonly string[];
  /** The same, to be counted and sorted. */
  readonly troubles: readonly Trouble[];
  readonly scanner: {
    readonly engine: string;
    readonly signatures: string;
  } | null;
}

/** `showsMails` false: for who may not read the mails of every tenant. */
export function dashboard(
  status: Status,
  zoneName: string,
  showsMails: boolean,
): Markup {
  return html`${problems(status.problems, status.holds.length)}${lanes(status.lanes, zoneName)}${counts(status.counts)}${showsMails ? holds(status.holds) : null}${showsMails ? recent(status.recent) : null}
    <section>
      <h2>検査エンジン</h2>
      ${
        status.scanner === null
          ? html`<span class="tag bad">応答なし</span>`
          : html`<span class="tag ok">稼働中</span> ${status.scanner.engine} /
              定義
              ${status.scanner.signatures === "none" ? "テスト用のみ" : status.scanner.signatures}`
      }
      <p class="soft">${clock(status.now)} 現在（5秒ごとに更新）</p>
    </section>`;
}

function problems(problems: readonly string[], holds: number): Markup {
  if (problems.length === 0)
    return html`<section>
      <span class="tag ok">正常</span>
      関所は正常に動いています。${holds === 0 ? null : html`判断を待っている隔離が <b>${holds}</b> 件あります。`}
    </section>`;
  return html`<section class="alert">
    <h2>いま起きていること</h2>
    <ul>
      ${problems.map((problem) => html`<li>${problem}</li>`)}
    </ul>
  </section>`;
}

const FULL_LANE = 100;

function lanes(lanes: readonly LaneDepth[], zoneName: string): Markup {
  return html`<section>
    <h2>待ち行列</h2>
    <div class="cards">
      ${lanes.map(
        (lane) =>
          html`<div class="card">
            <span>${laneWords(lane.lane, zoneName)}</span><b>${lane.waiting}</b>
            <span>最も古い待ち ${age(lane.oldestMs)}</span>
            ${meter(lane.waiting)}
          </div>`,
      )}
    </div>
  </section>`;
}

/** Drawn in SVG: an inline style would need a hole in the Content-Security-Policy. */
function meter(waiting: number): Markup {
  const width = Math.min(100, (waiting / FULL_LANE) * 100);
  return html`<svg
    viewBox="0 0 100 4"
    width="100%"
    height="8"
    preserveAspectRatio="none"
    role="img"
    aria-label="待ち ${waiting} 件"
  >
    <rect width="100" height="4" fill="#e8e8eb" />
    <rect width="${width}" height="4" fill="#0017c1" />
  </svg>`;
}

function counts(counts: Status["counts"]): Markup {
  const shown: readonly ItemState[] = ["delivered", "held", "discarded"];
  return html`<section>
    <h2>これまでの件数</h2>
    <div class="cards">
      ${shown.map((state) => html`<div class="card"><span>${state === "held" ? "全体を隔離中のメール" : STATE_WORDS[state]}</span><b>${counts[state]}</b></div>`)}
    </div>
  </section>`;
}

function holds(holds: readonly HoldRecord[]): Markup {
  if (holds.length === 0)
    return html`<section>
      <h2>隔離中</h2>
      隔離中のものはありません。
    </section>`;
  return html`<section>
    <h2>隔離中</h2>
    <table>
      <thead>
        <tr>
          <th>日時</th>
          <th>理由</th>
          <th>対象</th>
          <th>管理者がすること</th>
          <th>受付番号</th>
        </tr>
      </thead>
      <tbody>
        ${holds.map(
          (hold) =>
            html`<tr>
              <td class="w">${clock(hold.at)}</td>
              <td>
                <span
                  class="tag ${hold.code === "VIRUS_FOUND" ? "bad" : "wait"}"
                  >${REASONS[hold.code].title}</span
                >
              </td>
              <td>
                ${hold.name ?? "メール全体"}${hold.bytes === null ? null : html` <span class="soft">${size(hold.bytes)}</span>`}
              </td>
              <td>${REASONS[hold.code].advice}</td>
              <td><code>${hold.item}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="soft">
      解放：<code>npx sekisho quarantine release 受付番号 --reason 理由</code>
    </p>
  </section>`;
}

function recent(items: readonly ItemRecord[]): Markup {
  return html`<section>
    <h2>最近のメール</h2>
    <table>
      <thead>
        <tr>
          <th>受付</th>
          <th>状態</th>
          <th>判定</th>
          <th>件名</th>
          <th>差出人</th>
          <th>宛先</th>
          <th>大きさ</th>
          <th>受付番号</th>
        </tr>
      </thead>
      <tbody>
        ${items.map(
          (item) =>
            html`<tr>
              <td class="w">${clock(item.receivedAt)}</td>
              <td>
                <span class="tag ${tone(item)}"
                  >${STATE_WORDS[item.state]}</span
                >
              </td>
              <td class="w">
                ${item.verdict === null ? "—" : VERDICT_WORDS[item.verdict]}
              </td>
              <td>${item.subject ?? "—"}</td>
              <td>${item.from ?? item.envelope.reversePath}</td>
              <td>
                ${item.envelope.recipients[0] ?? ""}${item.envelope.recipients.length > 1 ? ` ほか${item.envelope.recipients.length - 1}` : null}
              </td>
              <td class="n">${size(item.bytes)}</td>
              <td><code>${item.id}</code></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function tone(item: ItemRecord): string {
  if (item.state === "delivered") return item.heldCount > 0 ? "wait" : "ok";
  return item.state === "held" ? "bad" : "wait";
}
