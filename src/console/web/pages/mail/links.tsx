import type { ReactNode } from "react";
import { Link } from "wouter";
import type { MailTold } from "../../api/told.ts";
import { useLanguage, useWords } from "../../language/language.tsx";
import { KINDS_EN, WORDS } from "./held-words.ts";

type Row = readonly [name: string, value: ReactNode];

/** What kind of mail it is when it is no usual one, and which others belong to it. */
export function useLinks(mail: MailTold): readonly Row[] {
  const words = useWords(WORDS);
  const { language } = useLanguage();
  const { kind, kindWords, parent, passwordFrom } = mail;
  const next = [...new Set(mail.history.flatMap(({ into }) => into ?? []))];
  const told = language === "en" ? KINDS_EN[kind ?? ""] : kindWords;
  return [
    ...(told == null ? [] : [[words.kind, told] as const]),
    ...(parent === null ? [] : [[words.parent, linkTo(parent)] as const]),
    ...(next.length === 0
      ? []
      : [
          [
            words.next,
            <span key="next" className="row">
              {next.map(linkTo)}
            </span>,
          ] as const,
        ]),
    ...(passwordFrom === null
      ? []
      : [[words.passwordFrom, linkTo(passwordFrom)] as const]),
  ];
}

function linkTo(item: string): ReactNode {
  return (
    <Link key={item} to={`/quarantine/${item}`}>
      {item}
    </Link>
  );
}
