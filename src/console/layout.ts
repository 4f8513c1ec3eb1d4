import { html, type Markup } from "./html.ts";

export interface Page {
  readonly title: string;
  readonly body: Markup;
  /** Reload after so many seconds. */
  readonly refreshSeconds?: number;
  /** Where this page stands. */
  readonly address: string;
  readonly entries: readonly {
    readonly address: string;
    readonly words: string;
  }[];
  /** Who is signed in. */
  readonly person: string | null;
  readonly styleSheets: readonly string[];
}

/** The same frame as `web/shell/shell.tsx` draws in the browser, with the same classes. */
export function layout(page: Page): string {
  const refresh =
    page.refreshSeconds === undefined
      ? null
      : html`<meta http-equiv="refresh" content="${page.refreshSeconds}" />`;
  return html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${refresh}
        <title>${page.title} - 関所 Sekisho</title>
        <link rel="stylesheet" href="/style.css" />
        ${page.styleSheets.map((address) => html`<link rel="stylesheet" href="${address}" />`)}
      </head>
      <body>
        <a class="skip" href="#main">本文へ移動</a>
        <header class="header">
          <div class="header-row">
            <a class="brand" href="/"
              ><span>関所 Sekisho <small>管理画面</small></span></a
            >
            <div class="header-tools">${personLink(page.person)}</div>
          </div>
          <nav class="nav" aria-label="主なメニュー">
            <ul>
              ${page.entries.map((entry) => html`<li>${entryLink(entry, page.address)}</li>`)}
            </ul>
          </nav>
        </header>
        <main class="main" id="main">
          <div class="page">
            <h1>${page.title}</h1>
            ${page.body}
          </div>
        </main>
      </body>
    </html>`.text;
}

function personLink(person: string | null): Markup {
  return person === null
    ? html`<a href="/sign-in">サインイン</a>`
    : html`<a href="/account">${person}</a>`;
}

function entryLink(
  { address, words }: Page["entries"][number],
  here: string,
): Markup {
  const isHere = here === address || here.startsWith(`${address}/`);
  return isHere
    ? html`<a href="${address}" aria-current="page">${words}</a>`
    : html`<a href="${address}">${words}</a>`;
}
