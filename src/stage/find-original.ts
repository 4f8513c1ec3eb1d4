import type { UntrustedContent } from "../core/content.ts";
import type { ItemRecord, Spool, Vault } from "../core/ports.ts";

export interface OriginalPlaces {
  readonly spool: Pick<Spool, "read">;
  readonly vault: Pick<Vault, "read">;
}

/** The bytes that an item came as, or, of parts that were released, those of the mail that they are of; null when they are gone. */
export async function findOriginal(
  { spool, vault }: OriginalPlaces,
  { id, parent }: Pick<ItemRecord, "id" | "parent">,
): Promise<UntrustedContent | null> {
  const source = parent ?? id;
  return (
    (await spool.read(id)) ??
    (await vault.read(id)) ??
    (await vault.read(source)) ??
    (await spool.read(source))
  );
}
