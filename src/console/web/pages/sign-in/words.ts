import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "サインイン",
    name: "利用者名",
    password: "パスワード",
    code: "確認コード",
    codeHint:
      "認証アプリに表示されている 6 桁の数字。端末がないときは、回復コードを入力してください。",
    signIn: "サインイン",
    already: (name: string) => `${name} さんとしてサインインしています。`,
    trouble: "サインインできないとき",
    advice: [
      "はじめて使うときは、管理者から受け取った設定用リンクを開いてください。最初の一人のリンクは、関所を起動した画面に表示されます。",
      "認証アプリの端末をなくしたときは、回復コードを 1 つ、確認コードの欄に入力してください。",
      "パスワードも回復コードも分からないときは、管理者に再設定を依頼してください。",
    ],
  },
  en: {
    title: "Sign in",
    name: "User name",
    password: "Password",
    code: "Code",
    codeHint:
      "The six digits that your authenticator app shows. Without the device, type one of your recovery codes.",
    signIn: "Sign in",
    already: (name: string) => `You are signed in as ${name}.`,
    trouble: "If you can't sign in",
    advice: [
      "The first time, open the set-up link that your administrator gave you. The link for the very first person is shown where Sekisho was started.",
      "If you lost the device of your authenticator app, type a recovery code in the place of the code.",
      "If you know neither your password nor a recovery code, ask an administrator for a new link.",
    ],
  },
});
