import type { Ledger } from "../core/ledger.ts";

/**
 * Who wants to know how the record is asks for the janitor's last word on it: it alone recomputes the chain, once a day. The
 * first entry that is not as it was written; null when the last proof held, or none was made yet.
 */
export async function recordBrokenAt(
  ledger: Pick<Ledger, "entries">,
): Promise<number | null> {
  const [broken, proven] = await Promise.all([
    lastOf(ledger, "record-broken"),
    lastOf(ledger, "record-checkpoint"),
  ]);
  if (broken === null || broken.seq < (proven?.seq ?? 0)) return null;
  return Number(broken.facts["brokenAt"]);
}

async function lastOf(ledger: Pick<Ledger, "entries">, act: string) {
  const { entries } = await ledger.entries({
    ...{ actor: "janitor", act, peopleOnly: true, after: null, limit: 1 },
  });
  return entries[0] ?? null;
}
