/**
 * Words of a mail that may be the password of another one: how Japanese offices write them (「パスワードは下記のとおりです」
 * and a line of its own, 「PW：…」, full-width letters). They stay in memory, are tried and forgotten.
 */

export const MAX_CANDIDATES = 20;
const MIN_CHARACTERS = 3;
const MAX_CHARACTERS = 64;
/** Of the text; a mail that brings a password is short. */
const MAX_TEXT_CHARACTERS = 32 * 1024;
const MAX_LINES = 400;
/** Lines behind a keyword that may hold it, blank ones not counted. */
const LINES_BEHIND = 3;

const KEYWORD =
  /パスワード|パスフレーズ|パスコード|解凍キー|暗証|解凍用|開封用|合言葉|password|passphrase|passcode|passwd|(?<![a-z0-9])(?:pw|pass|pwd)(?![a-z0-9])/i;

export function mentionsPassword(texts: Iterable<string>): boolean {
  for (const text of texts)
    if (KEYWORD.test(text.slice(0, MAX_TEXT_CHARACTERS).normalize("NFKC")))
      return true;
  return false;
}

/** The likeliest first: named in its line, then alone in a line behind the name, then alone in any line. */
export function passwordCandidates(texts: Iterable<string>): readonly string[] {
  const named: string[] = [];
  const behind: string[] = [];
  const alone: string[] = [];
  for (const text of texts) {
    const lines = text
      .slice(0, MAX_TEXT_CHARACTERS)
      .split(/\r?\n/, MAX_LINES)
      .map((line) => line.trim())
      .filter((line) => line !== "");
    // Without the word, words are words.
    if (!lines.some((line) => KEYWORD.test(line.normalize("NFKC")))) continue;
    let since = Number.POSITIVE_INFINITY;
    for (const line of lines) {
      const hasKeyword = KEYWORD.test(line.normalize("NFKC"));
      if (hasKeyword) named.push(...valuesIn(line));
      since = hasKeyword ? 0 : since + 1;
      const single = bare(line);
      if (hasKeyword || /\s/.test(single)) continue;
      (since <= LINES_BEHIND ? behind : alone).push(single);
      // 「 PW2026 」 in brackets or behind a mark of lists.
      behind.push(...(since <= LINES_BEHIND ? bracketed(line) : []));
    }
  }
  return [...new Set([...named, ...behind, ...alone].flatMap(forms))].slice(
    0,
    MAX_CANDIDATES,
  );
}

const BRACKETS =
  /[「『【[（("'“‘<＜［《〈](.{1,80}?)[」』】\]）)"'”’>＞］》〉]/g;
/** A colon or an arrow, or the topic particle, between the name and the word. */
const VALUE =
  /^.{0,120}?(?:パスワード|パスフレーズ|パスコード|解凍キー|暗証番号|合言葉|password|passphrase|passcode|passwd|(?<![a-z0-9])(?:pw|pass|pwd)(?![a-z0-9]))[^:=→⇒は「『【[（("]{0,20}?\s*(?:[:=→⇒]|は、?|\sis\s|\s)\s*(.{1,100})$/i;

function valuesIn(line: string): string[] {
  // The forms of signs are folded to find the place; the word itself is kept as it was written, too.
  const folded = line.normalize("NFKC");
  const value = VALUE.exec(folded)?.[1] ?? "";
  const start = line.length - value.length;
  const raw =
    folded.length === line.length && value !== "" ? line.slice(start) : value;
  const words = [raw, value].flatMap((one) => [
    ...bracketed(one),
    bare(one),
    bare(one.split(/\s/, 1)[0] ?? ""),
  ]);
  return [...bracketed(line), ...words];
}

function bracketed(line: string): string[] {
  return [...line.matchAll(BRACKETS)].map(([, inside = ""]) => inside.trim());
}

const LIST_MARK = /^[・●■□◆◇*▼▽※>＞\-–—→⇒]+\s*/;
const ENDING =
  /(?:です|になります|でございます|となります|となっております)?[。．、,]*$/;

/** Without what stands around it in a sentence. */
function bare(line: string): string {
  return line
    .trim()
    .replace(LIST_MARK, "")
    .replace(ENDING, "")
    .trim()
    .replace(/^[「『【["'“]+|[」』】\]"'”]+$/g, "")
    .trim();
}

/** Typed by hand it is often full-width in the mail and half-width in the archive. */
function forms(word: string): string[] {
  return [word, word.normalize("NFKC")].filter(
    (form) =>
      form.length >= MIN_CHARACTERS &&
      form.length <= MAX_CHARACTERS &&
      !SENTENCE.test(form),
  );
}

/** Japanese sentences are no passwords; a word of kana or kanji may be. */
const SENTENCE =
  /[。、]|(?:ください|ました|します|ません|とおり|通り|下記|以下|別途|ご確認)/;
