import type { Content, UntrustedContent } from "../core/content.ts";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { ItemId } from "../core/id.ts";
import type { Spool } from "../core/stores.ts";
import { ifPresent, onDisk } from "./disk-fault.ts";
import {
  Measure,
  memoryContent,
  READ_CHUNK_BYTES,
  readStretch,
} from "./file-content.ts";
import { close, fstat, open, READ_FLAGS, readAll } from "./file-calls.ts";
import { freeSpaceGuard, roomOf } from "./free-space.ts";
import { openItemFiles } from "./item-files.ts";

export interface SpoolOptions {
  /** Twice this much must be free before a mail is taken. Default: that of `DEFAULT_LIMITS`. */
  readonly maxMessageBytes?: number;
  /** And at least this much. */
  readonly minFreeBytes?: number;
  /** Empty files made ahead, for whoever writes many. Default 0. */
  readonly spareFiles?: number;
}

/**
 * Accepted originals as `<folder>/<item>.eml`; half ones stand in `<folder>/incoming` and are never read.
 * One folder without shards: names are found by hash, and one folder means one fsync for all who wait.
 */
export async function createSpool(
  folder: string,
  options: SpoolOptions = {},
): Promise<Spool> {
  const files = await openItemFiles(folder, "eml", options.spareFiles);
  const maxMessageBytes =
    options.maxMessageBytes ?? DEFAULT_LIMITS.maxMessageBytes;
  const minFreeBytes = Math.max(2 * maxMessageBytes, options.minFreeBytes ?? 0);
  const refuseWhenFull = freeSpaceGuard(minFreeBytes, () => roomOf(folder));

  return {
    async write(item, source) {
      await refuseWhenFull();
      const measure = new Measure();
      await files.write(item, measure.through(source));
      return untrusted(
        stretch(files.path(item), measure.bytes, measure.sha256),
      );
    },
    async read(item: ItemId) {
      return ifPresent("open", readOriginal(files.path(item)));
    },
    remove: (item) => files.remove(item),
    list: () => files.list(),
    sweep: () => files.sweep(0),
  };
}

/** Hashes what is there now: the ledger knows what it was, and whoever reads compares the two. */
async function readOriginal(path: string): Promise<UntrustedContent> {
  const fd = await open(path, READ_FLAGS);
  try {
    const { size } = await onDisk("stat", fstat(fd));
    const measure = new Measure();
    if (size > READ_CHUNK_BYTES) {
      await measure.drain(stretch(path, size).open());
      return untrusted(stretch(path, size, measure.sha256));
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    const got = await onDisk("read", readAll(fd, bytes, 0));
    measure.update(bytes.subarray(0, got));
    return untrusted(memoryContent(bytes.subarray(0, got), measure.sha256));
  } finally {
    await close(fd).catch(() => undefined);
  }
}

function stretch(path: string, bytes: number, sha256 = ""): Content {
  return {
    bytes,
    sha256,
    open: () => readStretch({ path, from: 0, bytes, ifShort: "STORE_DAMAGED" }),
  };
}

/** All that comes out of the spool is the sender's. */
function untrusted(content: Content): UntrustedContent {
  return content as UntrustedContent;
}
