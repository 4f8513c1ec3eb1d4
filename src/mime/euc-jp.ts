/**
 * EUC-JP with what eucJP-ms adds. TextDecoder has NEC row 13, the NEC-selected IBM characters and JIS X 0212, but neither
 * the 外字 rows (F5A1–FEFE, 8FF5A1–8FFEFE) nor the IBM characters that Windows and Samba write at 8FF3F3–8FF4FE (髙 among
 * them); iconv-lite and encoding-japanese have none of the three. So those few are filled in here.
 */
const EUC_JP = new TextDecoder("euc-jp");

/** 8FF3F3–8FF3FE, then 8FF4A1–8FF4FE, in order (JIS X 0212 rows 83 and 84 of eucJP-ms). */
const IBM_EXTENSIONS =
  "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻仼僴凬匇匤﨎咊坙﨏塚增寬峵嵓﨑德悅愠敎昻晥晴朗栁﨓﨔橫櫢淸淲瀨凞猪甁皂皞益礰礼神祥福竧靖精綠緖羽荢﨟薰蘒﨡蠇諸譿賴赶﨣﨤逸郞都鄕﨧﨨閒隆﨩霻靍靑飯飼館馞髙魲鶴黑";

const PRIVATE_ROWS = 10;

export function decodeEucJp(bytes: Uint8Array): string {
  const text: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) continue;
    const three = byte === 0x8f;
    const high = three ? (bytes[at + 1] ?? 0) : byte;
    const low = bytes[at + (three ? 2 : 1)] ?? 0;
    const added =
      high >= 0xf3 && high !== 0xff ? addedCharacter(high, low, three) : null;
    if (added !== null) {
      if (at > from) text.push(EUC_JP.decode(bytes.subarray(from, at)));
      text.push(added);
      at += three ? 2 : 1;
      from = at + 1;
    } else if (low >= 0x80) at += three ? 2 : 1;
  }
  if (from === 0) return EUC_JP.decode(bytes);
  text.push(EUC_JP.decode(bytes.subarray(from)));
  return text.join("");
}

function addedCharacter(
  high: number,
  low: number,
  three: boolean,
): string | null {
  if (low < 0xa1 || low > 0xfe) return null;
  if (high >= 0xf5) {
    const row = high - 0xf5 + (three ? PRIVATE_ROWS : 0);
    return String.fromCharCode(0xe000 + row * 94 + (low - 0xa1));
  }
  if (!three) return null;
  const index = high === 0xf3 ? low - 0xf3 : 12 + (low - 0xa1);
  return index < 0 ? null : (IBM_EXTENSIONS[index] ?? null);
}
