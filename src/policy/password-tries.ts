import type { AuditRecord } from "../core/quarantine.ts";

/** On record before a password is tried, so that no fall gives a try away; and after it, when there was no place to try it. */
export const TRIED = "password-tried";
export const NOT_TRIED = "password-not-tried";
export const TRY_ACTS: readonly string[] = [TRIED, NOT_TRIED];

/** Those that count, of entries told oldest first: what was not tried takes back the newest one before it. */
export function countedTries(
  entries: readonly AuditRecord[],
): readonly AuditRecord[] {
  const counted: AuditRecord[] = [];
  for (const entry of entries)
    if (entry.act === TRIED) counted.push(entry);
    else if (entry.act === NOT_TRIED) counted.pop();
  return counted;
}
