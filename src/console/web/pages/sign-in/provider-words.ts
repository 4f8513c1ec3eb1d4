import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "サインイン",
    code: "確認コード",
    hint: "認証アプリに表示されている 6 桁の数字。端末がないときは、回復コードを入力してください。",
    go: "サインイン",
    back: "サインインの画面へ戻る",
    nothing: "サインインは、サインインの画面から始めてください",
  },
  en: {
    title: "Sign in",
    code: "Code",
    hint: "The six digits that your authenticator app shows. Without the device, type one of your recovery codes.",
    go: "Sign in",
    back: "Back to the sign-in",
    nothing: "Please begin at the sign-in page",
  },
});
