import { Fault } from "../core/fault.ts";

const NO_ROOM: readonly string[] = ["ENOSPC", "EDQUOT"];

/** What the file system refused, as a fault: no room is STORE_FULL, all else STORE_FAILED. `act` is a word for people. */
export function diskFault(act: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  const code = errnoOf(error) ?? "unknown";
  return new Fault(
    NO_ROOM.includes(code) ? "STORE_FULL" : "STORE_FAILED",
    { act, error: code },
    error,
  );
}

export async function onDisk<T>(act: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskFault(act, error);
  }
}

/** Null instead of a fault when there is no such file. */
export async function ifPresent<T>(
  act: string,
  work: Promise<T>,
): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw diskFault(act, error);
  }
}

/** By its looks: an error of Node itself need not be an instance of the `Error` that this module sees. */
export function errnoOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null) return null;
  return "code" in error && typeof error.code === "string" ? error.code : null;
}
