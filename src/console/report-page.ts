import type { Report } from "../core/report.ts";
import { html, type Markup } from "./html.ts";
import type { ReportNames } from "./report-file.ts";
import { reportTables, type ReportTable } from "./report-tables.ts";
import {
  durationWords,
  gapWords,
  moment,
  periodWords,
} from "./report-words.ts";

/** For A4, without a script: the numbers that matter on top, below them each table with its bars. */
export function reportPage(report: Report, names: ReportNames): string {
  const period = periodWords(report);
  const [, ...tables] = reportTables(report, names.nameOf);
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>関所 報告 ${period}</title>
        <link rel="stylesheet" href="/paper.css" />
        <link rel="stylesheet" href="/report.css" />
      </head>
      <body>
        <main>
          <header>
            <div>
              <p class="kind">メール・ファイル無害化　報告</p>
              <h1>${period}</h1>
            </div>
            <dl>
              <dt>対象</dt>
              <dd>${names.about}</dd>
              <dt>作成</dt>
              <dd>${moment(report.madeAt)}</dd>
            </dl>
          </header>
          ${gapWords(report).map((words) => html`<p class="gap">${words}</p>`)}
          ${figures(report)} ${chart(report)} ${tables.map(section)}
          <footer>
            件数は、台帳と操作の記録から集計したものです。受信したメールには、関所が自分で作ったメール（お知らせ、二通目）と毎日の自己診断を含みません。
          </footer>
        </main>
      </body>
    </html>`.text;
}

function figures(report: Report): Markup {
  const { releases, verdicts, selfTests } = report;
  const all: readonly (readonly [string, string | number, string])[] = [
    ["受信", report.received, "通"],
    ["配送済み", report.states.delivered, "通"],
    ["除去あり", verdicts.cleaned, "通"],
    ["隔離が生じた", report.heldMails, "通"],
    ["有害", verdicts.malicious, "通"],
    ["解放", releases.count, "件"],
    ["解放まで（中央値）", durationWords(releases.medianMs), ""],
    ["解放まで（95 %）", durationWords(releases.p95Ms), ""],
    ["廃棄", report.discards, "件"],
    ["自己診断 合格／不合格", `${selfTests.passed}／${selfTests.failed}`, "回"],
  ];
  return html`<dl class="figures">
    ${all.map(
      ([name, value, unit]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>
            ${typeof value === "number" ? value.toLocaleString("ja-JP") : value}<small
              >${unit}</small
            >
          </dd>
        </div>`,
    )}
  </dl>`;
}

const CHART = { width: 640, height: 110, gap: 0.25 };

/** Attributes of SVG, not styles: the page's policy allows no inline style. The table below has the numbers. */
function chart({ steps }: Report): Markup {
  const most = Math.max(1, ...steps.map(({ received }) => received));
  const wide = CHART.width / Math.max(1, steps.length);
  const bar = (at: number, count: number, kind: string) => {
    const height = (CHART.height * Math.min(count, most)) / most;
    return html`<rect
      class="${kind}"
      x="${round(at * wide + (wide * CHART.gap) / 2)}"
      y="${round(CHART.height - height)}"
      width="${round(wide * (1 - CHART.gap))}"
      height="${round(height)}"
    ></rect>`;
  };
  return html`<figure>
    <figcaption>
      受信 <i class="received"></i>　うち隔離が生じたメール
      <i class="held"></i>　目盛りの上端 ${most.toLocaleString("ja-JP")} 通
    </figcaption>
    <svg
      viewBox="0 0 ${CHART.width} ${CHART.height}"
      role="img"
      aria-label="日ごとの受信と隔離。数字は下の表にあります。"
      preserveAspectRatio="none"
    >
      ${steps.map(({ received, heldMails }, at) => [
        ...[bar(at, received, "received"), bar(at, heldMails, "held")],
      ])}
      <line
        x1="0"
        y1="${CHART.height}"
        x2="${CHART.width}"
        y2="${CHART.height}"
      ></line>
    </svg>
    <p class="ends">
      <span>${steps[0]?.name ?? ""}</span
      ><span>${steps.at(-1)?.name ?? ""}</span>
    </p>
  </figure>`;
}

function section(table: ReportTable): Markup {
  const { title, head, rows, empty, bar } = table;
  if (rows.length === 0)
    return html`<section>
      <h2>${title}</h2>
      <p>${empty}</p>
    </section>`;
  const column = bar ?? -1;
  const most = Math.max(1, ...rows.map((row) => Number(row[column] ?? 0)));
  return html`<section class="${rows.length > 12 ? "long" : "whole"}">
    <h2>${title}</h2>
    <table class="${column === -1 ? "" : "with-bars"}">
      <thead>
        <tr>
          ${head.map((name, at) => html`<th scope="col" class="${typeof rows[0]?.[at] === "number" ? "number" : ""}">${name}</th>`)}
          ${column === -1 ? null : html`<td></td>`}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((value, at) => cell(value, at))}
              ${column === -1 ? null : html`<td class="bar">${strip(Number(row[column]) / most)}</td>`}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function cell(value: string | number, at: number): Markup {
  if (at === 0) return html`<th scope="row">${value}</th>`;
  return typeof value === "number"
    ? html`<td class="number">${value.toLocaleString("ja-JP")}</td>`
    : html`<td>${value}</td>`;
}

function strip(share: number): Markup {
  return html`<svg
    viewBox="0 0 100 6"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="received" width="${round(100 * share)}" height="6"></rect>
  </svg>`;
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
