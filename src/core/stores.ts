import type { Content, UntrustedContent } from "./content.ts";
import type { ItemId } from "./id.ts";
import type { ClearedMessage, Manifest, SealedMessage } from "./message.ts";

/** Accepted originals as files named by item id. */
export interface Spool {
  /**
   * Streams a new original in. Resolves when file and folder are durable (fsync, rename, fsync).
   * On any error nothing is left behind. Faults: STORE_FULL, STORE_FAILED, and whatever `source` throws.
   */
  write(
    item: ItemId,
    source: AsyncIterable<Uint8Array>,
  ): Promise<UntrustedContent>;
  /** Null when there is no such original. */
  read(item: ItemId): Promise<UntrustedContent | null>;
  remove(item: ItemId): Promise<void>;
  /** Everything that lies here, in no order; for the janitor. */
  list(): AsyncIterable<ItemId>;
  /** Removes half-written files; returns how many. Called once at start. */
  sweep(): Promise<number>;
}

/** Held originals, encrypted at rest. */
export interface Vault {
  /** Durable when it resolves; the same item may be put again. */
  put(item: ItemId, original: UntrustedContent): Promise<void>;
  /** Null when absent; STORE_DAMAGED when the bytes do not prove themselves. */
  read(item: ItemId): Promise<UntrustedContent | null>;
  remove(item: ItemId): Promise<void>;
  list(): AsyncIterable<ItemId>;
}

/** Cleared mails with their signed manifest, waiting for the courier. */
export interface Outbox {
  /** Commit B's file half: durable when it resolves. */
  put(
    message: ClearedMessage,
    manifest: Omit<Manifest, "bytes" | "sha256">,
  ): Promise<void>;
  /** Null when absent; SEAL_BROKEN when signature or hash fail. */
  read(item: ItemId): Promise<SealedMessage | null>;
  remove(item: ItemId): Promise<void>;
  list(): AsyncIterable<ItemId>;
}

/** Collects pieces into one content. Pieces must not be changed after they were added. */
export interface Holder {
  readonly bytes: number;
  /** Await what it returns before adding more: that is the backpressure. Faults: STORE_FULL, STORE_FAILED. */
  add(piece: Uint8Array): Promise<void> | undefined;
  finish(): Promise<Content>;
}

/** Scratch space of one item while it is on the line. */
export interface Workspace {
  hold(): Holder;
  /** Removes everything; contents made here are gone with it. */
  dispose(): Promise<void>;
}
