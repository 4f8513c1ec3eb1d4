import { bilingual } from "../../language/language.tsx";

export const WORDS = bilingual({
  ja: {
    title: "関所の運用状況",
    back: "管理画面に戻る",
    more: (count: number) => `ほか ${count} 件`,
    held: "隔離中",
    arrivals: "受付（直近 1 時間）",
    completions: "完了（直近 1 時間）",
  },
  en: {
    title: "Sekisho",
    back: "Back to the console",
    more: (count: number) => `${count} more`,
    held: "Held",
    arrivals: "Arrivals (last hour)",
    completions: "Completions (last hour)",
  },
});
