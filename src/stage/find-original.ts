import type { UntrustedContent } from "../core/content.ts";
import type { ItemId } from "../core/id.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Spool, Vault } from "../core/stores.ts";

export interface OriginalPlaces {
  readonly spool: Pick<Spool, "read">;
  readonly vault: Pick<Vault, "read">;
}

type Made = Pick<ItemRecord, "id" | "parent" | "source">;

/** The bytes that an item came as, or those of the mail that it is made of; null when they are gone. */
export async function findOriginal(
  { spool, vault }: OriginalPlaces,
  item: Made,
): Promise<UntrustedContent | null> {
  // Gateways of earlier versions kept one under each item that was held.
  for (const place of new Set([item.id, sourceOf(item), item.parent])) {
    if (place === null) continue;
    const found = (await spool.read(place)) ?? (await vault.read(place));
    if (found !== null) return found;
  }
  return null;
}

/** Durable in the vault, once, whatever is made of it: under the mail that came with it. */
export async function keepOriginal(
  { vault }: { readonly vault: Pick<Vault, "read" | "put"> },
  item: Made,
  original: UntrustedContent,
): Promise<void> {
  const place = sourceOf(item);
  if ((await vault.read(place)) === null) await vault.put(place, original);
}

function sourceOf({ id, source }: Made): ItemId {
  return source ?? id;
}
