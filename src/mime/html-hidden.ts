import type { DomNode } from "html-to-text";
import { colorOf, isClose, type Color } from "./html-color.ts";

/** Rules looked at in the style sheets of one mail. */
const MAX_RULES = 2000;
const MAX_SHEET_CHARACTERS = 256 * 1024;
const MAX_STYLE_CHARACTERS = 4000;

const HIDDEN =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*(?:\.0+)?\s*(?:!|;|$)|color\s*:\s*(?:transparent|rgba\([^)]{1,60}[,/]\s*0(?:\.0*)?%?\s*\))|text-indent\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?\s*\)|clip-path\s*:\s*inset\(\s*(?:50|100)%)/i;
/** Up to 1px: as newsletters hide the line that lists of mails show. */
const NO_SIZE =
  /(?:^|;)\s*font-size\s*:\s*(?:0*(?:\.0+)?(?:px|pt|em|rem|%)?|[01](?:\.\d+)?(?:px|pt))\s*(?:!|;|$)/i;
const ANY_SIZE = /(?:^|;)\s*font(?:-size)?\s*:/i;
const OFF_SCREEN =
  /(?:^|;)\s*(?:left|top|right|bottom|margin-(?:left|top))\s*:\s*-\d{4,}/i;
const NO_ROOM =
  /(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:!|;|$)/i;
const CUT_OFF = /(?:^|;)\s*overflow\s*:\s*hidden/i;
const FOREGROUND = /(?:^|;)\s*color\s*:\s*([^;!]{1,40})/i;
const BACKGROUND = /(?:^|;)\s*background(?:-color)?\s*:\s*([^;!]{1,200})/i;
const WHITE: Color = { red: 255, green: 255, blue: 255 };

/** Names of classes and ids that the mail's own style sheets hide; true where only by a size of letters. */
export type HiddenNames = ReadonlyMap<string, boolean>;

/** Simple selectors (`.x`, `p.x`, `#x`) outside of @media: what those say depends on the screen. Bounded. */
export function hiddenNames(html: string): HiddenNames {
  const names = new Map<string, boolean>();
  if (!/<style/i.test(html)) return names;
  let left = MAX_SHEET_CHARACTERS;
  let rules = 0;
  for (const sheet of sheets(html)) {
    for (const rule of topRules(sheet.slice(0, left))) {
      if (++rules > MAX_RULES) return names;
      if (!hides(rule.body)) continue;
      for (const [, name = ""] of rule.selector.matchAll(
        /(?:^|,)\s*[a-z0-9]{0,10}([.#][\w-]{1,80})\s*(?=,|$)/gi,
      ))
        names.set(name.toLowerCase(), !hidesBox(rule.body));
    }
    left -= sheet.length;
    if (left <= 0) break;
  }
  return names;
}

function* sheets(html: string): Generator<string> {
  const end = /<\/style/gi;
  for (const start of html.matchAll(/<style\b[^>]{0,1000}>/gi)) {
    const from = start.index + start[0].length;
    if (from < end.lastIndex) continue;
    end.lastIndex = from;
    const to = end.exec(html)?.index ?? html.length;
    yield html.slice(from, to);
    if (to === html.length) return;
  }
}

/** Rules that stand in no block of their own; braces are counted, so that a block is passed over whole. */
function* topRules(
  sheet: string,
): Generator<{ readonly selector: string; readonly body: string }> {
  let depth = 0;
  let selector = "";
  let from = 0;
  for (const { 0: brace, index } of sheet.matchAll(/[{}]/g)) {
    const text = sheet.slice(from, index);
    from = index + 1;
    if (brace === "{") {
      if (depth === 0) selector = withoutComments(text).trim();
      depth++;
    } else {
      depth = Math.max(0, depth - 1);
      if (depth === 0 && !selector.startsWith("@"))
        yield { selector, body: text };
    }
  }
}

/** CSS Syntax 4.3.2; a comment without an end goes on to the end. */
function withoutComments(text: string): string {
  let kept = "";
  let from = 0;
  for (;;) {
    const start = text.indexOf("/*", from);
    if (start < 0) return kept + text.slice(from);
    kept += text.slice(from, start);
    const end = text.indexOf("*/", start + 2);
    if (end < 0) return kept;
    from = end + 2;
  }
}

function hides(style: string): boolean {
  return hidesBox(style) || NO_SIZE.test(style);
}

function hidesBox(style: string): boolean {
  return (
    HIDDEN.test(style) ||
    OFF_SCREEN.test(style) ||
    (NO_ROOM.test(style) && CUT_OFF.test(style))
  );
}

/** Whether a reader of the HTML would not see the text of this element: by its style, its classes, or its colours. */
export function isHidden(element: DomNode, hidden: HiddenNames): boolean {
  if (element.name === "body" || element.name === "html") return false;
  const style = styleOf(element);
  if ("hidden" in attributes(element) || hidesBox(style)) return true;
  if (NO_SIZE.test(style) && !holdsSized(element)) return true;
  if (hidden.size > 0)
    for (const name of namesOf(element)) {
      const bySize = hidden.get(name);
      if (bySize === undefined) continue;
      if (!bySize || !holdsSized(element)) return true;
    }
  return hasNoContrast(element, style);
}

/** Own colour against the nearest background; white paper where nobody says, and no picture or class may say otherwise. */
function hasNoContrast(element: DomNode, style: string): boolean {
  const own =
    FOREGROUND.exec(style)?.[1] ??
    (element.name === "font" ? attributes(element)["color"] : undefined);
  const color = own === undefined ? null : colorOf(own);
  if (color === null) return false;
  const { background, styled } = paperOf(element);
  if (background === "picture") return false;
  return background === null
    ? !styled && isClose(color, WHITE)
    : isClose(color, background);
}

/** Whether something inside has a size of its own: layouts of mails set 0 around it, to lose the blanks between. */
const sized = new WeakMap<DomNode, boolean>();

function holdsSized(element: DomNode): boolean {
  const known = sized.get(element);
  if (known !== undefined) return known;
  const holds = (element.children ?? []).some((child) => {
    const style = styleOf(child);
    const own = ANY_SIZE.test(style) && !NO_SIZE.test(style);
    const font = child.name === "font" && "size" in attributes(child);
    return own || font || holdsSized(child);
  });
  sized.set(element, holds);
  return holds;
}

/** What an element stands on: the nearest background that is said, and whether a class on the way may say another one. */
interface Paper {
  readonly background: Color | "picture" | null;
  readonly styled: boolean;
}

/** Found once an element: asked about by each of a hundred thousand inside. */
const papers = new WeakMap<DomNode, Paper>();

function paperOf(element: DomNode): Paper {
  const known = papers.get(element);
  if (known !== undefined) return known;
  const background = backgroundOf(element);
  const { parent } = element;
  let paper: Paper = { background, styled: false };
  if (background === null) {
    const around =
      parent === null || parent === undefined
        ? { background: null, styled: false }
        : paperOf(parent);
    paper = {
      background: around.background,
      styled: around.styled || "class" in attributes(element),
    };
  }
  papers.set(element, paper);
  return paper;
}

function backgroundOf(element: DomNode): Color | "picture" | null {
  const own = attributes(element);
  const said = BACKGROUND.exec(styleOf(element))?.[1];
  if ("background" in own || /url\(|gradient/i.test(said ?? ""))
    return "picture";
  const value = said ?? own["bgcolor"];
  return value === undefined
    ? null
    : colorOf(value.trim().split(/\s/)[0] ?? "");
}

function styleOf(element: DomNode): string {
  return (attributes(element)["style"] ?? "").slice(0, MAX_STYLE_CHARACTERS);
}

function namesOf(element: DomNode): string[] {
  const { class: classes = "", id = "" } = attributes(element);
  return [
    ...classes
      .slice(0, 1000)
      .toLowerCase()
      .split(/\s+/)
      .map((name) => `.${name}`),
    `#${id.slice(0, 100).toLowerCase()}`,
  ];
}

function attributes(element: DomNode): Readonly<Record<string, string>> {
  return (element as { attribs?: Record<string, string> }).attribs ?? {};
}
