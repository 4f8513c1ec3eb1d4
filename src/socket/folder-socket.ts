import { chmod, lstat, unlink } from "node:fs/promises";
import { Fault } from "../core/fault.ts";

/** sun_path of unix(7) holds 108 bytes, the last of them zero. */
const MAX_PATH_BYTES = 107;
const OTHERS_ANY = 0o077;

/** Faults: CONFIG_INVALID when the path is too long for a socket. */
export function requireSocketPath(path: string): void {
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return;
  throw new Fault("CONFIG_INVALID", {
    complaints: `gateway.varFolder must be shorter: ${path} is too long for a socket (${MAX_PATH_BYTES} bytes)`,
  });
}

/** What an earlier run left; anything but a socket of our own stays and is a fault. */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket() || found.uid !== process.geteuid?.())
    throw new Fault("STORE_DAMAGED", { socket: "is something else" });
  await unlink(path);
}

/** Nobody but our own user may connect. */
export async function closeToOthers(path: string): Promise<void> {
  await chmod(path, 0o600);
}

/** Whether what stands there is our own user's and open to nobody else. */
export async function isOurSocket(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return (
    found !== null &&
    found.isSocket() &&
    found.uid === process.geteuid?.() &&
    (found.mode & OTHERS_ANY) === 0
  );
}
