import { Buffer } from "node:buffer";
import { cleanLine, cutCharacters } from "./clean-text.ts";
import { hidesFile } from "./shown-line.ts";

/**
 * The one function for every file name that leaves: what comes out is a single path component that Windows, macOS and
 * Linux take as it looks. The ending is always ours; the sender's ending goes, the part before it stays:
 *
 * `見積書.docx` made a PDF → `見積書.pdf`; `写真.jpeg` written anew as PNG → `写真.png`; `a.pdf.exe` → `a.txt` when made a text.
 * What it was is told in the notice, which has room for it.
 */
const MAX_STEM_CHARACTERS = 100;
const MAX_STEM_BYTES = 200;

/** Slashes of all widths and their look-alikes, and what else Windows forbids, full-width forms of those included where they divide paths. */
const FORBIDDEN =
  /[/\\:*?"<>|\u2044\u2215\u2216\u29F5\u29F8\u29F9\uFE68\uFF0F\uFF3C\uFF1A\uFE55\u2236\uA789\u00A6]/g;

/** Dots that look like dots, so that no false ending stays. */
const DOTS = /[\u2024\uFE52\uFF0E\uFF61]/g;

/** The last ending goes whatever it is, if it is short and begins with an ASCII letter: `第1.2版` keeps its dot. */
const ANY_ENDING = /\.(?:[A-Za-z][A-Za-z0-9_]{0,9}|7z|3gp|3g2)$/;

/** Before it, only endings that make people or programs believe something: `a.pdf.exe`, but not `案.final.docx`. */
const KNOWN_ENDING =
  /\.(?:7z|ade|adp|apk|appx|asx|bat|bmp|bz2|cab|chm|cmd|com|cpl|csv|dll|dmg|do[ct][mx]?|dwg|dxf|eml|exe|gif|gz|hlp|hta|html?|ics|img|inf|ins|iso|jar|jnlp|jpe?g|jse?|jtdc?|jww|lha|lnk|lzh|mde|ms[cgipt]|msix|o[dt][gpst]|one|pdf|pif|png|pp[ast][mx]?|ps1|psd1|psm1|py|rar|reg|rtf|sc[frt]|sh|svgz?|swf|tar|tgz|tiff?|txt|url|vb[es]?|vcf|vhdx?|vxd|webp|ws[cfh]?|xbap|xdw|xbd|xl[abmst][mx]?|xll|xml|xps|xz|zip|zipx)$/i;

/** Reserved by Windows with any ending, superscript digits included. */
const RESERVED =
  /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9\u00B9\u00B2\u00B3]|lpt[0-9\u00B9\u00B2\u00B3])(?=\.|$)/i;

/** `extension` without the dot, `fallback` a stem of our own; both are trusted. */
export function cleanFileName(
  untrusted: string | null,
  extension: string,
  fallback: string,
): string {
  const ending = extension === "" ? "" : `.${extension}`;
  const stem = untrusted === null ? "" : cleanStem(untrusted);
  return (stem === "" || hidesFile(stem) ? fallback : stem) + ending;
}

function cleanStem(untrusted: string): string {
  // Only the last component is a name; a path in front of it is the sender's business or an attack.
  const line = cleanLine(untrusted.replace(/%00.*$/s, ""), 1024)
    .replace(DOTS, ".")
    .replace(FORBIDDEN, "/");
  const last = line
    .split("/")
    .map((part) => part.trim())
    .filter((part) => /[^. ]/.test(part))
    .at(-1);
  let stem = trimEdges(trimEdges(last ?? "").replace(ANY_ENDING, ""));
  while (KNOWN_ENDING.test(stem))
    stem = trimEdges(stem.replace(KNOWN_ENDING, ""));
  stem = trimEdges(cutBytes(cutCharacters(stem, MAX_STEM_CHARACTERS)));
  // Trimming can bare a mark that meant something only behind what is gone.
  const rested = cleanLine(stem, MAX_STEM_CHARACTERS);
  if (rested !== stem) return cleanStem(`${rested}.x`);
  return RESERVED.test(stem) ? `_${stem}` : stem;
}

/** Windows drops blanks and dots at the end, Unix hides a name that begins with a dot, `-` begins an option, `~` a home. */
function trimEdges(stem: string): string {
  return stem.replace(/^[\s.~-]+|[\s.\u3000]+$/gu, "");
}

function cutBytes(stem: string): string {
  if (Buffer.byteLength(stem) <= MAX_STEM_BYTES) return stem;
  const kept: string[] = [];
  let bytes = Buffer.byteLength("…");
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_STEM_BYTES) break;
    kept.push(character);
  }
  return kept.join("").replace(/…$/, "") + "…";
}

/** Equal names (by case and width, as file systems compare) get ` (2)`, ` (3)` before the ending, in order. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return names.map((name) => {
    const dot = name.lastIndexOf(".");
    const stem = dot > 0 ? name.slice(0, dot) : name;
    const ending = dot > 0 ? name.slice(dot) : "";
    let unique = name;
    let number = next.get(key(name)) ?? 2;
    while (taken.has(key(unique))) unique = `${stem} (${number++})${ending}`;
    next.set(key(name), number);
    taken.add(key(unique));
    return unique;
  });
}

function key(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}
