import { bilingual } from "../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    bar: "庁内側への配送を緊急停止しています",
    region: "緊急停止",
    everybody: "全団体",
    by: (who: string) => `停止した人：${who}`,
    since: "停止した日時",
    reason: "理由",
    waiting: (count: number) => `配送を待っているメール ${count} 件`,
    stop: "緊急停止",
    stopTitle: "庁内側への配送を緊急停止します",
    stopTold: [
      "ただちに、新しい配送を始めなくなります。",
      "受け付けと無害化は続き、メールは失われません。再開すると、受け付けた順に配送します。",
      "だれが、いつ、なぜ止めたかが記録に残ります。",
    ],
    reasonField: "理由",
    reasonHint: "記録に残り、ほかの管理者にも表示されます。",
    where: "止める範囲",
    doStop: "緊急停止する",
    stopped: "緊急停止しました",
    already: "すでに緊急停止しています",
    underWay: (count: number) =>
      count === 0
        ? "開始済みの配送はありません。これ以上、庁内側へは届きません。"
        : `開始済みの配送 ${count} 件は、取り消せないため続きます。`,
    resume: "再開",
    resumeTitle: "庁内側への配送を再開します",
    resumeTold: [
      "待っているメールを、受け付けた順に配送します。",
      "停止の原因が片付いたことを確かめてから再開してください。",
    ],
    resumeReasonHint: "原因が片付いたことをどう確かめたかを書いてください。",
    doResume: "再開する",
    mayNot:
      "再開は、情報管理者以上の役割を持つ人が行います。運用委託先の方は停止だけができます。",
    close: "閉じる",
    reload: "最新の状態を表示する",
  },
  en: {
    bar: "Delivery to the inner side is stopped",
    region: "Emergency stop",
    everybody: "Every organization",
    by: (who: string) => `Stopped by ${who}`,
    since: "Since",
    reason: "Reason",
    waiting: (count: number) => `${count} mails wait to be delivered`,
    stop: "Emergency stop",
    stopTitle: "Stop delivery to the inner side",
    stopTold: [
      "No further delivery begins, at once.",
      "Mail is still taken in and made safe, and none is lost. After a resume it is delivered in its order.",
      "Who stopped it, when and why goes on record.",
    ],
    reasonField: "Reason",
    reasonHint: "Goes on record, and other administrators see it.",
    where: "What to stop",
    doStop: "Stop now",
    stopped: "Stopped",
    already: "It was stopped already",
    underWay: (count: number) =>
      count === 0
        ? "No delivery was under way. Nothing more reaches the inner side."
        : `${count} deliveries had begun and can't be taken back.`,
    resume: "Resume",
    resumeTitle: "Resume delivery to the inner side",
    resumeTold: [
      "What waits is delivered in its order.",
      "Make sure first that the cause of the stop is gone.",
    ],
    resumeReasonHint: "Say how you made sure that the cause is gone.",
    doResume: "Resume now",
    mayNot:
      "Only managers may resume. A contractor may stop, and nothing else.",
    close: "Close",
    reload: "Show the present state",
  },
});
