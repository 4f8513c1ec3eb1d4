import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "例外措置",
    lead: "差出人ごとの例外です。どれにも期限があり、期限が来ると自動で終わります。適用は 1 通ごとに記録されます。",
    add: "例外措置を追加",
    past: "終わったものも表示する",
    list: "例外措置の一覧",
    nothing: "有効な例外措置はありません。",
    nothingAtAll: "例外措置はありません。",
    sender: "差出人",
    recipientOnly: "宛先",
    kind: "措置",
    kinds: { block: "止める", trust: "疑義を通す" },
    tenant: "団体",
    everyTenant: "すべての団体",
    why: "理由・設定者",
    used: "適用",
    uses: (mails: number) => `${mails} 通`,
    unused: "まだなし",
    until: "期限",
    inForce: "有効",
    over: "期限切れ",
    revoked: "取消",
    revokedBy: (who: string) => `取り消した人：${who}`,
    acts: "操作",
    revoke: "取り消す",
    revokeOf: (sender: string) => `取り消す（${sender}）`,

    kindLabel: "どうしますか",
    kindOptions: {
      block: "止める：届いたときに隔離する",
      trust: "疑義を通す：構造のあいまいさを見送る",
    },
    blockTold: [
      "この差出人からのメールを、届いたときに隔離します。捨てることはなく、必要なものは 1 通ずつ解放できます。",
      "差出人のアドレスは偽ることができます。ほかのアドレスから送られたものは止まりません。",
    ],
    trustTold: [
      "「構造があいまい」という理由だけで隔離されるメールを、通します。",
      "無害化（作り直し）とウイルス検査は、いつもどおり行います。ウイルスのあるもの、暗号化されたもの、受け取らない種類のファイルは、通りません。",
      "差出人のアドレスは偽ることができるため、封筒の差出人と From の両方が合うときだけ効きます。",
    ],
    senderHint:
      "アドレス（a@example.jp）かドメイン（example.jp、下位も含めるなら .example.jp）。",
    recipient: "宛先を限る",
    recipientHint: "アドレスかドメイン。空欄なら、すべての宛先です。",
    days: "期限",
    dayOptions: (days: number) => (days === 365 ? "1 年" : `${days} 日`),
    reason: "理由",
    reasonHint: "例：なりすましが続いているため（12/1 の会議で決定）",
    save: "追加する",
    added: "例外措置を追加しました。数秒で有効になります。",
    already:
      "同じ例外措置がすでに有効です。期限を変えるには、取り消してから追加してください。",

    revokeTitle: "この例外措置を取り消しますか",
    revokeTold: {
      block:
        "数秒で効力がなくなります。これから届くメールは隔離されません。すでに隔離したものは、そのままです。",
      trust:
        "数秒で効力がなくなります。これから届くメールは、構造があいまいなら隔離されます。",
    },
    revokeReasonHint: "例：なりすましが収まったため",
    revokedDone: "例外措置を取り消しました。数秒で効力がなくなります。",
    revokedAlready: "この例外措置はすでに終わっています。",
  },
  en: {
    title: "Exceptions",
    lead: "By sender. Each has an end and is over by itself then. Each mail that one applies to is on record.",
    add: "Add an exception",
    past: "Also those that are over",
    list: "Exceptions",
    nothing: "No exception is in force.",
    nothingAtAll: "There are no exceptions.",
    sender: "Sender",
    recipientOnly: "Recipients",
    kind: "What it does",
    kinds: { block: "Blocks", trust: "Trusts" },
    tenant: "Organization",
    everyTenant: "All organizations",
    why: "Why, and who set it",
    used: "Applied to",
    uses: (mails: number) => (mails === 1 ? "1 mail" : `${mails} mails`),
    unused: "None yet",
    until: "Until",
    inForce: "In force",
    over: "Over",
    revoked: "Revoked",
    revokedBy: (who: string) => `Revoked by ${who}`,
    acts: "Acts",
    revoke: "Revoke",
    revokeOf: (sender: string) => `Revoke (${sender})`,

    kindLabel: "What shall it do?",
    kindOptions: {
      block: "Block: hold mail on arrival",
      trust: "Trust: waive a doubt about the structure",
    },
    blockTold: [
      "Mail of this sender is held on arrival. None is thrown away; what is needed can be released one by one.",
      "A sender's address can be forged. Mail from another address is not stopped.",
    ],
    trustTold: [
      "Mail that would be held for an ambiguous structure alone goes on.",
      "It is made anew and scanned as ever. What has a virus, is encrypted or of a kind that is not accepted does not get through.",
      "A sender's address can be forged, so both the envelope and From must fit.",
    ],
    senderHint:
      "An address (a@example.jp) or a domain (example.jp, or .example.jp with all below it).",
    recipient: "Only for recipients",
    recipientHint: "An address or a domain. Empty: for everybody.",
    days: "Ends in",
    dayOptions: (days: number) => (days === 365 ? "1 year" : `${days} days`),
    reason: "Reason",
    reasonHint: "Example: forged mail keeps coming (decided on 1 December)",
    save: "Add",
    added: "Added. It is in force within seconds.",
    already:
      "There is one in force that says the same. To change its end, revoke it first.",

    revokeTitle: "Revoke this exception?",
    revokeTold: {
      block:
        "It is over within seconds. Mail that arrives from then on is not held for it. What is held stays held.",
      trust:
        "It is over within seconds. Mail that arrives from then on is held when its structure is ambiguous.",
    },
    revokeReasonHint: "Example: no more forged mail",
    revokedDone: "Revoked. It is over within seconds.",
    revokedAlready: "It was over already.",
  },
});
