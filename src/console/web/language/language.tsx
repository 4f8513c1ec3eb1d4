import { createContext, use, useEffect, useState } from "react";
import type { ReactNode } from "react";

export type Language = "ja" | "en";

/** The words of one page or part, in both languages; the English ones need the same members. */
export interface Bilingual<Words> {
  readonly ja: Words;
  readonly en: NoInfer<Words>;
}

export function bilingual<Words>(words: Bilingual<Words>): Bilingual<Words> {
  return words;
}

const Chosen = createContext<{
  readonly language: Language;
  readonly choose: (language: Language) => void;
}>({ language: "ja", choose: () => undefined });

const KEPT_AS = "sekisho-language";

export function Languages({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(kept);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = (wanted: Language) => {
    localStorage.setItem(KEPT_AS, wanted);
    setLanguage(wanted);
  };
  return <Chosen value={{ language, choose }}>{children}</Chosen>;
}

function kept(): Language {
  return localStorage.getItem(KEPT_AS) === "en" ? "en" : "ja";
}

export function useLanguage() {
  return use(Chosen);
}

export function useWords<Words>(words: Bilingual<Words>): Words {
  return words[use(Chosen).language];
}
