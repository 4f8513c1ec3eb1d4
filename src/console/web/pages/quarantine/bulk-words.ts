import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: {
      release: (count: number) => `${count} 件をまとめて解放`,
      discard: (count: number) => `${count} 件をまとめて廃棄`,
    },
    told: {
      release:
        "1 件ずつ、もう一度無害化の工程を通してから届けます。原本がそのまま届くことはありません。ウイルスのあるものは解放されません。",
      discard: "1 件ずつ廃棄します。取り消すことはできません。",
    },
    skipped: (count: number) =>
      `選択したうち ${count} 件は、この操作の対象になりません。`,
    reason: "理由",
    reasonHint: "すべてのメールの記録に、この理由が残ります。",
    go: { release: "解放する", discard: "廃棄する" },
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
    },
    told: {
      release:
        "One by one, each goes through the line again, is made anew, and is delivered. No original ever arrives, and nothing with a virus is released.",
      discard: "One by one, each is discarded. This can't be taken back.",
    },
    skipped: (count: number) =>
      `For ${count} of those chosen this can't be done.`,
    reason: "Reason",
    reasonHint: "Stands in the record of every one of them.",
    go: { release: "Release", discard: "Discard" },
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
