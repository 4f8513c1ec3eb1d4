import type { Cursor } from "./lines.ts";
import { takeLine } from "./lines.ts";
import { refuse } from "./refuse.ts";

/** A whole header block; a mail to a hundred recipients with Japanese names takes about 20 KiB. */
const MAX_HEADER_BYTES = 256 * 1024;
const FIELD = /^([A-Za-z-]+): (\S.*)$/;

/** One field, unfolded (RFC 5322 §2.2.3): the CRLF is gone, the blank behind it stays. */
export interface Field {
  readonly value: string;
  readonly at: number;
}

/** Names in the one spelling that is allowed. */
export type Fields = ReadonlyMap<string, Field>;

/** Reads up to and with the empty line. Names outside `allowed`, repeated names and blank-only lines are refused. */
export function takeHeader(
  cursor: Cursor,
  allowed: ReadonlySet<string>,
): Fields {
  const fields = new Map<string, Field>();
  const begin = cursor.at;
  let last: string | null = null;
  for (;;) {
    const at = cursor.at;
    const line = takeLine(cursor);
    if (cursor.at - begin > MAX_HEADER_BYTES) refuse("header-size", at);
    if (line === "") return fields;
    requireNoOuterBlank(line, at);
    if (line.startsWith(" ")) {
      last = last ?? refuse("header-form", at);
      const begun = fields.get(last)!;
      fields.set(last, { value: begun.value + line, at: begun.at });
      continue;
    }
    const [, name, value] = FIELD.exec(line) ?? refuse("header-form", at);
    if (!allowed.has(name!)) refuse("header-name", at);
    if (fields.has(name!)) refuse("header-twice", at);
    fields.set(name!, { value: value!, at });
    last = name!;
  }
}

/** A line that ends in a blank, or holds nothing else, looks empty to one reader and not to the next. TAB folds likewise. */
function requireNoOuterBlank(line: string, at: number): void {
  if (line.endsWith(" ") || line.includes("\t") || line.startsWith("  "))
    refuse("header-blank", at);
}

export function requireField(fields: Fields, name: string, at: number): Field {
  return fields.get(name) ?? refuse("header-missing", at);
}

/** For fields with one allowed value, or a few. */
export function requireValue(
  fields: Fields,
  name: string,
  options: {
    readonly shape: RegExp;
    readonly rule: Parameters<typeof refuse>[0];
  },
): string {
  const { value, at } = fields.get(name) ?? refuse("header-missing", 0);
  return options.shape.test(value) ? value : refuse(options.rule, at);
}
