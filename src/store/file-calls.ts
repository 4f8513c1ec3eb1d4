import {
  closeSync,
  constants,
  fstatSync,
  fsync as fsyncCallback,
  open as openCallback,
  openSync,
  read as readCallback,
  readSync,
  write as writeCallback,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { KIB } from "../core/units.ts";

/**
 * Plain descriptors instead of FileHandle: half the objects and promises a call, which shows on 4 kB mails. What the kernel
 * answers from its own memory is asked at once: handing it to a thread and back costs ten times the work. Making a file,
 * renaming, fsync and large pieces wait for the disk, so they go to a thread.
 */
const ASK_AT_ONCE_BYTES = 64 * KIB;
const openInThread = promisify(openCallback);
export const fsync = promisify(fsyncCallback);
const read = promisify(readCallback);
const write = promisify(writeCallback);

export async function open(
  path: string,
  flags: number,
  mode?: number,
): Promise<number> {
  if (flags === READ_FLAGS || flags === constants.O_RDONLY)
    return openSync(path, flags);
  return openInThread(path, flags, mode);
}

export async function close(fd: number): Promise<void> {
  closeSync(fd);
}

export async function fstat(fd: number): Promise<{ readonly size: number }> {
  return fstatSync(fd);
}

/** Never through a link, so that a name in our folders is the file itself. */
export const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW;
/** The file must be new, and a planted link is not followed. */
export const CREATE_FLAGS =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_EXCL |
  constants.O_NOFOLLOW;
export const OWNER_ONLY = 0o600;

export async function writeAll(fd: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  if (bytes.length <= ASK_AT_ONCE_BYTES) {
    while (done < bytes.length) done += writeSync(fd, bytes, done);
    return;
  }
  while (done < bytes.length) {
    const wrote = await write(fd, bytes, done, bytes.length - done, null);
    done += wrote.bytesWritten;
  }
}

/** Fills `bytes` from `position`; returns how many were there, fewer only at the end of the file. */
export async function readAll(
  fd: number,
  bytes: Uint8Array,
  position: number,
): Promise<number> {
  let done = 0;
  if (bytes.length <= ASK_AT_ONCE_BYTES) {
    for (;;) {
      const got = readSync(
        fd,
        bytes,
        done,
        bytes.length - done,
        position + done,
      );
      done += got;
      if (got === 0 || done === bytes.length) return done;
    }
  }
  while (done < bytes.length) {
    const got = await read(
      fd,
      bytes,
      done,
      bytes.length - done,
      position + done,
    );
    if (got.bytesRead === 0) break;
    done += got.bytesRead;
  }
  return done;
}
