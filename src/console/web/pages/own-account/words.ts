import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "自分の設定",
    you: "あなたについて",
    name: "利用者名",
    displayName: "氏名",
    roles: "役割",
    idle: "操作しないと終わるまで",
    minutes: (count: number) => `${count} 分`,
    left: "残っている回復コード",
    codes: (count: number) => `${count} 個`,
    few: "回復コードが少なくなっています。新しいものを作ってください。",

    passwordTitle: "パスワードの変更",
    passwordTold: "変更すると、ほかの端末でのサインインはすべて終わります。",
    newPassword: "新しいパスワード",
    newPasswordHint: "12 文字以上。長い言葉の組み合わせをお勧めします。",
    repeat: "新しいパスワード（確認）",
    different: "上と同じパスワードを入力してください。",
    password: "いまのパスワード",
    code: "確認コード",
    codeHint: "認証アプリに表示されている 6 桁の数字",
    change: "パスワードを変更する",
    changed: "パスワードを変更しました",

    recoveryTitle: "回復コードの再発行",
    recoveryTold:
      "新しい 10 個を作ります。これまでの回復コードは使えなくなります。",
    make: "新しい回復コードを作る",
    made: "新しい回復コードです。今だけ表示されます",
    keep: "印刷するか書き写して、安全な場所に保管してください。",

    sessionsTitle: "サインインしている端末",
    sessionsTold:
      "心当たりのないものがあれば、終わらせて、パスワードも変更してください。",
    from: "接続元と方法",
    here: "この端末",
    ways: {
      password: "パスワードと確認コード",
      passkey: "パスキー",
      oidc: "庁内の認証基盤",
    },
    began: "サインインした日時",
    seen: "最後の操作",
    act: "操作",
    endOne: "終わらせる",
    end: "ほかの端末のサインインを終わらせる",
    ended: (count: number) =>
      count === 0
        ? "ほかの端末のサインインはありませんでした"
        : `ほかの端末のサインイン ${count} 件を終わらせました`,
  },
  en: {
    title: "Your account",
    you: "About you",
    name: "User name",
    displayName: "Name",
    roles: "Roles",
    idle: "Ends when unused for",
    minutes: (count: number) => `${count} minutes`,
    left: "Recovery codes left",
    codes: (count: number) => String(count),
    few: "Few recovery codes are left. Please make new ones.",

    passwordTitle: "Change your password",
    passwordTold: "Every session on other devices ends with it.",
    newPassword: "New password",
    newPasswordHint: "12 characters or more; several long words are best.",
    repeat: "New password, again",
    different: "This differs from the password above.",
    password: "Password now",
    code: "Code",
    codeHint: "The six digits that your authenticator app shows",
    change: "Change the password",
    changed: "The password is changed",

    recoveryTitle: "New recovery codes",
    recoveryTold: "Ten new ones; the old ones count no more.",
    make: "Make new recovery codes",
    made: "These are your new recovery codes. They are shown only now",
    keep: "Print them or write them down, and keep them safe.",

    sessionsTitle: "Where you are signed in",
    sessionsTold:
      "If one of these is not yours, end it and change your password, too.",
    from: "From, by",
    here: "here",
    ways: {
      password: "password and code",
      passkey: "passkey",
      oidc: "the site's own sign-in",
    },
    began: "Since",
    seen: "Last used",
    act: "Acts",
    endOne: "End",
    end: "End the other sessions",
    ended: (count: number) =>
      count === 0
        ? "There were no other sessions"
        : `${count} other sessions ended`,
  },
});
