import type { PdfEntries, PdfValue } from "./pdf-syntax.ts";
import { refuse } from "./refuse.ts";

/** Questions to a parsed dictionary; any other answer is refused. `at` is where the object stands. */

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

export function requireKeys(
  entries: PdfEntries,
  required: readonly string[],
  optional: readonly string[],
  at: number,
): void {
  const missing = required.some((key) => !entries.has(key));
  const odd = [...entries.keys()].some(
    (key) => !required.includes(key) && !optional.includes(key),
  );
  if (missing || odd) refuse("pdf-dictionary", at);
}

export function requireName(
  entries: PdfEntries,
  key: string,
  allowed: readonly string[],
  at: number,
): string {
  const value = entries.get(key);
  return value?.kind === "name" && allowed.includes(value.name)
    ? value.name
    : refuse("pdf-dictionary", at);
}

export function requireInteger(
  entries: PdfEntries,
  key: string,
  limit: { readonly at: number; readonly equals?: number },
): number {
  const value = entries.get(key);
  const integer =
    value?.kind === "number" && Number.isInteger(value.value)
      ? value.value
      : refuse("pdf-dictionary", limit.at);
  if (limit.equals !== undefined && integer !== limit.equals)
    refuse("pdf-dictionary", limit.at);
  return integer;
}
