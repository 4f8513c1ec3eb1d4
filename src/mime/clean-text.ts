/**
 * The one cleaner for text that leaves (Unicode TR 36, UAX 9, UTS 37). What stays is NFC, has LF as its only line end and
 * no character that can hide, reorder or end a line.
 *
 * Variation selectors stay where they mean something: VS1–16 that choose text or emoji looks (FE0E, FE0F), and the
 * ideographic ones (E0100–E01EF) directly after a CJK ideograph, which people's names need. Private use (外字) stays.
 */
export interface CleanedText {
  readonly text: string;
  /** Characters taken out; line ends brought to LF are not counted. */
  readonly removed: number;
}

const ALWAYS_GONE =
  "\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F" +
  // soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul fillers, Mongolian selectors
  "\\u00AD\\u034F\\u061C\\u115F\\u1160\\u17B4\\u17B5\\u180B-\\u180F\\u3164\\uFFA0" +
  // zero-width, bidi marks and embeddings, word joiner, invisible operators, isolates, deprecated format characters
  "\\u200B-\\u200F\\u202A-\\u202E\\u2060-\\u206F\\uFEFF" +
  // interlinear annotation, selectors without a use here, noncharacters
  "\\uFFF0-\\uFFFB\\uFE00-\\uFE0D\\uFDD0-\\uFDEF\\uFFFE\\uFFFF" +
  // musical and shorthand format characters, tags and everything else of plane 14 that is not an ideographic selector
  "\\u{1BCA0}-\\u{1BCA3}\\u{1D173}-\\u{1D17A}\\u{E0000}-\\u{E00FF}\\u{E01F0}-\\u{E0FFF}";

const PLANE_ENDS = Array.from({ length: 16 }, (_, plane) => {
  const end = ((plane + 1) * 0x10000 + 0xfffe).toString(16);
  const last = ((plane + 1) * 0x10000 + 0xffff).toString(16);
  return `\\u{${end}}\\u{${last}}`;
}).join("");

const GONE = new RegExp(
  `[${ALWAYS_GONE}${PLANE_ENDS}\\p{Cs}]|` +
    "(?<![\\p{Unified_Ideograph}\\u3007\\uF900-\\uFAFF\\u{2F800}-\\u{2FA1F}])[\\u{E0100}-\\u{E01EF}]|" +
    "(?<=^|[\\s])[\\uFE0E\\uFE0F]|(?<=[\\uFE0E\\uFE0F])[\\uFE0E\\uFE0F]",
  "gu",
);

const LINE_ENDS = /[\u2028\u2029\u0085]/g;

/** Nearly all mail: nothing that any rule below could change. Hiragana to CJK, full-width forms without the selectors. */
const PLAIN =
  /^[\n\t\x20-\x7E\u2010-\u2027\u2030-\u205E\u2190-\u2328\u232B-\u2ADB\u3000-\u3029\u3030-\u3098\u309B-\u312F\u3190-\uA48F\uAC00-\uD7A3\uE000-\uF8FF\uFF01-\uFF9F\uFFE0-\uFFE6\uFFFD]*$/;

export function cleanText(text: string): CleanedText {
  let cleaned = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  if (PLAIN.test(cleaned)) return { text: cleaned, removed: 0 };
  let removed = 0;
  const count = (): string => {
    removed++;
    return "";
  };
  cleaned = cleaned.replace(LINE_ENDS, "\n");
  // Taking one thing out can join what stood around it (a selector after a removed base, a new NFC pair): until it rests.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = cleaned;
    cleaned = cleaned.replace(GONE, count);
    if (MANY_MARKS.test(cleaned))
      cleaned = cleaned.replace(MARK_TOO_MANY, count);
    cleaned = keepCompatibility(cleaned);
    if (cleaned === before) break;
  }
  return { text: cleaned, removed };
}

const MAX_ROUNDS = 8;

/** UAX 15 §13: no text has more than 30 marks on one letter, and to order a million of them takes hours. */
const MANY_MARKS = /\p{M}{31}/u;
const MARK_TOO_MANY = /(?<=\p{M}{30})\p{M}/gu;

/**
 * NFC would turn CJK compatibility ideographs (﨑's kin such as 神 U+FA19, 福 U+FA1B) into the common forms and so respell
 * people's names; those stay as they are, and everything between them is composed.
 */
const COMPATIBILITY = /[\uF900-\uFAFF\u{2F800}-\u{2FA1F}]+/gu;

function keepCompatibility(text: string): string {
  if (text.search(COMPATIBILITY) < 0) return text.normalize("NFC");
  let composed = "";
  let from = 0;
  for (const match of text.matchAll(COMPATIBILITY)) {
    composed += text.slice(from, match.index).normalize("NFC") + match[0];
    from = match.index + match[0].length;
  }
  return composed + text.slice(from).normalize("NFC");
}

/** One line: line ends and tabs become blanks, runs of blanks one, cut to `maxCharacters` code points with "…". */
export function cleanLine(text: string, maxCharacters: number): string {
  // Cut first where the input is absurd, so that its cost stays bounded; four units a character leave room for what goes.
  const bounded =
    text.length > maxCharacters * 4 + 64
      ? text.slice(0, maxCharacters * 4 + 64)
      : text;
  const line = cleanText(bounded)
    .text.replace(/[\n\t ]+/g, " ")
    .trim();
  return cutCharacters(line, maxCharacters);
}

/** At most `max` code points, the last one "…" when something was cut; never inside a surrogate pair or before a mark. */
export function cutCharacters(text: string, max: number): string {
  if (text.length <= max) return text;
  const characters = [...text];
  if (characters.length <= max) return text;
  let end = max - 1;
  while (end > 0 && /^[\p{M}\u{E0100}-\u{E01EF}]$/u.test(characters[end] ?? ""))
    end--;
  return characters.slice(0, end).join("").trimEnd() + "…";
}
