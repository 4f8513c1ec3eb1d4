import type {
  DomNode,
  FormatCallback,
  RecursiveCallback,
  SelectorDefinition,
} from "html-to-text";
import { isHidden } from "./html-hidden.ts";
import { linkTarget, saysAnotherHost } from "./html-link.ts";
import type { StyleSheet } from "./html-sheet.ts";

/** What one conversion remembers; html-to-text calls it metadata and hands it to every formatter. */
export interface HtmlNotes {
  readonly findings: Set<string>;
  /** How deep in lists, quotes and links we are: each level copies the text inside, so few are shown. */
  lists: number;
  readonly sheet: StyleSheet;
  quotes: number;
  links: number;
  /** Inside a row of figures: whatever stands there stays on its line. */
  row: boolean;
}

type Builder = Parameters<FormatCallback>[2];

const MAX_LISTS = 6;
const MAX_QUOTES = 6;
const MAX_LIST_START = 1_000_000;

function notesOf(builder: Builder): HtmlNotes {
  return (builder as unknown as { metadata: HtmlNotes }).metadata;
}

function attribute(element: DomNode, name: string): string {
  const { attribs } = element as { attribs?: Record<string, string> };
  return attribs?.[name] ?? "";
}

function childrenOf(element: DomNode): DomNode[] {
  return element.children ?? [];
}

const block =
  (leading: number): FormatCallback =>
  (element, walk, builder) => {
    if (notesOf(builder).row) {
      builder.addInline(" ", { noWordTransform: true });
      walk(element.children, builder);
      builder.addInline(" ", { noWordTransform: true });
      return;
    }
    builder.openBlock({ leadingLineBreaks: leading });
    walk(element.children, builder);
    builder.closeBlock({ trailingLineBreaks: leading });
  };

const lineBreak: FormatCallback = (_element, _walk, builder) => {
  if (notesOf(builder).row) builder.addInline(" ", { noWordTransform: true });
  else builder.addLineBreak();
};

const inline: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
};

const leaveOut: FormatCallback = () => undefined;

// ---------------------------------------------------------------- links and pictures

const link: FormatCallback = (element, walk, builder) => {
  const notes = notesOf(builder);
  const target =
    notes.links > 0 ? null : linkTarget(attribute(element, "href"));
  notes.links++;
  let label = "";
  builder.pushWordTransform((word) => {
    if (label.length < 2000) label += word;
    return word;
  });
  walk(element.children, builder);
  builder.popWordTransform();
  notes.links--;
  if (target === null) return;
  const plain = { noWordTransform: true };
  if (label === "") builder.addInline(`<${target}>`, plain);
  else if (!sameTarget(label, target)) {
    const warning = saysAnotherHost(label, target)
      ? "［表示と異なるリンク先］"
      : "";
    builder.addInline(` ${warning}<${target}>`, plain);
  }
};

function sameTarget(label: string, target: string): boolean {
  const bare = (text: string): string =>
    text.replace(/^mailto:/i, "").replace(/\/$/, "");
  return bare(label) === bare(target);
}

/** Pictures of one to three pixels are there to see who reads. */
const picture: FormatCallback = (element, _walk, builder) => {
  const tiny = ["width", "height"].some((side) =>
    /^\s*[0-3](?:px)?\s*$/.test(attribute(element, side)),
  );
  const alt = attribute(element, "alt")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
  if (tiny || alt === "") return;
  builder.addInline(`［画像: ${alt}］`, { noWordTransform: true });
};

// ---------------------------------------------------------------- lists, quotes, tables

function delegate(
  name: string,
  element: DomNode,
  walk: RecursiveCallback,
  builder: Builder,
): void {
  builder.options.formatters[name]?.(element, walk, builder, {
    itemPrefix: "・",
    leadingLineBreaks: 1,
    trailingLineBreaks: 1,
  });
}

/** Numbering is the sender's: a start of 10^300 or a Roman 10^9 would be a bomb. */
const list: FormatCallback = (element, walk, builder, options) => {
  const notes = notesOf(builder);
  if (notes.lists >= MAX_LISTS)
    return block(1)(element, walk, builder, options);
  const { attribs } = element as { attribs: Record<string, string> };
  const start = Math.trunc(Number(attribs["start"] ?? 1));
  attribs["start"] = String(Math.abs(start) <= MAX_LIST_START ? start : 1);
  attribs["type"] = "1";
  notes.lists++;
  delegate(
    element.name === "ol" ? "orderedList" : "unorderedList",
    element,
    walk,
    builder,
  );
  notes.lists--;
};

const quote: FormatCallback = (element, walk, builder, options) => {
  const notes = notesOf(builder);
  if (notes.quotes >= MAX_QUOTES)
    return block(1)(element, walk, builder, options);
  notes.quotes++;
  delegate("blockquote", element, walk, builder);
  notes.quotes--;
};

const BLOCKS = new Set(
  "address article aside blockquote center div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table ul br".split(
    " ",
  ),
);

/** Office programs put every cell's words into a paragraph; more of these and the cell is a piece of a page. */
const MAX_CELL_LINES = 4;
const MAX_CELL_CHARACTERS = 120;
const MAX_CELL_NODES = 40;

/** Whether what is in a cell can stand on one line. */
function fitsLine(cell: DomNode): boolean {
  let lines = 0;
  let characters = 0;
  let nodes = 0;
  const fits = (element: DomNode): boolean =>
    childrenOf(element).every((child) => {
      const name = child.name ?? "";
      nodes++;
      characters += (child.data ?? "").trim().length;
      const breaks = name === "p" || name === "div" || name === "br";
      if (breaks) lines++;
      else if (BLOCKS.has(name)) return false;
      // Words without any block may be as long as they like.
      if (lines === 0) return nodes > MAX_CELL_NODES || fits(child);
      return (
        lines <= MAX_CELL_LINES &&
        characters <= MAX_CELL_CHARACTERS &&
        nodes <= MAX_CELL_NODES &&
        fits(child)
      );
    });
  return fits(cell);
}

/** A row of figures is one line with bars; a row that lays out a page is a sequence of blocks. */
const row: FormatCallback = (element, walk, builder) => {
  const notes = notesOf(builder);
  builder.openBlock({ leadingLineBreaks: 1 });
  const cells = childrenOf(element).filter(
    (child) => child.name === "td" || child.name === "th",
  );
  const around = notes.row;
  const isData = around || (cells.length > 1 && cells.every(fitsLine));
  notes.row = isData;
  let first = true;
  for (const child of childrenOf(element)) {
    const cell = child.name === "td" || child.name === "th";
    if (isData && cell && !first)
      builder.addInline(" | ", { noWordTransform: true });
    if (cell) first = false;
    walk([child], builder);
  }
  notes.row = around;
  builder.closeBlock({ trailingLineBreaks: 1 });
};

/** Inside a row of figures the row sets the bars; elsewhere a cell is a block. */
const cell: FormatCallback = (element, walk, builder, options) =>
  (notesOf(builder).row ? inline : block(1))(element, walk, builder, options);

// ---------------------------------------------------------------- hidden elements

const styled: FormatCallback = (element, walk, builder, options) => {
  const notes = notesOf(builder);
  if (isHidden(element, notes.sheet)) {
    notes.findings.add("html-hidden");
    return;
  }
  const own = BY_NAME.get(element.name ?? "");
  (own === undefined
    ? inline
    : (OWN[own] ?? builder.options.formatters[own] ?? inline))(
    element,
    walk,
    builder,
    options,
  );
};

// ---------------------------------------------------------------- the table

const OWN: Readonly<Record<string, FormatCallback>> = {
  "sekisho-paragraph": block(2),
  "sekisho-block": block(1),
  "sekisho-break": lineBreak,
  "sekisho-link": link,
  "sekisho-picture": picture,
  "sekisho-list": list,
  "sekisho-quote": quote,
  "sekisho-row": row,
  "sekisho-cell": cell,
  "sekisho-styled": styled,
  "sekisho-nothing": leaveOut,
};

export const FORMATTERS: Record<string, FormatCallback> = { ...OWN };

const NAMES: Readonly<Record<string, string>> = {
  "sekisho-paragraph": "p h1 h2 h3 h4 h5 h6 table",
  "sekisho-block":
    "div address article aside center dd details dl dt fieldset figcaption figure footer form header legend li main nav option section summary caption thead tbody tfoot",
  "sekisho-link": "a area",
  "sekisho-picture": "img",
  "sekisho-list": "ul ol menu dir",
  "sekisho-quote": "blockquote",
  "sekisho-row": "tr",
  "sekisho-cell": "td th",
  "sekisho-nothing":
    "title script style template object iframe frameset noframes noembed svg math audio video canvas map",
  pre: "pre listing xmp plaintext",
  "sekisho-break": "br",
};

const BY_NAME: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([format, names]) =>
    names.split(" ").map((name): [string, string] => [name, format]),
  ),
);

const RULE: SelectorDefinition = {
  selector: "hr",
  format: "horizontalLine",
  options: { length: 20, leadingLineBreaks: 1, trailingLineBreaks: 1 },
};

export const SELECTORS: SelectorDefinition[] = [
  { selector: "*", format: "inline" },
  ...[...BY_NAME].map(([selector, format]) => ({ selector, format })),
  RULE,
  { selector: "wbr", format: "inline" },
  { selector: "*[style]", format: "sekisho-styled" },
  { selector: "*[hidden]", format: "sekisho-styled" },
  { selector: "*[class]", format: "sekisho-styled" },
  { selector: "*[id]", format: "sekisho-styled" },
  { selector: "font[color]", format: "sekisho-styled" },
];

/** For a mail whose style sheets mean elements by their names: each is asked about. */
export const ALL_STYLED: SelectorDefinition[] = [
  { selector: "*", format: "sekisho-styled" },
  // Each by name, since html-to-text has formats of its own for some.
  ...["wbr", ...BY_NAME.keys()].map((selector) => ({
    selector,
    format: "sekisho-styled",
  })),
  RULE,
];
