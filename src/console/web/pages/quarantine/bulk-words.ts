import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: {
      release: (count: number) => `${count} 件をまとめて解放`,
      discard: (count: number) => `${count} 件をまとめて廃棄`,
      rescan: (count: number) => `${count} 件をまとめて再検査`,
      pin: (count: number) => `${count} 件をまとめて保存期限から除外`,
    },
    told: {
      release:
        "1 件ずつ、もう一度無害化の工程を通してから届けます。原本がそのまま届くことはありません。ウイルスのあるものは解放されません。",
      discard: "1 件ずつ廃棄します。取り消すことはできません。",
      rescan:
        "いまのウイルス定義で、1 件ずつもう一度検査します。結果は、それぞれのメールの記録に出ます。",
      pin: "保存期限が過ぎても、原本が消去されないようにします。",
    },
    skipped: (count: number) =>
      `選択したうち ${count} 件は、この操作の対象になりません。`,
    reason: "理由",
    reasonHint: "すべてのメールの記録に、この理由が残ります。",
    go: {
      ...{ release: "解放する", discard: "廃棄する", rescan: "再検査する" },
      pin: "保存期限から外す",
    },
    done: {
      ...{ release: "解放しました。", discard: "廃棄しました。" },
      ...{ rescan: "再検査を始めました。", pin: "保存期限から外しました。" },
    },
    progress: (done: number, all: number) => `${done} / ${all} 件`,
    results: "1 件ごとの結果",
    mail: "メール",
    result: "結果",
    waiting: "順番待ち",
    allDone: (count: number) => `${count} 件すべて完了しました`,
    someDone: (done: number, failed: number) =>
      `${done} 件が完了し、${failed} 件は行われませんでした`,
    stop: "残りを中止する",
    stopped: "中止しました",
  },
  en: {
    title: {
      release: (count: number) => `Release ${count} mails`,
      discard: (count: number) => `Discard ${count} mails`,
      rescan: (count: number) => `Scan ${count} mails again`,
      pin: (count: number) => `Keep ${count} mails out of retention`,
    },
    told: {
      release:
        "One by one, each goes through the line again, is made anew, and is delivered. No original ever arrives, and nothing with a virus is released.",
      discard: "One by one, each is discarded. This can't be taken back.",
      rescan:
        "One by one, with the signatures of today. What came of it stands in what happened to each.",
      pin: "Their originals are not removed, however old they are.",
    },
    skipped: (count: number) =>
      `For ${count} of those chosen this can't be done.`,
    reason: "Reason",
    reasonHint: "Stands in the record of every one of them.",
    go: {
      ...{ release: "Release", discard: "Discard", rescan: "Scan again" },
      pin: "Keep",
    },
    done: {
      ...{ release: "Released.", discard: "Discarded." },
      ...{ rescan: "It is scanned again.", pin: "Kept." },
    },
    progress: (done: number, all: number) => `${done} of ${all}`,
    results: "What became of each",
    mail: "Mail",
    result: "Result",
    waiting: "Waiting",
    allDone: (count: number) => `All ${count} are done`,
    someDone: (done: number, failed: number) =>
      `${done} done, ${failed} not done`,
    stop: "Leave the rest",
    stopped: "Left",
  },
});
