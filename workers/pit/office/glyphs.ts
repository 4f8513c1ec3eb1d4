/**
 * Characters for which no font of this machine has a glyph: LibreOffice draws a box for them and says nothing. Of characters of private use
 * (外字) only a font that the site put here knows what they look like; those of Debian have drawings of their own there.
 */
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { coveredBy, type ReadFont } from "./font-map.ts";

const SITE_FONTS = "/usr/local/share/fonts";
const FONTS = "/usr/share/fonts";
const USUAL_FONT = "opentype/noto/NotoSansCJK-Regular.ttc";
const MAX_FONTS = 2000;
const FONT_NAME = /\.(?:ttf|ttc|otf|otc)$/i;

/** Nothing to see, or not by itself: spaces, controls, joiners, selectors of variants. */
const UNSEEN =
  /[\p{White_Space}\p{Control}\p{Default_Ignorable_Code_Point}\p{Surrogate}\ufffc\ufffd]/u;
/** Where the symbols of Wingdings and the like are, which LibreOffice puts into Unicode by itself. */
const SYMBOLS = { from: 0xf000, to: 0xf0ff } as const;

export interface Missing {
  /** Different ones. */
  readonly letters: number;
  readonly missing: number;
}

export function findMissing(characters: ReadonlySet<number>): Missing {
  const seen = [...characters].filter(
    (character) =>
      !UNSEEN.test(String.fromCodePoint(character)) &&
      (character < SYMBOLS.from || character > SYMBOLS.to),
  );
  const open = new Set(seen);
  takeCovered(SITE_FONTS, open);
  const own = [...open].filter(isPrivate);
  for (const character of own) open.delete(character);
  takeCovered(FONTS, open);
  return { letters: seen.length, missing: open.size + own.length };
}

function isPrivate(character: number): boolean {
  return /\p{Private_Use}/u.test(String.fromCodePoint(character));
}

/** One font mostly has all, so that the others need not even be looked for; else the biggest first. */
function takeCovered(folder: string, open: Set<number>): void {
  for (const path of fontsIn(folder)) {
    if (open.size === 0) return;
    const font = openSync(path, "r");
    const read: ReadFont = (at, bytes) => {
      const buffer = Buffer.alloc(bytes);
      return buffer.subarray(0, readSync(font, buffer, 0, bytes, at));
    };
    for (const character of coveredBy(read, open)) open.delete(character);
    closeSync(font);
  }
}

function* fontsIn(folder: string): Generator<string, void> {
  const usual = join(folder, USUAL_FONT);
  if (existsSync(usual)) yield usual;
  yield* namesIn(folder)
    .filter((name) => FONT_NAME.test(name))
    .map((name) => join(folder, name))
    .map((path) => ({ path, entry: statSync(path, { throwIfNoEntry: false }) }))
    .filter(({ entry }) => entry?.isFile() === true)
    .toSorted((a, b) => (b.entry?.size ?? 0) - (a.entry?.size ?? 0))
    .slice(0, MAX_FONTS)
    .map(({ path }) => path);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}
