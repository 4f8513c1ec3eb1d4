/** Words that guessing programs begin with, also in romaji; compared after look-alike signs became letters. */
const COMMON_WORDS: readonly string[] = [
  ...["password", "passwort", "passw", "pass", "word", "qwerty", "asdfgh"],
  ...["zxcvbn", "admin", "administrator", "root", "user", "login", "signin"],
  ...["welcome", "letmein", "master", "secret", "test", "demo", "guest"],
  ...["default", "changeme", "change", "iloveyou", "sunshine", "princess"],
  ...["football", "baseball", "dragon", "monkey", "shadow", "superman"],
  ...["batman", "trustno", "michael", "hello", "freedom", "whatever"],
  ...["sekisho", "gateway", "security", "system", "server", "console"],
  ...["tokyo", "nippon", "japan", "sakura", "arigatou", "konnichiwa"],
  ...["himitsu", "aikotoba", "kanri", "kanrisha", "shiyakusho", "yakuba"],
  ...["kencho", "soumu", "jouhou", "lgwan", "chihou", "jichitai", "spring"],
  ...["summer", "autumn", "winter", "januari", "january", "february"],
  ...["march", "april", "june", "july", "august", "september", "october"],
  ...["november", "december", "heisei", "reiwa", "showa"],
];

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "@": "a",
  $: "s",
  "!": "i",
};

/** Rows that fingers and heads run along. */
const ROWS: readonly string[] = [
  "0123456789012345678901234567890",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
  "qazwsxedcrfvtgbyhnujmikolp",
];
/** What people hang on when they are asked for more: years, signs. */
const DECORATION = /(?:19|20)\d\d|[^\p{L}\p{N}]/gu;
/** With fewer characters of one's own, what is left is quickly tried. */
const MIN_OWN_CHARACTERS = 6;
const MIN_RUN_CHARACTERS = 4;
const MIN_DIFFERENT_CHARACTERS = 5;

/**
 * Whether little is left of a password when common words, the person's names, runs along rows and repetitions are taken away.
 * `names` are those of account and person.
 */
export function guessable(password: string, names: readonly string[]): boolean {
  const plain = password.normalize("NFKC").toLowerCase();
  if (new Set(plain).size < MIN_DIFFERENT_CHARACTERS) return true;
  const words = [...COMMON_WORDS, ...wordsOf(names)];
  const rest = withoutWords(plain, words).replace(DECORATION, "");
  const own = withoutRepetition(withoutRuns(rest));
  return own.length < MIN_OWN_CHARACTERS;
}

function wordsOf(names: readonly string[]): readonly string[] {
  return names
    .flatMap((name) =>
      name
        .normalize("NFKC")
        .toLowerCase()
        .split(/[\s._-]+/),
    )
    .filter((word) => word.length >= 3);
}

/** Look-alikes are of one length with what they stand for, so places in both texts are the same. */
function withoutWords(plain: string, words: readonly string[]): string {
  const letters = [...plain].map((one) => LOOK_ALIKES[one] ?? one).join("");
  const gone = new Set<number>();
  for (const text of [plain, letters])
    for (const word of words)
      for (
        let at = text.indexOf(word);
        at !== -1;
        at = text.indexOf(word, at + 1)
      )
        for (let place = at; place < at + word.length; place += 1)
          gone.add(place);
  return [...plain].filter((_, at) => !gone.has(at)).join("");
}

function withoutRuns(text: string): string {
  const rows = ROWS.flatMap((row) => [row, [...row].reverse().join("")]);
  let rest = text;
  for (let at = 0; at < rest.length;) {
    let length = 0;
    for (const row of rows) length = Math.max(length, runAt(rest, at, row));
    if (length < MIN_RUN_CHARACTERS) at += 1;
    else rest = rest.slice(0, at) + rest.slice(at + length);
  }
  return rest;
}

function runAt(text: string, at: number, row: string): number {
  let length = 0;
  while (
    at + length < text.length &&
    row.includes(text.slice(at, at + length + 1))
  )
    length += 1;
  return length;
}

/** `abcabcabc` is as good as `abc`. */
function withoutRepetition(text: string): string {
  for (let period = 1; period <= text.length / 2; period += 1)
    if (
      text ===
      text
        .slice(0, period)
        .repeat(Math.ceil(text.length / period))
        .slice(0, text.length)
    )
      return text.slice(0, period);
  return text;
}
