import { html, type Markup } from "./html.ts";

const STYLE = `
:root { --ink: #1a1a1c; --soft: #626264; --line: #d8d8db; --paper: #fff; --ground: #f1f1f4; --blue: #0017c1; --green: #197a4b; --red: #ce0000; --amber: #927200; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.6 "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", sans-serif; color: var(--ink); background: var(--ground); }
header { background: var(--paper); border-bottom: 4px solid var(--blue); padding: 12px 24px; display: flex; gap: 24px; align-items: baseline; flex-wrap: wrap; }
header strong { font-size: 20px; } header nav a { margin-right: 16px; } a { color: var(--blue); text-underline-offset: 3px; } a:focus-visible { outline: 3px solid #b78f00; }
main { max-width: 1200px; margin: 0 auto; padding: 24px; display: grid; gap: 24px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 16px 24px 20px; overflow-x: auto; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 18px; margin: 0 0 12px; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 16px; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; } .card b { display: block; font-size: 32px; line-height: 1.2; font-variant-numeric: tabular-nums; } .card span { color: var(--soft); font-size: 14px; }
.bar { height: 8px; border-radius: 4px; background: var(--ground); margin-top: 8px; overflow: hidden; } .bar i { display: block; height: 100%; background: var(--blue); }
table { border-collapse: collapse; width: 100%; font-size: 14px; } th, td { text-align: left; padding: 8px 12px 8px 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--soft); font-weight: 600; white-space: nowrap; } td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td.w { white-space: nowrap; }
.tag { display: inline-block; border-radius: 4px; padding: 0 8px; font-size: 13px; border: 1px solid currentColor; white-space: nowrap; } .ok { color: var(--green); } .bad { color: var(--red); } .wait { color: var(--amber); } .soft { color: var(--soft); }
code { font: 13px/1.4 "Noto Sans Mono", monospace; word-break: break-all; } pre { white-space: pre-wrap; word-break: break-word; background: var(--ground); border-radius: 8px; padding: 16px; font: inherit; margin: 0; }
.alert { border-left: 8px solid var(--red); } .alert ul { margin: 0; padding-left: 20px; }
@media (max-width: 600px) { main { padding: 12px; } section { padding: 12px; } }
`;

/** The styles of every page; their hash stands in the Content-Security-Policy, so no other style and no script runs. */
export const PAGE_STYLE = STYLE;

export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Reload after so many seconds. */
  readonly refreshSeconds?: number;
  readonly mailbox: boolean;
}

export function layout(page: Page): string {
  const refresh =
    page.refreshSeconds === undefined
      ? null
      : html`<meta http-equiv="refresh" content="${page.refreshSeconds}" />`;
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        ${refresh}
        <title>${page.title} - 関所 Sekisho</title>
        <style>
          PAGE_STYLE
        </style>
      </head>
      <body>
        <header>
          <strong>関所 Sekisho</strong>
          <nav>
            <a href="/">運用状況</a
            >${page.mailbox ? html`<a href="/mailbox">内蔵メールボックス</a>` : null}
          </nav>
        </header>
        <main>
          <h1>${page.title}</h1>
          ${page.body}
        </main>
      </body>
    </html>`.text.replace("PAGE_STYLE", STYLE);
}
