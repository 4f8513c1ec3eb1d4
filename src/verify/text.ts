import { refuse } from "./refuse.ts";

/** Code points that never cross, first and last of each run. Private use (外字) and unassigned ones may: they show. */
const FORBIDDEN_RUNS: readonly (readonly [number, number])[] = [
  // controls other than TAB, LF and CR, DEL and C1
  [0x0000, 0x0008],
  [0x000b, 0x000c],
  [0x000e, 0x001f],
  [0x007f, 0x009f],
  // soft hyphen, grapheme joiner, Arabic letter mark, Hangul and Khmer fillers, Mongolian selectors
  [0x00ad, 0x00ad],
  [0x034f, 0x034f],
  [0x061c, 0x061c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x3164, 0x3164],
  [0xffa0, 0xffa0],
  // zero-width, line and paragraph separators, bidi embeddings and isolates, invisible operators
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfeff, 0xfeff],
  // selectors without a use, interlinear annotation, lone surrogates, noncharacters
  [0xfe00, 0xfe0d],
  [0xfff0, 0xfffb],
  [0xd800, 0xdfff],
  [0xfdd0, 0xfdef],
  ...Array.from({ length: 17 }, (_, plane): [number, number] => [
    plane * 0x10000 + 0xfffe,
    plane * 0x10000 + 0xffff,
  ]),
  // shorthand and musical format characters, tags and what is reserved beside them, but for the ideographic selectors
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe00ff],
  [0xe01f0, 0xe0fff],
];

const escaped = (point: number): string => `\\u{${point.toString(16)}}`;
const FORBIDDEN = new RegExp(
  `[${FORBIDDEN_RUNS.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join("")}]`,
  "u",
);

/** Ideographic selectors serve names of people in Japan, behind an ideograph; the two for emoji stand behind something, once. */
const LONE_SELECTOR =
  /(?<![\p{Unified_Ideograph}\u3007\uf900-\ufaff\u{2f800}-\u{2fa1f}])[\u{e0100}-\u{e01ef}]|(?<=^|[\s\ufe0e\ufe0f])[\ufe0e\ufe0f]/u;
/**
 * 1 for each UTF-16 unit that the two patterns above have to judge: what is forbidden, halves of pairs, selectors. Most texts have none,
 * and a table answers in a tenth of the time that a pattern with these runs takes.
 */
const DOUBTFUL = new Uint8Array(0x10000);
for (const [first, last] of FORBIDDEN_RUNS)
  if (first < 0x10000) DOUBTFUL.fill(1, first, last + 1);
DOUBTFUL.fill(1, 0xfe0e, 0xfe0f + 1);
const BARE_LINE_ENDING = /\r(?!\n)|(?<!\r)\n/;
const ENCODED_BLOCK =
  /^(?:begin(?:-base64)?[ \t]+[0-7]{3,4}[ \t]+\S|=ybegin )/m;
const BREAKS = /[\r\n\t]/;
const BYTE_ORDER_MARK = 0xfeff;

/** Text of a body or a text file: valid UTF-8, allowed code points, CRLF line ends. `at` is where it begins, for the fault. */
export function verifyText(bytes: Uint8Array, at: number): string {
  const text = decodeUtf8(bytes, at);
  requireAllowed(text, at);
  const bare = text.search(BARE_LINE_ENDING);
  if (bare >= 0) refuse("text-line-ending", at + bare);
  return text;
}

/** Text of a mail: also without lines from which some mail programs make a file of their own (uuencode, yEnc). */
export function verifyBodyText(bytes: Uint8Array, at: number): string {
  const text = verifyText(bytes, at);
  requireNoBlock(text, at);
  return text;
}

export function requireNoBlock(text: string, at: number): void {
  const block = text.search(ENCODED_BLOCK);
  if (block >= 0) refuse("encoded-block", at + block);
}

/** As `verifyText`, with one byte order mark allowed in front: Japanese Excel reads a CSV without it as CP932. */
export function verifyTextFile(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes, 0);
  const marked = text.charCodeAt(0) === BYTE_ORDER_MARK;
  return verifyText(marked ? bytes.subarray(3) : bytes, marked ? 3 : 0);
}

/** Text of one line: a decoded header or a file name. */
export function requireLineText(text: string, at: number): void {
  requireAllowed(text, at);
  if (BREAKS.test(text)) refuse("code-point", at);
}

export function decodeUtf8(bytes: Uint8Array, at: number): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      bytes,
    );
  } catch {
    refuse("utf8", at);
  }
}

function requireAllowed(text: string, at: number): void {
  if (!hasDoubtful(text)) return;
  const odd = text.search(FORBIDDEN);
  if (odd >= 0) refuse("code-point", at + odd);
  const lone = text.search(LONE_SELECTOR);
  if (lone >= 0) refuse("code-point", at + lone);
}

function hasDoubtful(text: string): boolean {
  for (let at = 0; at < text.length; at += 1)
    if (DOUBTFUL[text.charCodeAt(at)] === 1) return true;
  return false;
}
