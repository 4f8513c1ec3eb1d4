import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    acts: "操作",
    release: "解放する",
    discard: "廃棄する",
    note: "メモを残す",
    none: "このメールについて、いま行える決定の操作はありません。",
    noRelease: {
      "not-held": "隔離されているものはありません。",
      malicious: "ウイルスが見つかったため、だれも解放できません。",
      unreadable: "上限を超えていて分解できないため、解放できません。",
      futile:
        "届けられる部分はすでに届いています。残りは安全な形に作り替えられないため、解放しても届きません。差出人に別の形での再送を依頼してください。",
      locked:
        "残りはパスワードで保護されたファイルです。パスワードが分かれば、入力すると作り直して届きます。解放だけでは届きません。",
    },
    releaseTitle: "このメールを解放しますか",
    releaseTold: [
      "もう一度、無害化の工程を通します。届くのは作り直したメールで、原本がそのまま届くことはありません。",
      "ウイルスが見つかった部分は、解放しても届きません。",
      "あなたの名前と理由が、消せない記録に残ります。",
    ],
    arrivesAt: "届く宛先",
    hours: "解放の有効期限",
    hoursHint:
      "この時間内に工程が終わらなければ、解放はなかったことになります。",
    hour: (count: number) =>
      count < 48 ? `${count} 時間` : `${count / 24} 日`,
    discardTitle: "このメールを廃棄しますか",
    discardTold: [
      "隔離されているものは届かなくなり、取り消すことはできません。",
      "宛先の人にも、差出人にも、通知は送られません。",
      "あなたの名前と理由が、消せない記録に残ります。",
    ],
    reason: "理由",
    reasonHint: "例：差出人に電話で確認済み",
    noteTitle: "メモを残す",
    noteTold: "メモはこのメールの記録に残り、消すことはできません。",
    noteText: "メモ",
    noted: "メモを残しました。",
    conflict: "ほかの人が先に決めています",
    reload: "最新の状態を表示する",
    anew: "新しい受付番号",
  },
  en: {
    acts: "Acts",
    release: "Release",
    discard: "Discard",
    note: "Write a note",
    none: "There is no decision to take about this mail now.",
    noRelease: {
      "not-held": "Nothing of it is held.",
      malicious: "A virus was found, so nobody can release it.",
      unreadable:
        "It is beyond a limit and can't be taken apart, so it can't be released.",
      futile:
        "What could be delivered has arrived. The rest can't be made safe, so a release would not bring it. Ask the sender to send it in another form.",
      locked:
        "The rest is protected by a password. Whoever gives the password gets it made anew; a release alone would not bring it.",
    },
    releaseTitle: "Release this mail?",
    releaseTold: [
      "It goes through the line again. What arrives is made anew; the original never does.",
      "A part with a virus does not arrive, released or not.",
      "Your name and reason stay in the record for good.",
    ],
    arrivesAt: "It arrives at",
    hours: "The release is valid for",
    hoursHint: "If the line is not through by then, it was never released.",
    hour: (count: number) =>
      count < 48 ? `${count} hours` : `${count / 24} days`,
    discardTitle: "Discard this mail?",
    discardTold: [
      "What is held will not arrive. This can't be taken back.",
      "Neither the recipients nor the sender hear of it.",
      "Your name and reason stay in the record for good.",
    ],
    reason: "Reason",
    reasonHint: "Such as: confirmed with the sender by phone",
    noteTitle: "Write a note",
    noteTold: "Notes stay in the record of this mail for good.",
    noteText: "Note",
    noted: "The note is written.",
    conflict: "Somebody else decided first",
    reload: "Show how it stands now",
    anew: "New reference number",
  },
});
