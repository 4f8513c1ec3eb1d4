import { hash } from "node:crypto";
import { mkdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";

const MEMORY_FOLDER = "/dev/shm";
/** linux/magic.h */
const TMPFS_MAGIC = 0x01021994;
const OWNER_ONLY = 0o700;

/**
 * Where clamd unpacks. clamd writes each stream to a file and removes it at once; a disk's file system pays for every such file
 * (on ext4 up to half of a scan, measured), and what is hostile need not touch a disk. Memory is taken only where twice
 * `worstCaseBytes` are free; else the folder on disk serves. What an earlier run left is removed.
 */
export async function prepareTemporaryFolder(
  folder: string,
  worstCaseBytes: number,
  memoryFolder = MEMORY_FOLDER,
): Promise<string> {
  const onDisk = join(folder, "tmp");
  // The same name each time, so that a clamd that was killed leaves nothing for ever.
  const name = `sekisho-clamd-${hash("sha256", folder).slice(0, 16)}`;
  const inMemory = join(memoryFolder, name);
  await rm(onDisk, { recursive: true, force: true });
  await rm(inMemory, { recursive: true, force: true }).catch(() => undefined);
  if (await hasRoom(memoryFolder, 2 * worstCaseBytes)) {
    // Anybody may write there: a name that somebody else holds is not used.
    const made = await mkdir(inMemory, { mode: OWNER_ONLY }).then(
      () => true,
      () => false,
    );
    if (made) return inMemory;
  }
  await mkdir(onDisk, { recursive: true, mode: OWNER_ONLY });
  return onDisk;
}

async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  try {
    const { type, bavail, bsize } = await statfs(folder);
    return type === TMPFS_MAGIC && bavail * bsize >= bytes;
  } catch {
    return false;
  }
}
