import type { DomNode } from "html-to-text";
import { colorOf, isClose, type Color } from "./html-color.ts";
import { attributesOf, classesOf, type StyleSheet } from "./html-sheet.ts";

const HIDDEN =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*(?:\.0+)?\s*(?:!|;|$)|color\s*:\s*(?:transparent|(?:rgb|hsl)a?\([^)]{1,60}[,/]\s*0*(?:\.0*)?%?\s*\)|#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)\s*(?:!|;|$))|(?:-webkit-|-ms-)?transform\s*:[^;]{0,100}\bscale(?:3d|x|y)?\(\s*0*(?:\.0+)?\s*[,)]|(?:scale|zoom)\s*:\s*0*(?:\.0+)?%?\s*(?:!|;|$)|text-indent\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?\s*\)|clip-path\s*:\s*inset\(\s*(?:50|100)%)/i;
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

function hidesBox(style: string): boolean {
  return (
    HIDDEN.test(style) ||
    OFF_SCREEN.test(style) ||
    (NO_ROOM.test(style) && CUT_OFF.test(style))
  );
}

/** Whether a reader of the HTML would not see the text of this element: by its style, the mail's sheets, or its colours. */
export function isHidden(element: DomNode, sheet: StyleSheet): boolean {
  if (element.name === "body" || element.name === "html") return false;
  const style = sheet.styleOf(element);
  if ("hidden" in attributesOf(element) || hidesBox(style)) return true;
  if (NO_SIZE.test(style) && !holds("size", element, sheet)) return true;
  return hasNoContrast(element, style, sheet);
}

/** Whether a style may make text unseen somewhere: what hides, and a colour. */
export function mayHide(style: string): boolean {
  return hidesBox(style) || NO_SIZE.test(style) || FOREGROUND.test(style);
}

/** Own colour against the nearest background; white paper where nobody says, and no picture or class may say otherwise. */
function hasNoContrast(
  element: DomNode,
  style: string,
  sheet: StyleSheet,
): boolean {
  const own =
    FOREGROUND.exec(style)?.[1] ??
    (element.name === "font" ? attributesOf(element)["color"] : undefined);
  const color = own === undefined ? null : colorOf(own);
  if (color === null) return false;
  const { background, styled } = paperOf(element, sheet);
  if (background === "picture") return false;
  const unseen =
    background === null
      ? !styled && isClose(color, WHITE)
      : isClose(color, background);
  return unseen && !holds("color", element, sheet);
}

/**
 * Whether something inside has its own word on it: layouts of mails set a size of 0 around it, to lose the blanks between,
 * and say white for what stands on the dark cells inside.
 */
const held = {
  size: new WeakMap<DomNode, boolean>(),
  color: new WeakMap<DomNode, boolean>(),
};

function holds(
  what: "size" | "color",
  element: DomNode,
  sheet: StyleSheet,
): boolean {
  const known = held[what].get(element);
  if (known !== undefined) return known;
  const says = what === "size" ? saysSize : saysColor;
  const found = (element.children ?? []).some(
    (child) => says(child, sheet.styleOf(child)) || holds(what, child, sheet),
  );
  held[what].set(element, found);
  return found;
}

function saysSize(element: DomNode, style: string): boolean {
  const own = ANY_SIZE.test(style) && !NO_SIZE.test(style);
  return own || (element.name === "font" && "size" in attributesOf(element));
}

function saysColor(element: DomNode, style: string): boolean {
  const own = attributesOf(element);
  return (
    FOREGROUND.test(style) ||
    BACKGROUND.test(style) ||
    ["bgcolor", "background"].some((name) => name in own) ||
    (element.name === "font" && "color" in own)
  );
}

/** What an element stands on: the nearest background that is said, and whether a class on the way may say another one. */
interface Paper {
  readonly background: Color | "picture" | null;
  readonly styled: boolean;
}

/** Found once an element: asked about by each of a hundred thousand inside. */
const papers = new WeakMap<DomNode, Paper>();

function paperOf(element: DomNode, sheet: StyleSheet): Paper {
  const known = papers.get(element);
  if (known !== undefined) return known;
  const background = backgroundOf(element, sheet);
  const { parent } = element;
  let paper: Paper = { background, styled: false };
  if (background === null) {
    const around =
      parent === null || parent === undefined
        ? { background: null, styled: false }
        : paperOf(parent, sheet);
    const classes = classesOf(attributesOf(element)["class"] ?? "");
    paper = {
      background: around.background,
      styled: around.styled || classes.some((name) => !sheet.knows(name)),
    };
  }
  papers.set(element, paper);
  return paper;
}

function backgroundOf(
  element: DomNode,
  sheet: StyleSheet,
): Color | "picture" | null {
  const own = attributesOf(element);
  const said = BACKGROUND.exec(sheet.styleOf(element))?.[1];
  if ("background" in own || /url\(|gradient/i.test(said ?? ""))
    return "picture";
  const value = said ?? own["bgcolor"];
  if (value === undefined) return null;
  const word = value.trim();
  return colorOf(word) ?? colorOf(word.split(/\s/)[0] ?? "");
}
