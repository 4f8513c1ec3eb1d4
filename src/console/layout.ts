import { html, type Markup } from "./html.ts";

export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Reload after so many seconds. */
  readonly refreshSeconds?: number;
  readonly mailbox: boolean;
  /** Who is signed in. */
  readonly person: string | null;
  /** Address of the page's own script. */
  readonly script?: string;
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
        <link rel="stylesheet" href="/style.css" />
        ${page.script === undefined ? null : html`<script type="module" src="${page.script}"></script>`}
      </head>
      <body>
        <header>
          <strong>関所 Sekisho</strong>
          <nav>
            <a href="/">運用状況</a
            >${page.mailbox ? html`<a href="/mailbox">内蔵メールボックス</a>` : null}${page.person === null ? null : html`<a href="/sign-in">${page.person}</a>`}
          </nav>
        </header>
        <main>
          <h1>${page.title}</h1>
          ${page.body}
        </main>
      </body>
    </html>`.text;
}
