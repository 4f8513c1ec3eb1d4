import type { DomNode } from "html-to-text";
import { styleSheetsIn, topRules, withoutComments } from "./css-rules.ts";

/** Looked at in one mail; what goes beyond hides nothing. */
const MAX_RULES = 2000;
const MAX_SHEET_CHARACTERS = 256 * 1024;
const MAX_STYLE_CHARACTERS = 4000;
const MAX_RULES_OF_ONE_NAME = 50;
const MAX_CLASSES = 20;
/** Bits of a mask. */
const MAX_ANCESTORS = 31;
const MAX_APPLIED_DECLARATIONS = 1_000_000;

const ASKED =
  /^(?:display|visibility|opacity|color|background|font|font-size|text-indent|clip|clip-path|overflow|transform|scale|zoom|left|top|right|bottom|margin-left|margin-top|(?:max-)?(?:height|width))$/;

interface Declaration {
  readonly property: string;
  readonly value: string;
  readonly important: boolean;
}

/** `p.note#x`: names with their sign, lower case. */
interface Compound {
  readonly tag: string | null;
  readonly names: readonly string[];
}

interface Rule {
  readonly last: Compound;
  /** Bits of the compounds that some element around must match, and of those that the next one must. */
  readonly around: number;
  readonly directly: number;
  readonly weight: number;
  readonly declarations: readonly Declaration[];
}

/** The style sheets of one mail, as far as they say what is not to be seen. Bounded, and linear in the elements asked about. */
export class StyleSheet {
  readonly #rules = new Map<string, Rule[]>();
  readonly #ancestors: Compound[] = [];
  readonly #unsure = new Set<string>();
  readonly #styles = new WeakMap<DomNode, string>();
  readonly #masks = new WeakMap<DomNode, { own: number; all: number }>();
  #left = MAX_APPLIED_DECLARATIONS;

  constructor(html: string) {
    if (!/<style/i.test(html)) return;
    let left = MAX_SHEET_CHARACTERS;
    let rules = 0;
    for (const sheet of styleSheetsIn(html)) {
      for (const { selector, body } of topRules(sheet.slice(0, left))) {
        if (++rules > MAX_RULES) return;
        const declarations = declarationsIn(body);
        for (const one of selector.toLowerCase().split(",", 100))
          this.#add(one.trim(), declarations);
      }
      left -= sheet.length;
      if (left <= 0) return;
    }
  }

  /** What is said of elements by their names alone, as style attributes. */
  *stylesOfTags(): Generator<string> {
    for (const [key, rules] of this.#rules)
      if (/^[a-z]/.test(key))
        for (const { declarations } of rules) yield written(declarations);
  }

  /** Whether all that the mail itself says of a class is known. */
  knows(name: string): boolean {
    return this.#rules.has(`.${name}`) && !this.#unsure.has(`.${name}`);
  }

  /** As a style attribute: of each property the strongest word alone, where a sheet has one at all. */
  styleOf(element: DomNode): string {
    const known = this.#styles.get(element);
    if (known !== undefined) return known;
    const style = this.#find(element);
    this.#styles.set(element, style);
    return style;
  }

  #find(element: DomNode): string {
    const own = plainStyle(
      (attributesOf(element)["style"] ?? "").slice(0, MAX_STYLE_CHARACTERS),
    );
    if (this.#rules.size === 0 || this.#left <= 0) return own;
    const found = this.#matching(element);
    if (found.length === 0) return own;
    // Sorting is stable: of equal ones the later counts.
    found.sort((one, other) => one.weight - other.weight);
    const words = new Map<string, Declaration>();
    for (const declarations of [
      ...found.map((rule) => rule.declarations),
      declarationsIn(own),
    ])
      for (const word of declarations) {
        this.#left--;
        if (words.get(word.property)?.important !== true || word.important)
          words.set(word.property, word);
      }
    return written(words.values());
  }

  #matching(element: DomNode): Rule[] {
    const names = namesOf(element);
    const found: Rule[] = [];
    for (const key of [element.name ?? "", ...names]) {
      for (const rule of this.#rules.get(key) ?? []) {
        this.#left--;
        if (this.#matches(rule, element, names)) found.push(rule);
      }
    }
    return found;
  }

  #matches(rule: Rule, element: DomNode, names: readonly string[]): boolean {
    if (!fits(rule.last, element, names)) return false;
    if ((rule.around | rule.directly) === 0) return true;
    const { own, all } = this.#maskOf(element.parent ?? null);
    return (
      (all & rule.around) === rule.around &&
      (own & rule.directly) === rule.directly
    );
  }

  #maskOf(element: DomNode | null): { own: number; all: number } {
    if (element === null) return { own: 0, all: 0 };
    const known = this.#masks.get(element);
    if (known !== undefined) return known;
    const names = namesOf(element);
    let own = 0;
    for (const [bit, compound] of this.#ancestors.entries())
      if (fits(compound, element, names)) own |= 1 << bit;
    const mask = { own, all: own | this.#maskOf(element.parent ?? null).all };
    this.#masks.set(element, mask);
    return mask;
  }

  #add(selector: string, declarations: readonly Declaration[]): void {
    const rule = this.#read(selector, declarations);
    if (rule === null) {
      for (const [name] of selector.matchAll(/\.[\w\u0080-\uffff-]{1,80}/g))
        this.#unsure.add(name);
      return;
    }
    const key = rule.last.names[0] ?? rule.last.tag ?? "";
    const known = this.#rules.get(key);
    if (known === undefined) this.#rules.set(key, [rule]);
    else if (known.length < MAX_RULES_OF_ONE_NAME) known.push(rule);
  }

  /** `x`, `x y`, `x > y` and `x y z`; null for all else. */
  #read(selector: string, declarations: readonly Declaration[]): Rule | null {
    const pieces = selector.split(/\s*(>)\s*|\s+/).filter(Boolean);
    const last = compoundOf(pieces.pop() ?? "");
    if (last === null || pieces.length > 4) return null;
    let weight = weightOf(last);
    let around = 0;
    let directly = 0;
    for (let at = pieces.length - 1; at >= 0; at--) {
      const child = pieces[at] === ">";
      if (child) at--;
      const compound = compoundOf(pieces[at] ?? "");
      if (compound === null) return null;
      const bit = this.#bitOf(compound);
      if (bit === null) return null;
      weight += weightOf(compound);
      if (child && around === 0 && directly === 0) directly = bit;
      else around |= bit;
    }
    return { last, around, directly, weight, declarations };
  }

  #bitOf(compound: Compound): number | null {
    const same = this.#ancestors.findIndex(
      ({ tag, names }) =>
        tag === compound.tag && names.join() === compound.names.join(),
    );
    if (same >= 0) return 1 << same;
    if (this.#ancestors.length === MAX_ANCESTORS) return null;
    this.#ancestors.push(compound);
    return 1 << (this.#ancestors.length - 1);
  }
}

function written(words: Iterable<Declaration>): string {
  return [...words]
    .map(({ property, value }) => `${property}:${value}`)
    .join(";");
}

function compoundOf(text: string): Compound | null {
  const [, tag = "", rest = ""] =
    /^([a-z][a-z0-9]{0,20})?((?:[.#][\w\u0080-\uffff-]{1,80}){0,5})$/.exec(
      text,
    ) ?? [];
  if (tag === "" && rest === "") return null;
  return { tag: tag || null, names: rest.match(/[.#][^.#]+/g) ?? [] };
}

function weightOf({ tag, names }: Compound): number {
  return names.reduce(
    (sum, name) => sum + (name.startsWith("#") ? 100 : 10),
    tag === null ? 0 : 1,
  );
}

function fits(
  { tag, names }: Compound,
  element: DomNode,
  own: readonly string[],
): boolean {
  return (
    (tag === null || tag === element.name) &&
    names.every((name) => own.includes(name))
  );
}

function namesOf(element: DomNode): string[] {
  const { class: classes, id } = attributesOf(element);
  const names =
    classes === undefined ? [] : classesOf(classes).map((name) => `.${name}`);
  if (id !== undefined) names.push(`#${id.slice(0, 100).toLowerCase()}`);
  return names;
}

export function classesOf(written: string): string[] {
  return written
    .slice(0, 1000)
    .toLowerCase()
    .split(/\s+/, MAX_CLASSES)
    .filter((name) => name !== "");
}

export function attributesOf(
  element: DomNode,
): Readonly<Record<string, string>> {
  return (element as { attribs?: Record<string, string> }).attribs ?? {};
}

function declarationsIn(body: string): Declaration[] {
  const found: Declaration[] = [];
  for (const piece of plainStyle(body.slice(0, MAX_STYLE_CHARACTERS)).split(
    ";",
  )) {
    const colon = piece.indexOf(":");
    const written = piece.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const property = written
      .replace(/^-(?:webkit|moz|ms|o)-/, "")
      .replace(/^background-(?:color|image)$/, "background");
    if (!ASKED.test(property)) continue;
    const [value = "", mark] = piece.slice(colon + 1, colon + 300).split("!");
    const important = mark?.trim().toLowerCase() === "important";
    found.push({ property, value: value.trim(), important });
  }
  return found;
}

/** Without comments and escapes (CSS Syntax 4.3): `d\69 splay` is display. */
function plainStyle(style: string): string {
  const bare = style.includes("/*") ? withoutComments(style) : style;
  if (!bare.includes("\\")) return bare;
  return bare.replace(
    /\\(?:([0-9a-f]{1,6})\s?|([^\n]))/gi,
    (_, hex: string | undefined, letter: string | undefined) => {
      const point = hex === undefined ? null : Number.parseInt(hex, 16);
      if (point === null) return letter ?? "";
      return point > 0 && point < 0xd800
        ? String.fromCharCode(point)
        : "\uFFFD";
    },
  );
}
