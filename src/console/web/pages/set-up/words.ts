import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "利用者の初期設定",
    step: (at: number) => `手順 ${at}`,
    app: "認証アプリに登録する",
    appMore:
      "スマートフォンなどの認証アプリ（Google Authenticator、Microsoft Authenticator など、TOTP に対応したもの）で、次の QR コードを読み取ってください。",
    qr: "認証アプリに登録するための QR コード",
    key: "読み取れないときは、次のキーを手で入力してください",
    you: "名前とパスワードを決める",
    name: "利用者名",
    nameHint: "英小文字で始まる 2～32 文字の英小文字、数字、「.」「-」「_」。",
    displayName: "氏名",
    displayNameHint: "操作の記録に表示されます。",
    password: "パスワード",
    passwordHint:
      "12 文字以上。長い言葉の組み合わせをお勧めします。推測されやすいものは使えません。",
    repeat: "パスワード（確認）",
    different: "上と同じパスワードを入力してください。",
    check: "確認コードを入力する",
    code: "確認コード",
    codeHint: "認証アプリに表示されている 6 桁の数字",
    finish: "設定する",
    doneTitle: "設定が終わりました",
    codes: "回復コード",
    codesMore:
      "端末をなくしたとき、1 つにつき 1 回だけ、確認コードの代わりに使えます。もう一度表示することはできません。印刷するか書き写して、安全な場所に保管してください。",
    kept: "回復コードを保管しました",
    go: "管理画面へ進む",
    noLink: "設定用リンクが正しくありません",
    noLinkMore:
      "受け取ったリンクを、途中で切れていないか確かめて、もう一度開いてください。",
  },
  en: {
    title: "Set up your account",
    step: (at: number) => `Step ${at}`,
    app: "Add it to your authenticator app",
    appMore:
      "Scan this QR code with an authenticator app (any that does TOTP, such as Google Authenticator or Microsoft Authenticator).",
    qr: "QR code for the authenticator app",
    key: "If you can't scan it, type this key",
    you: "Choose a name and a password",
    name: "User name",
    nameHint:
      "2 to 32 lower-case letters, digits, “.”, “-”, “_”, beginning with a letter.",
    displayName: "Your name",
    displayNameHint: "Stands in the record of what was done.",
    password: "Password",
    passwordHint:
      "12 characters or more; several long words are best. What is easily guessed is refused.",
    repeat: "Password, again",
    different: "This differs from the password above.",
    check: "Type the code",
    code: "Code",
    codeHint: "The six digits that the app shows",
    finish: "Set up",
    doneTitle: "You are set up",
    codes: "Recovery codes",
    codesMore:
      "Without your device, each of these counts once in the place of the code. They are shown only now: print them or write them down, and keep them safe.",
    kept: "I keep the recovery codes in a safe place",
    go: "To the console",
    noLink: "This link is not right",
    noLinkMore: "Check that the link is whole, then open it again.",
  },
});
