/**
 * ISO-2022-JP and its kin (RFC 1468, 1554; CP50220/1; ISO-2022-JP-MS) by a state machine of our own, because the ready
 * decoders each lose something that Japanese mail really holds (tried byte by byte):
 *
 * |                                   | TextDecoder | encoding-japanese | here              |
 * | NEC row 13 ①, IBM 髙 in ESC $ B   | yes         | yes               | yes               |
 * | JIS X 0212, ESC $ ( D             | U+FFFD      | yes               | yes               |
 * | no escape back before a line end  | yes         | mojibake          | yes               |
 * | blank or junk inside a kanji run  | U+FFFD      | mojibake to the end | the blank, goes on |
 * | bare 8-bit or SO/SI kana          | U+FFFD      | lone surrogates   | yes               |
 * | 0x5C in JIS X 0201 Roman          | ¥           | \                 | \ as in CP932     |
 * | 外字 rows 95–114                   | U+FFFD      | ?                 | private use       |
 *
 * Everything is first written as CP932 bytes, where rows 1–120, kana and stray 8-bit Shift_JIS all have a place, so that
 * one native call decodes a whole text; the few other sets are decoded as pieces in between.
 */
const SHIFT_JIS = new TextDecoder("shift_jis");

type Set =
  | "ascii"
  | "kana"
  | "jis0208"
  | "jis0212"
  | "private"
  | "gb2312"
  | "ksc"
  | "unknown";

/** What stands after ESC. Longest first. */
const ESCAPES: readonly (readonly [string, Set])[] = [
  ["$(D", "jis0212"],
  ["$(B", "jis0208"],
  ["$(@", "jis0208"],
  ["$(O", "jis0208"],
  ["$(Q", "jis0208"],
  ["$(P", "unknown"],
  ["$(?", "private"],
  ["$(C", "ksc"],
  ["$(A", "gb2312"],
  ["$@", "jis0208"],
  ["$B", "jis0208"],
  ["$A", "gb2312"],
  ["(B", "ascii"],
  ["(J", "ascii"],
  ["(H", "ascii"],
  ["(I", "kana"],
];

const OTHER_SETS = {
  jis0212: { decoder: new TextDecoder("euc-jp"), prefix: [0x8f] },
  gb2312: { decoder: new TextDecoder("gb18030"), prefix: [] },
  ksc: { decoder: new TextDecoder("euc-kr"), prefix: [] },
} as const;

const ESC = 0x1b;
const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;

export function decodeIso2022Jp(bytes: Uint8Array): string {
  // Two bytes of JIS make two of CP932; a lone byte may become the two of a geta mark's stand-in below.
  const cp932 = new Uint8Array(bytes.length * 2);
  let used = 0;
  let text = "";
  let set: Set = "ascii";
  const flush = (): void => {
    if (used > 0) text += SHIFT_JIS.decode(cp932.subarray(0, used));
    used = 0;
  };

  for (let at = 0; at < bytes.length; at++) {
    // Nearly all of a text: whole characters of JIS X 0208 one after the other, or ASCII.
    if (set === "jis0208") {
      const run = putRun(bytes, at, cp932, used);
      used += run;
      at += run;
      if (at >= bytes.length) break;
    } else if (set === "ascii") {
      const end = asciiEnd(bytes, at);
      if (end > at) {
        cp932.set(bytes.subarray(at, end), used);
        used += end - at;
        at = end;
        if (at >= bytes.length) break;
      }
    }
    const byte = bytes[at] ?? 0;
    if (byte === ESC) {
      const escape = escapeAt(bytes, at + 1);
      if (escape !== null) {
        set = escape.set;
        at += escape.length;
        continue;
      }
    }
    if (byte === SHIFT_OUT || byte === SHIFT_IN) {
      set = byte === SHIFT_OUT ? "kana" : "ascii";
      continue;
    }
    // RFC 1468: a line ends in ASCII. Senders that forget the escape back mean it.
    if (byte === 0x0a || byte === 0x0d) set = "ascii";
    if (byte <= 0x20 || byte >= 0x7f || set === "ascii") {
      // Rows above 94 of CP50220 begin with 0x7F and higher; they are told from stray 8-bit by what follows.
      if (set === "jis0208" && byte >= 0x7f && byte <= 0x92) {
        const low = bytes[at + 1] ?? 0;
        if (low >= 0x21 && low <= 0x7e) {
          used = putJis(cp932, used, byte, low);
          at++;
          continue;
        }
      }
      cp932[used++] = byte;
      continue;
    }
    if (set === "kana") {
      cp932[used++] = byte <= 0x5f ? byte | 0x80 : byte;
      continue;
    }
    const low = bytes[at + 1] ?? 0;
    if (low < 0x21 || low > 0x7e) {
      flush();
      text += "\uFFFD";
      continue;
    }
    at++;
    if (set === "jis0208") used = putJis(cp932, used, byte, low);
    else if (set === "private") used = putJis(cp932, used, byte + 94, low);
    else {
      flush();
      text += decodeOther(set, byte, low);
    }
  }
  flush();
  return text;
}

function escapeAt(
  bytes: Uint8Array,
  at: number,
): { set: Set; length: number } | null {
  for (const [letters, set] of ESCAPES) {
    let same = 0;
    while (
      same < letters.length &&
      bytes[at + same] === letters.charCodeAt(same)
    )
      same++;
    if (same === letters.length) return { set, length: same };
  }
  // ESC & @ only announces the 1990 revision; the real escape follows.
  if (bytes[at] === 0x26 && bytes[at + 1] === 0x40)
    return { set: "ascii", length: 2 };
  return null;
}

/** By the first byte of a JIS character, and by its second where the row is even or odd; zero where none stands. */
const LEAD = new Uint8Array(256);
const TRAIL_EVEN = new Uint8Array(256);
const TRAIL_ODD = new Uint8Array(256);
for (let byte = 0x21; byte <= 0x7e; byte++) {
  const pair = new Uint8Array(2);
  putJis(pair, 0, byte, 0x21);
  LEAD[byte] = pair[0] ?? 0;
  putJis(pair, 0, 0x21, byte);
  TRAIL_EVEN[byte] = pair[1] ?? 0;
  putJis(pair, 0, 0x22, byte);
  TRAIL_ODD[byte] = pair[1] ?? 0;
}

/** Writes the characters that stand whole from `at` on; returns how many bytes they took, in and out. */
function putRun(
  bytes: Uint8Array,
  at: number,
  cp932: Uint8Array,
  used: number,
): number {
  let run = 0;
  for (; at + run + 1 < bytes.length; run += 2) {
    const high = bytes[at + run] as number;
    const low = bytes[at + run + 1] as number;
    const lead = LEAD[high] as number;
    // Rows are counted from the byte 0x21: an odd byte begins an even row.
    const trail = (
      (high & 1) === 1 ? TRAIL_EVEN[low] : TRAIL_ODD[low]
    ) as number;
    if (lead === 0 || trail === 0) break;
    cp932[used + run] = lead;
    cp932[used + run + 1] = trail;
  }
  return run;
}

function asciiEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === ESC || byte === SHIFT_OUT || byte === SHIFT_IN) break;
  }
  return at;
}

/** Row and cell of JIS (from 0x21) to the two bytes of CP932; rows 95–114 are its 外字. */
function putJis(
  cp932: Uint8Array,
  used: number,
  high: number,
  low: number,
): number {
  const row = high - 0x21;
  const lead = (row >> 1) + (row < 62 ? 0x81 : 0xc1);
  const cell = low - 0x21;
  cp932[used] = lead;
  cp932[used + 1] =
    (row & 1) === 1 ? cell + 0x9f : cell + (cell < 63 ? 0x40 : 0x41);
  return used + 2;
}

function decodeOther(
  set: Exclude<Set, "ascii" | "kana" | "jis0208" | "private">,
  high: number,
  low: number,
): string {
  if (set === "unknown") return "\uFFFD";
  const { decoder, prefix } = OTHER_SETS[set];
  return decoder.decode(Uint8Array.from([...prefix, high | 0x80, low | 0x80]));
}

/** True when an escape of this family stands in the bytes. */
export function hasJapaneseEscape(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(ESC); at >= 0; at = bytes.indexOf(ESC, at + 1)) {
    if (escapeAt(bytes, at + 1) !== null) return true;
  }
  return false;
}

/** Some relays strip ESC. Puts it back where a kanji run still shows both its ends; null when there is none. */
export function restoreLostEscapes(bytes: Uint8Array): Uint8Array | null {
  const text = Buffer.from(
    bytes.buffer,
    bytes.byteOffset,
    bytes.byteLength,
  ).toString("latin1");
  const restored = text.replace(
    /\$([@B])((?:(?!\([BJ])[\x21-\x7e]{2}){1,400})\(([BJ])/g,
    "\x1b$$$1$2\x1b($3",
  );
  return restored === text ? null : Buffer.from(restored, "latin1");
}
