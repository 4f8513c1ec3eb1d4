import { Buffer } from "node:buffer";

/**
 * First bytes that make a file dangerous or at least openable, looked for in every lenient reading of a text: as it is,
 * quoted-printable, and base64 with any junk between its letters, at each of the three places a byte can have in it.
 */
const MAGIC: readonly string[] = [
  "PK\x03\x04",
  "MZ\x90\x00\x03\x00",
  "MZP\x00\x02\x00",
  "This program cannot be run",
  "This program must be run",
  "\x7fELF\x01\x01",
  "\x7fELF\x02\x01",
  "Rar!\x1a\x07",
  "7z\xbc\xaf\x27\x1c",
  "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
  "%PDF-1.",
  "{\\rtf1",
  "MSCF\x00\x00\x00\x00",
  "L\x00\x00\x00\x01\x14\x02\x00",
  "ITSF\x03\x00\x00\x00",
  "\xca\xfe\xba\xbe\x00\x00",
  "\x1f\x8b\x08\x00\x00\x00\x00\x00",
  "-lh5-",
  "<script",
  "<SCRIPT",
  "<!DOCTYPE",
  "<html",
  "<HTML",
  "CreateObject(",
  "powershell",
];

/** The EICAR string in two halves, so that this file is not taken for one. */
const EICAR = [
  "X5O!P%@AP[4\\PZX54(P^)7CC)7}$",
  "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
] as const;

/** Those that ordinary text may name in plain words are looked for in base64 only. */
const PLAIN_WORDS =
  /^(?:This program|<|%PDF|CreateObject|powershell|-lh5-|\{\\rtf1)/;

const BASE64 = new RegExp(
  [...MAGIC, EICAR[0].slice(0, 14), EICAR[1].slice(0, 20)]
    .flatMap(base64Forms)
    .map(escapeRegExp)
    .join("|"),
  "g",
);

const LITERAL = new RegExp(
  [
    ...MAGIC.filter((magic) => !PLAIN_WORDS.test(magic)),
    EICAR[0].slice(0, 20),
    EICAR[1].slice(0, 34),
  ]
    .map(quotedForm)
    .join("|"),
  "g",
);

/** UU of ZIP, programs, OLE and EICAR, when the `begin` line is missing: length letter, then the first bytes. */
const UU_START = /^[!-M](?:4\$L#!|35J0|35I0|35H0|T,\\1X|6#5\/\(5)/gm;

/** Offsets into `text` where such a file begins, ascending. */
export function findMagic(text: string): number[] {
  const places = new Set<number>();
  for (const pattern of [LITERAL, UU_START])
    for (const match of text.matchAll(pattern)) places.add(match.index);
  for (const alphabet of alphabetsOf(text)) {
    const letters = text.replace(alphabet.junk, "");
    const source = alphabet.urlSafe
      ? letters.replace(/-/g, "+").replace(/_/g, "/")
      : letters;
    const found = [...source.matchAll(BASE64)].map((match) => match.index);
    if (found.length === 0) continue;
    for (const place of originalOffsets(text, alphabet.letter, found))
      places.add(place);
  }
  if (places.size === 0 && /=[0-9A-Fa-f]{2}/.test(text))
    for (const place of behindQuotedPrintable(text)) places.add(place);
  return [...places].sort((a, b) => a - b);
}

/** Runs are counted off: a greedy run of millions of characters exhausts the pattern's own stack. */
const ALPHABETS = [
  { junk: /[^A-Za-z0-9+/]{1,1000}/g, letter: /[A-Za-z0-9+/]/, urlSafe: false },
  { junk: /[^A-Za-z0-9_-]{1,1000}/g, letter: /[A-Za-z0-9_-]/, urlSafe: true },
  // Junk may itself be "+" or "/" where the file's own letters have none.
  { junk: /[^A-Za-z0-9]{1,1000}/g, letter: /[A-Za-z0-9]/, urlSafe: false },
] as const;

function alphabetsOf(text: string): readonly (typeof ALPHABETS)[number][] {
  const [standard, urlSafe, bare] = ALPHABETS;
  const chosen: (typeof ALPHABETS)[number][] = [standard];
  if (/[_-]/.test(text)) chosen.push(urlSafe);
  if (/[+/]/.test(text)) chosen.push(bare);
  return chosen;
}

/** Where the n-th letters stand; one walk for all. */
function originalOffsets(
  text: string,
  letter: RegExp,
  indexes: readonly number[],
): number[] {
  const offsets: number[] = [];
  let seen = 0;
  let next = 0;
  for (let at = 0; at < text.length && next < indexes.length; at++) {
    if (!letter.test(text.charAt(at))) continue;
    while (next < indexes.length && indexes[next] === seen) {
      offsets.push(at);
      next++;
    }
    seen++;
  }
  return offsets;
}

/** Base64 or uuencode inside quoted-printable: every line that carries an escape goes. */
function behindQuotedPrintable(text: string): number[] {
  const decoded = text
    .replace(/=[ \t]*\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    );
  const letters = decoded.replace(/[^A-Za-z0-9+/]+/g, "");
  const found =
    letters.search(BASE64) >= 0 ||
    decoded.search(LITERAL) >= 0 ||
    decoded.search(UU_START) >= 0 ||
    /^begin [0-7]{3}/m.test(decoded);
  return found
    ? [...text.matchAll(/^.*=(?:[0-9A-Fa-f]{2}|$)/gm)].map(
        (match) => match.index,
      )
    : [];
}

/** The letters that these bytes alone decide, for each of the three positions. */
function base64Forms(magic: string): string[] {
  const bytes = Buffer.from(magic, "latin1");
  return [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + bytes.length) * 8) / 6);
    return shifted.slice(from, to);
  });
}

/** Each byte as itself or as `=XX`, soft line breaks anywhere. */
function quotedForm(magic: string): string {
  return [...magic]
    .map((character) => {
      const hex = character.charCodeAt(0).toString(16).padStart(2, "0");
      const anyCase = hex.replace(
        /[a-f]/g,
        (digit) => `[${digit}${digit.toUpperCase()}]`,
      );
      return `(?:${escapeRegExp(character)}|=${anyCase})`;
    })
    .join("(?:=[ \\t]*\\n)?");
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
