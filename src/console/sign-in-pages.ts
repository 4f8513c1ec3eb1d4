import { html, type Markup } from "./html.ts";
import {
  MAX_PASSWORD_CHARACTERS,
  MIN_PASSWORD_CHARACTERS,
} from "./sign-in/password.ts";

/** Two forms that `sign-in-pages.js` sends to the API. */
export function signInPage(): Markup {
  return html`<section class="narrow">
    <form id="sign-in" autocomplete="on">
      <label
        >利用者名 <input name="name" autocomplete="username" required autofocus
      /></label>
      <label
        >パスワード
        <input
          name="password"
          type="password"
          autocomplete="current-password"
          required
      /></label>
      <label
        >確認コード（認証アプリの 6 桁の数字、または回復コード）
        <input name="code" autocomplete="one-time-code" required
      /></label>
      <button>サインイン</button>
    </form>
    <p id="told" role="alert"></p>
    <form id="sign-out" hidden><button>サインアウト</button></form>
  </section>`;
}

export function setUpPage(): Markup {
  return html`<section class="narrow">
    <form id="set-up" hidden>
      <p>
        認証アプリ（TOTP）に次のキーを登録してください：<br /><code
          id="secret"
        ></code>
      </p>
      <label
        >利用者名（英小文字・数字）
        <input name="name" autocomplete="username" required
      /></label>
      <label
        >氏名 <input name="displayName" autocomplete="name" required
      /></label>
      <label
        >パスワード（${MIN_PASSWORD_CHARACTERS} 文字以上）
        <input
          name="password"
          type="password"
          autocomplete="new-password"
          minlength="${MIN_PASSWORD_CHARACTERS}"
          maxlength="${MAX_PASSWORD_CHARACTERS}"
          required
      /></label>
      <label
        >確認コード（アプリに出ている 6 桁の数字）
        <input name="code" inputmode="numeric" autocomplete="off" required
      /></label>
      <button>設定する</button>
    </form>
    <div id="done" hidden>
      <p>
        設定が終わりました。次の回復コードを印刷するか書き写して、安全な場所に保管してください。端末をなくしたとき、1
        つにつき 1 回だけ使えます。もう一度表示することはできません。
      </p>
      <pre id="codes"></pre>
      <p><a href="/">管理画面へ</a></p>
    </div>
    <p id="told" role="alert"></p>
  </section>`;
}
