/** Names of members: bytes of a charset that most archives do not tell. */
import {
  readAsEucJp,
  readAsShiftJis,
} from "../../../src/mime/charset-guess.ts";

const MAX_NAME_CHARACTERS = 400;

/** Decoded where the archive says how, else as they stand. */
export type RawName = string | Uint8Array;

/** One charset for all names of an archive, because one machine wrote them; a name alone is too short to tell. */
export function decodeNames(names: readonly RawName[]): string[] {
  const raw = names.filter((name) => typeof name !== "string");
  const decoder = new TextDecoder(charsetOf(Buffer.concat(raw)));
  return names.map((name) => {
    const text = typeof name === "string" ? name : decoder.decode(name);
    return lastCharacters(text);
  });
}

function charsetOf(names: Uint8Array): string {
  if (isUtf8(names)) return "utf-8";
  const shiftJis = readAsShiftJis(names);
  const eucJp = readAsEucJp(names);
  if (shiftJis.errors > 0 && eucJp.errors > 0 && isValid("gbk", names))
    return "gbk";
  return eucJp.errors === 0 && eucJp.score > shiftJis.score
    ? "euc-jp"
    : "shift_jis";
}

export function isUtf8(bytes: Uint8Array): boolean {
  return isValid("utf-8", bytes);
}

function isValid(charset: string, bytes: Uint8Array): boolean {
  try {
    new TextDecoder(charset, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** The name proper stands at the end of a path. */
function lastCharacters(name: string): string {
  const characters = [...name];
  return characters.length <= MAX_NAME_CHARACTERS
    ? name
    : characters.slice(-MAX_NAME_CHARACTERS).join("");
}
