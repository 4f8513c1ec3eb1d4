import type { Hands } from "../core/account.ts";

/** What takes two people is done by two accounts: whether those can be in one person's hands. */

export type OnePerson =
  /** Whoever issued a link could have used it, and have both accounts. */
  | "same-hands"
  /** One of them was set up after the request: who asked or was meant to decide may be somebody else now. */
  | "new-credentials";

export interface Holder {
  readonly name: string;
  readonly hands: Hands;
}

/** Null: nobody but the machine's owner can have both. `since` (epoch ms): when the first one asked. */
export function againstTwoPersons(
  first: Holder,
  second: Holder,
  since: number,
): OnePerson | null {
  const [all, others] = [first, second].map(({ name, hands }) => [
    ...[name, ...hands.issuers],
  ]) as [string[], string[]];
  if (all.some((name) => others.includes(name))) return "same-hands";
  const isNew = [first, second].some(({ hands }) => hands.setUpAt > since);
  return isNew ? "new-credentials" : null;
}
