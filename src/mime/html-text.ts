import { compile, type SelectorDefinition } from "html-to-text";
import type { Limits } from "../core/limits.ts";
import { ALL_STYLED, FORMATTERS, SELECTORS } from "./html-format.ts";
import type { HtmlNotes } from "./html-format.ts";
import { mayHide } from "./html-hidden.ts";
import { flattenNesting } from "./html-nesting.ts";
import { StyleSheet } from "./html-sheet.ts";

export interface HtmlText {
  /** LF line ends; still to be cleaned (`clean-text.ts`) and freed of encoded blocks. */
  readonly text: string;
  /** Codes of what was there and is not in the text: html-script, html-form, html-data-uri, html-hidden. */
  readonly findings: string[];
  /** Something at the end, or too deep inside, is missing. */
  readonly shortened: boolean;
}

/** Deeper elements are taken as if their tags were not there; real mail, tables in tables in tables, stays below 60. */
const MAX_NESTING = 150;

/** Every element at most this deep, so this never cuts; it only guards the recursion. */
const MAX_DEPTH = MAX_NESTING + 50;

type Converter = (html: string, notes: HtmlNotes) => string;

const converter = (selectors: SelectorDefinition[]): Converter =>
  compile({
    // The whole document: text before, after or between broken <body> tags is text too.
    baseElements: { selectors: ["sekisho-nowhere"], returnDomByDefault: true },
    wordwrap: false,
    limits: {
      ellipsis: "…",
      maxDepth: MAX_DEPTH,
      maxInputLength: Number.MAX_SAFE_INTEGER,
    },
    formatters: FORMATTERS,
    selectors,
  });

const convertUsual = converter(SELECTORS);
const convertStyled = converter(ALL_STYLED);

/**
 * HTML as a clerk reads it: paragraphs, lists and table rows on lines, links as `label <target>` with the real target,
 * pictures by name, quotes with ">". Scripts, styles, head, comments and hidden elements do not appear. Cost is bounded by
 * `maxHtmlBytes` (counted in characters) and by nesting; the text by `maxTextBytes` (characters again).
 */
export function htmlToText(
  html: string,
  limits: Pick<Limits, "maxHtmlBytes" | "maxTextBytes">,
): HtmlText {
  const cut = html.length > limits.maxHtmlBytes;
  // A tag cut in two would be shown as text.
  const source = cut
    ? html.slice(0, limits.maxHtmlBytes).replace(/<[^<>]{0,2000}$/, "")
    : html;
  const notes: HtmlNotes = {
    findings: new Set(),
    lists: 0,
    quotes: 0,
    links: 0,
    row: false,
    sheet: new StyleSheet(source),
  };
  noteRemoved(source, notes.findings);
  const tags = [...notes.sheet.stylesOfTags()].some(mayHide);
  const convert = tags ? convertStyled : convertUsual;
  const text = convert(flattenNesting(source, MAX_NESTING), notes)
    .replace(/(?<![ \t])[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^\n+|\n+$/g, "");
  const long = text.length > limits.maxTextBytes;
  return {
    text: long ? text.slice(0, limits.maxTextBytes) : text,
    findings: [...notes.findings].sort(),
    shortened: cut || long,
  };
}

/** What disappears without a formatter seeing it. */
function noteRemoved(html: string, findings: Set<string>): void {
  if (/<script|javascript:|[\s"'/]on[a-z]{3,20}\s*=/i.test(html))
    findings.add("html-script");
  if (/<(?:form|input|textarea|select|button)[\s>/]/i.test(html))
    findings.add("html-form");
  if (/["'(=\s]data:[a-z]/i.test(html)) findings.add("html-data-uri");
}
