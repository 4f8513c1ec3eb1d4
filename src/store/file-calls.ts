import {
  close as closeCallback,
  constants,
  fstat as fstatCallback,
  fsync as fsyncCallback,
  open as openCallback,
  read as readCallback,
  write as writeCallback,
} from "node:fs";
import { promisify } from "node:util";

/**
 * Plain descriptors instead of FileHandle: half the objects and promises a call, which shows on 4 kB mails.
 */
export const open = promisify(openCallback);
export const close = promisify(closeCallback);
export const fsync = promisify(fsyncCallback);
export const fstat = promisify(fstatCallback);
const read = promisify(readCallback);
const write = promisify(writeCallback);

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
