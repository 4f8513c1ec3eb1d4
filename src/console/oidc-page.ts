import { html, type Markup } from "./html.ts";

/** Where the site's own sign-in sends browsers back to; `oidc-page.js` asks on from there. */
export function oidcPage(): Markup {
  return html`<section class="narrow">
    <form id="code" hidden>
      <label
        >確認コード（認証アプリの 6 桁の数字、または回復コード）
        <input name="code" autocomplete="one-time-code" required
      /></label>
      <button>サインイン</button>
    </form>
    <p id="told" role="alert"></p>
    <p><a href="/sign-in">サインイン画面へ</a></p>
  </section>`;
}
