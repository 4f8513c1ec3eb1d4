import { useLanguage } from "../language/language.tsx";
import type { Language } from "../language/language.tsx";

const ZONE = "Asia/Tokyo";
const FORMS = {
  ja: new Intl.DateTimeFormat("ja-JP", {
    ...{ year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", timeZone: ZONE },
  }),
  en: new Intl.DateTimeFormat("en-GB", {
    ...{ year: "numeric", month: "short", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit", timeZone: ZONE },
  }),
};
const SECONDS = new Intl.DateTimeFormat("en", { second: "2-digit" });
const EXACT = {
  ja: new Intl.DateTimeFormat("ja-JP", {
    ...{ dateStyle: "long", timeStyle: "long", timeZone: ZONE },
  }),
  en: new Intl.DateTimeFormat("en-GB", {
    ...{ dateStyle: "long", timeStyle: "long", timeZone: ZONE },
  }),
};

/** Date and time in Japan, where the offices are. */
export function timeWords(epochMs: number, language: Language): string {
  return FORMS[language].format(epochMs);
}

export function Time({
  at,
  exact = false,
}: {
  readonly at: number;
  /** With seconds. */
  readonly exact?: boolean;
}) {
  const { language } = useLanguage();
  return (
    <time
      className="time"
      dateTime={new Date(at).toISOString()}
      title={EXACT[language].format(at)}
    >
      {timeWords(at, language)}
      {exact ? `:${SECONDS.format(at).padStart(2, "0")}` : ""}
    </time>
  );
}

export function bytesWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function Bytes({ bytes }: { readonly bytes: number }) {
  return (
    <span className="bytes" title={`${bytes.toLocaleString("ja-JP")} B`}>
      {bytesWords(bytes)}
    </span>
  );
}
