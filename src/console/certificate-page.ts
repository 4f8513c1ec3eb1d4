import type { MadeFileRecord } from "../core/plan.ts";
import { findingRow } from "../policy/findings.ts";
import { REASONS } from "../policy/reasons.ts";
import type {
  Certificate,
  CertificateBody,
  CertifiedPart,
} from "../wire/certificate.ts";
import { html, type Markup } from "./html.ts";
import {
  HOLD_STATE_WORDS,
  RECIPIENT_WORDS,
  size,
  TREATMENT_WORDS,
  VERDICT_WORDS,
} from "./words.ts";
import { ACT_WORDS } from "../policy/act-words.ts";

const MOMENT = new Intl.DateTimeFormat("ja-JP", {
  dateStyle: "long",
  timeStyle: "medium",
  timeZone: "Asia/Tokyo",
});
const ENGINE_WORDS: Readonly<Record<string, string>> = {
  sekisho: "関所 Sekisho",
  pdfium: "PDFium（PDF の描画）",
  sharp: "sharp / libvips（画像の書き出し）",
  libreoffice: "LibreOffice（文書の変換）",
  tesseract: "Tesseract（ページの文字の読み取り）",
  converter: "庁内の変換プログラム",
};
const RESULTS: Readonly<Record<CertificateBody["verdict"], string>> = {
  clean:
    "危険なものは見つかりませんでした。すべての部分を新しく作り直して届けました。",
  cleaned: "一部を取り除き、残りを新しく作り直して届けました。",
  unexaminable: "検査できない部分は隔離し、残りを新しく作り直して届けました。",
  malicious: "有害と判定した部分は隔離し、残りを新しく作り直して届けました。",
};

/** 無害化証明書 for A4: the words for people, and below each the hashes for whoever proves it. */
export function certificatePage({
  body,
  signature,
}: {
  readonly body: CertificateBody;
  readonly signature: Certificate["signature"];
}): string {
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>無害化証明書 ${body.item}</title>
        <link rel="stylesheet" href="/paper.css" />
        <link rel="stylesheet" href="/certificate.css" />
      </head>
      <body>
        <main>
          ${heading(body)} ${summary(body)} ${partsTable(body)}
          ${heldTable(body)} ${findingsList(body)} ${recipientsTable(body)}
          ${actsTable(body)} ${engines(body)} ${proof(body, signature)}
        </main>
      </body>
    </html>`.text;
}

function heading(body: CertificateBody): Markup {
  return html`<header>
      <div>
        <h1>無害化証明書</h1>
        <p class="tenant">${body.tenant.name}</p>
      </div>
      <div class="seal" aria-hidden="true"><span>関</span><span>所</span></div>
    </header>
    <p class="statement ${body.verdict}">
      <strong>${VERDICT_WORDS[body.verdict]}</strong>${RESULTS[body.verdict]}
      元のメールの内容は、そのままの形では一切届けていません。
    </p>`;
}

function summary(body: CertificateBody): Markup {
  const { original, clean } = body;
  return html`<dl class="facts">
    ${fact("受付番号", code(body.item))} ${fact("証明番号", code(body.number))}
    ${body.parent === null ? null : fact("元の受付番号", code(body.parent))}
    ${fact("件名", html`${body.subject ?? "（件名なし）"}`)}
    ${fact("差出人", html`${body.from ?? ""} <small>封筒の差出人 ${original.reversePath === "" ? "（空）" : original.reversePath}／接続元 ${original.client}</small>`)}
    ${fact("受付", html`${moment(original.receivedAt)}（${size(original.bytes)}） ${hash("原本", original.sha256)}`)}
    ${fact("無害化完了", html`${moment(clean.clearedAt)}（${size(clean.bytes)}） ${hash("新しいメール", clean.sha256)}`)}
    ${fact("ウイルス検査", html`${VERDICT_WORDS[body.scan.kind as "clean"] ?? body.scan.kind} <small>${body.scan.engine}</small>`)}
    ${fact("適用した規則", html`${code(body.policy)}`)}
  </dl>`;
}

function partsTable(body: CertificateBody): Markup {
  return html`<section>
    <h2>部分ごとの処理</h2>
    <table>
      <thead>
        <tr>
          <th>元の部分</th>
          <th>処理</th>
          <th>新しく作ったもの</th>
        </tr>
      </thead>
      <tbody>
        ${body.parts.map((part) => partRow(part, body.clean.files))}
      </tbody>
    </table>
  </section>`;
}

function partRow(
  part: CertifiedPart,
  files: readonly MadeFileRecord[],
): Markup {
  const own = files.filter(({ from }) => from === part.path);
  return html`<tr>
    <td>
      ${part.name}
      <small>${part.label}／${size(part.bytes)}／部分 ${part.path}</small>
      ${hash("", part.sha256)}
    </td>
    <td>${methodOf(part)}</td>
    <td>
      ${
        own.length === 0
          ? outcomeWithoutFile(part)
          : own.map(
              (file) =>
                html`<div class="file">
                  ${file.name}
                  <small
                    >${size(file.bytes)}${file.pages === undefined ? "" : `／${file.pages} ページ`}</small
                  >
                  ${hash("", file.sha256)}
                </div>`,
            )
      }
    </td>
  </tr>`;
}

function methodOf({ treatment }: CertifiedPart): string {
  const usual = TREATMENT_WORDS[treatment.kind];
  switch (treatment.kind) {
    case "rasterize":
      return treatment.pit === "pdf" ? usual : `文書を PDF に変換し、${usual}`;
    case "notice":
      return `${usual}（${REASONS[treatment.hold].title}）`;
    default:
      return usual;
  }
}

function outcomeWithoutFile({ treatment }: CertifiedPart): string {
  switch (treatment.kind) {
    case "body-text":
      return "本文に含めました";
    case "notice":
      return "本文中のお知らせ";
    case "drop":
      return "なし";
    default:
      return "まとめたファイル、または本文中のお知らせ";
  }
}

function heldTable({ holds }: CertificateBody): Markup | null {
  if (holds.length === 0) return null;
  return html`<section>
    <h2>隔離したもの</h2>
    <table>
      <thead>
        <tr>
          <th>対象</th>
          <th>理由</th>
          <th>その後</th>
        </tr>
      </thead>
      <tbody>
        ${holds.map(
          (hold) =>
            html`<tr>
              <td>${hold.name ?? "メール全体"}</td>
              <td>${REASONS[hold.code].title}</td>
              <td>
                ${HOLD_STATE_WORDS[hold.state as "held"] ?? hold.state}
                ${hold.decidedBy === null ? null : html`<small>${hold.decidedBy}　${hold.decidedAt === null ? "" : moment(hold.decidedAt)}</small>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function findingsList({ findings }: CertificateBody): Markup | null {
  const words = new Set(
    findings.flatMap(({ code }) => findingRow(code).words ?? []),
  );
  if (words.size === 0) return null;
  return html`<section>
    <h2>気づいたこと</h2>
    <ul>
      ${[...words].map((one) => html`<li>${one}</li>`)}
    </ul>
  </section>`;
}

function recipientsTable({ recipients }: CertificateBody): Markup {
  return html`<section>
    <h2>宛先ごとの結果</h2>
    <table>
      <tbody>
        ${recipients.map(
          ({ address, state, reply }) =>
            html`<tr>
              <td>${address}</td>
              <td>${RECIPIENT_WORDS[state as "pending"] ?? state}</td>
              <td><small>${reply ?? ""}</small></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function actsTable({ acts, override }: CertificateBody): Markup | null {
  if (acts.length === 0 && override === null) return null;
  return html`<section>
    <h2>判断の記録</h2>
    ${
      override === null
        ? null
        : html`<p>
            ${override.who} が ${moment(override.at)}
            に解放しました。理由：${override.why}
          </p>`
    }
    <table>
      <tbody>
        ${acts.map(
          (act) =>
            html`<tr>
              <td>${moment(act.at)}</td>
              <td>${ACT_WORDS[act.act] ?? act.act}</td>
              <td>${act.actor}</td>
              <td>${hash(`記録 ${act.seq}`, act.hash)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function engines({ engines, gateway }: CertificateBody): Markup {
  const told = Object.entries(engines).map(
    ([name, version]) =>
      html`<li>${ENGINE_WORDS[name] ?? name} ${version}</li>`,
  );
  return html`<section>
    <h2>使ったもの</h2>
    <ul class="engines">
      ${told}
      <li>ゲートウェイ ${gateway}</li>
    </ul>
  </section>`;
}

function proof(
  body: CertificateBody,
  { key, value }: Certificate["signature"],
): Markup {
  return html`<section class="proof">
    <h2>この証明書の確かめ方</h2>
    <p>
      同じ内容の JSON
      ファイルには電子署名（Ed25519）が付いています。ネットワークも関所の設定もない場所で、公開鍵だけで確かめられます。届いたメールのヘッダー
      <code>X-Sekisho-Certificate</code> の値は、上の証明番号と同じです。
    </p>
    <pre>sekisho certificate verify 証明書.json --key 公開鍵.pub</pre>
    <dl class="facts">
      ${fact("鍵", code(key))} ${fact("署名", code(value))}
      ${fact("記録の時点", html`${moment(body.asOf)}`)}
    </dl>
  </section>`;
}

function fact(name: string, value: Markup): Markup {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

function hash(name: string, sha256: string): Markup {
  const label = name === "" ? "SHA-256" : `${name}の SHA-256`;
  return html`<span class="hash"><i>${label}</i> <code>${sha256}</code></span>`;
}

function code(text: string): Markup {
  return html`<code>${text}</code>`;
}

function moment(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? "" : MOMENT.format(at);
}
