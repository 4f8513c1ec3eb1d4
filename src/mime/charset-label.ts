/**
 * Charset labels as mail writes them, brought to the few names that `charset.ts` decides with. Everything else goes by the
 * WHATWG label table of `TextDecoder`, then by iconv-lite, which knows some old code pages that the browsers dropped.
 */
const NAMES = new Map<string, string>(
  Object.entries({
    "iso-2022-jp":
      "csiso2022jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 iso-2022-jp-2004 iso-2022-jp-ms cp50220 cp50221 cp50222 jis iso2022jp",
    shift_jis:
      "sjis x-sjis shift-jis shiftjis ms_kanji csshiftjis windows-31j cswindows31j cp932 ms932 x-ms-cp932 windows-932 shift_jisx0213 shift_jis-2004 x-sjis-cp932",
    "euc-jp":
      "eucjp x-euc-jp x-euc ujis cp51932 eucjp-ms eucjpms euc-jp-ms eucjp-win euc-jisx0213 euc-jis-2004 cseucpkdfmtjapanese",
    "utf-8": "utf8 unicode-1-1-utf-8 x-utf-8 utf-8n utf8mb4 cp65001",
    "utf-16": "utf16 ucs-2 iso-10646-ucs-2 unicode csunicode",
    "utf-16le": "utf16le ucs-2le",
    "utf-16be": "utf16be ucs-2be",
    "us-ascii":
      "ascii us ansi_x3.4-1968 ansi_x3.4-1986 iso646-us iso_646.irv:1991 iso-ir-6 csascii 7bit",
    "windows-1252":
      "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1 cp1252 x-cp1252 8bit binary x-unknown unknown unknown-8bit default none",
    gb18030: "gb2312 gbk x-gbk gb_2312-80 cp936 ms936 csgb2312 gb18030 chinese",
    "euc-kr":
      "ks_c_5601-1987 ks_c_5601 ksc5601 korean cp949 ms949 uhc windows-949",
    "hz-gb-2312": "hz hz-gb2312 hzgb2312 cshzgb2312",
    "iso-2022-kr": "csiso2022kr iso2022kr iso2022-kr",
    "utf-7": "utf7 unicode-1-1-utf-7 x-unicode-2-0-utf-7 utf-7-imap",
  }).flatMap(([name, others]): [string, string][] => [
    [name, name],
    ...others.split(" ").map((other): [string, string] => [other, name]),
  ]),
);

/** The name to decide with, lower case; null when nothing was declared. Unknown labels come back as they are. */
export function charsetName(declared: string | null): string | null {
  if (declared === null) return null;
  const label = declared
    .slice(0, 64)
    .toLowerCase()
    .replace(/^[\s"']+|[\s"';]+$/g, "");
  if (label === "") return null;
  return NAMES.get(label) ?? label;
}

/** Said when the sender's program does not know, or does not care: never believed against the bytes. */
export function isWeakClaim(name: string | null): boolean {
  return (
    name === null ||
    name === "us-ascii" ||
    name === "utf-8" ||
    name === "windows-1252" ||
    name === "utf-7" ||
    name.startsWith("utf-16") ||
    name === "iso-2022-jp"
  );
}
