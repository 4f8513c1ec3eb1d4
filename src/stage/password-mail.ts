/*
NAME       password mail: what a mail says that may be the password of another one
ZONE       airlock
READS      spool or vault (the original of the mail that may say it), ledger
SECURITY   read anew each time it is needed, kept nowhere: the ledger knows which mail, never which word
NOT HERE   what a password looks like (policy/password-candidates), trying it (try-passwords)
*/
import type { ItemId } from "../core/id.ts";
import type { Limits } from "../core/limits.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Workspace } from "../core/stores.ts";
import { chooseBody } from "../policy/body.ts";
import { passwordCandidates } from "../policy/password-candidates.ts";
import { findOriginal, type OriginalPlaces } from "./find-original.ts";
import { inspect } from "./inspect.ts";
import { readText } from "./read-text.ts";

export interface PasswordMailPlace extends OriginalPlaces {
  readonly ledger: Pick<Ledger, "item">;
  readonly workspace: Workspace;
  readonly limits: Limits;
}

/** None where the original is gone. */
export async function passwordsIn(
  item: ItemId,
  place: PasswordMailPlace,
): Promise<readonly string[]> {
  const { workspace, limits } = place;
  const record = await place.ledger.item(item);
  const original = record === null ? null : await findOriginal(place, record);
  if (original === null) return [];
  // What is attached to it is nobody's password.
  const unpack = async () => nothing();
  const tree = await inspect(original, { limits, workspace, unpack });
  const texts: string[] = [];
  for (const [id, form] of chooseBody(tree).body) {
    const part = tree.parts[id];
    if (part === undefined) continue;
    texts.push((await readText(part, form, { limits, links: "keep" })).text);
  }
  return passwordCandidates(texts);
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}
