import type { PdfEntries, PdfValue } from "./pdf-syntax.ts";
import { refuse } from "./refuse.ts";

/** Questions to a parsed object; any other answer is refused. `at` is where the object stands. */

export function dictionary(
  value: PdfValue | undefined,
  at: number,
): PdfEntries {
  return value?.kind === "dictionary"
    ? value.entries
    : refuse("pdf-dictionary", at);
}

export function array(
  value: PdfValue | undefined,
  at: number,
): readonly PdfValue[] {
  return value?.kind === "array" ? value.items : refuse("pdf-dictionary", at);
}

/** These keys, all of them and no other. */
export function requireKeys(
  entries: PdfEntries,
  keys: readonly string[],
  at: number,
): void {
  const same =
    entries.size === keys.length && keys.every((key) => entries.has(key));
  if (!same) refuse("pdf-dictionary", at);
}

export function requireName<Name extends string>(
  entries: PdfEntries,
  key: string,
  allowed: readonly Name[],
  at: number,
): Name {
  const value = entries.get(key);
  const name =
    value?.kind === "name"
      ? allowed.find((one) => one === value.name)
      : undefined;
  return name ?? refuse("pdf-dictionary", at);
}

export function requireInteger(
  entries: PdfEntries,
  key: string,
  limit: { readonly at: number; readonly equals?: number },
): number {
  const value = entries.get(key);
  if (value?.kind !== "number" || !Number.isInteger(value.value))
    refuse("pdf-dictionary", limit.at);
  if (limit.equals !== undefined && value.value !== limit.equals)
    refuse("pdf-dictionary", limit.at);
  return value.value;
}
