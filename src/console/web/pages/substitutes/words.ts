import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "代決者の指定",
    told: "不在のあいだ、あなたの代わりに申請を承認・却下する人を指定できます。代決者ができるのは、その団体のメールの閲覧と、申請への回答だけです。代決された決定は、あとで後閲してください。代決者は利用者名で指定します。監査者と運用委託先は指定できません。",
    toldOf: (name: string) =>
      `${name} さんが不在のあいだ、代わりに申請を承認・却下する人を指定します。代決者ができるのは、その団体のメールの閲覧と、申請への回答だけです。`,
    dialogTitle: (name: string) => `${name} さんの代決者`,
    list: "代わりに決める人",
    none: "代決者はいません。",
    substitute: "代決者",
    choose: "選んでください",
    tenant: "団体",
    everyTenant: "すべての団体",
    until: "この日まで",
    add: "代決者を追加",
    remove: "この人を外す",
    save: "代決者を保存する",
    done: "代決者を保存しました。",
    standsIn: "あなたが代決者になっているもの",
    standsInFor: (who: string, tenant: string) => `${who}（${tenant}）の代わり`,
    untilTold: "期限",
  },
  en: {
    title: "Your substitutes",
    told: "While you are away, they answer requests in your place. A substitute may look at the mail of that organization and answer requests, and nothing else. What they decided waits for your confirmation. Name them by user name; no auditor and no contracted operator.",
    toldOf: (name: string) =>
      `Who answers requests in place of ${name}. A substitute may look at the mail of that organization and answer requests, and nothing else.`,
    dialogTitle: (name: string) => `Substitutes of ${name}`,
    list: "Substitutes",
    none: "There are no substitutes.",
    substitute: "Substitute",
    choose: "Choose",
    tenant: "Organization",
    everyTenant: "All organizations",
    until: "Until the end of",
    add: "Add a substitute",
    remove: "Remove this one",
    save: "Save substitutes",
    done: "Saved.",
    standsIn: "Where you are a substitute",
    standsInFor: (who: string, tenant: string) =>
      `In place of ${who} (${tenant})`,
    untilTold: "Until",
  },
});
