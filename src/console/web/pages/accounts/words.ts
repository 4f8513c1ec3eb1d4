import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "利用者",
    lead: "管理画面にサインインできる人と、その役割です。",
    invite: "利用者を追加",
    list: "利用者の一覧",
    person: "氏名と利用者名",
    roles: "役割",
    everyTenant: "すべての団体",
    state: "状態",
    states: { invited: "設定待ち", active: "有効", disabled: "停止中" },
    signedIn: "最後のサインイン",
    never: "まだありません",
    acts: "操作",
    change: (name: string) => `${name} さんの操作`,
    you: "あなた",
    none: "役割なし",

    inviteTitle: "利用者を追加",
    name: "利用者名",
    nameHint:
      "英小文字で始まる 2～32 文字の英小文字、数字、「.」「-」「_」。あとから変更できません。",
    displayName: "氏名",
    grants: "役割と団体",
    role: "役割",
    tenant: "団体",
    addGrant: "役割を追加",
    removeGrant: "この役割を外す",
    makeLink: "設定用リンクを作る",

    roleTitle: (name: string) => `${name} さんの役割を変更`,
    roleTold: "変更すると、この人のサインインはすべて終わります。",
    save: "変更する",
    toRoles: "役割を変更",
    toSubstitutes: "代決者を指定",
    toReset: "認証をやり直す",
    toDisable: "停止する",
    toEnable: "再開する",
    toEnd: "サインインを終わらせる",

    resetTitle: (name: string) => `${name} さんの認証をやり直しますか`,
    resetTold:
      "いまのパスワード、認証アプリ、回復コードは使えなくなり、サインインはすべて終わります。代わりの設定用リンクが 1 つできます。本人であることを、メール以外の方法で確かめてから行ってください。",
    disableTitle: (name: string) => `${name} さんを停止しますか`,
    disableTold:
      "サインインできなくなり、いまのサインインもすぐに終わります。記録に残る名前はそのままです。あとで再開できます。",
    enableTitle: (name: string) => `${name} さんを再開しますか`,
    enableTold:
      "同じパスワードと認証アプリで、もう一度サインインできるようになります。",
    endTitle: (name: string) => `${name} さんのサインインを終わらせますか`,
    endTold:
      "どの端末のサインインも、すぐに終わります。もう一度サインインすることはできます。",
    done: (name: string) => `${name} さんの変更を終えました`,

    linkTitle: (name: string) => `${name} さんの設定用リンク`,
    linkTold:
      "このリンクは今だけ表示されます。本人に、安全な方法（対面、内線など）で渡してください。開けるのは 1 回だけです。",
    link: "設定用リンク",
    expires: "期限",
    linkDone: "リンクを控えました",
  },
  en: {
    title: "Accounts",
    lead: "Who may sign in to the console, and as what.",
    invite: "Add an account",
    list: "Accounts",
    person: "Name",
    roles: "Roles",
    everyTenant: "all organizations",
    state: "State",
    states: {
      invited: "To be set up",
      active: "Active",
      disabled: "Disabled",
    },
    signedIn: "Last sign-in",
    never: "Never",
    acts: "Acts",
    change: (name: string) => `Acts on ${name}`,
    you: "you",
    none: "No role",

    inviteTitle: "Add an account",
    name: "User name",
    nameHint:
      "2 to 32 lower-case letters, digits, “.”, “-”, “_”, beginning with a letter. It can't be changed later.",
    displayName: "Name of the person",
    grants: "Roles and organizations",
    role: "Role",
    tenant: "Organization",
    addGrant: "Add a role",
    removeGrant: "Remove this role",
    makeLink: "Make the set-up link",

    roleTitle: (name: string) => `Roles of ${name}`,
    roleTold: "Every session of this person ends with the change.",
    save: "Change",
    toRoles: "Change roles",
    toSubstitutes: "Name substitutes",
    toReset: "Reset sign-in",
    toDisable: "Disable",
    toEnable: "Enable",
    toEnd: "End sessions",

    resetTitle: (name: string) => `Reset how ${name} signs in?`,
    resetTold:
      "Password, authenticator app and recovery codes count no more, and every session ends. There will be one new set-up link. Make sure by other means than mail that it is really this person who asks.",
    disableTitle: (name: string) => `Disable ${name}?`,
    disableTold:
      "They can't sign in any more, and every session ends at once. Their name stays in the record. It can be enabled again.",
    enableTitle: (name: string) => `Enable ${name}?`,
    enableTold: "They can sign in again with the same password and app.",
    endTitle: (name: string) => `End the sessions of ${name}?`,
    endTold: "On every device, at once. They can sign in again.",
    done: (name: string) => `${name}: done`,

    linkTitle: (name: string) => `Set-up link for ${name}`,
    linkTold:
      "It is shown only now. Hand it over in a safe way: face to face, by phone. It works once.",
    link: "Set-up link",
    expires: "Valid until",
    linkDone: "I have it",
  },
});

/** Roles as the published policies name them. */
export const ROLE_WORDS = bilingual({
  ja: {
    ciso: "最高情報総括責任者",
    chief: "総括情報管理者",
    manager: "情報管理者",
    auditor: "監査者",
    operator: "運用委託先",
  },
  en: {
    ciso: "Chief information security officer",
    chief: "Chief information manager",
    manager: "Information manager",
    auditor: "Auditor",
    operator: "Operator (contracted)",
  },
});
