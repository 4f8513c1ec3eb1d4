import { readFile } from "node:fs/promises";
import { withDisaster } from "../config/change.ts";
import { loadConfig, type Config } from "../config/load.ts";
import { ifPresent } from "../store/disk-fault.ts";
import { placesIn } from "./places.ts";

/**
 * The configuration in force as the administrator wrote it: without what the emergency mode changes while it lasts. Where no
 * supervisor ever ran, the file that was given. Null when that is gone.
 */
export async function administratorsText({
  gateway,
  file,
}: Pick<Config, "gateway" | "file">): Promise<string | null> {
  const read = (path: string) => ifPresent("read", readFile(path, "utf8"));
  const places = placesIn(gateway.varFolder);
  const inForce = await read(places.inForce);
  if (inForce === null) return read(file);
  const base = await read(places.base);
  if (base === null || base === inForce) return inForce;
  // One that is made of neither was changed by hand, and counts as it is.
  return withDisaster(base, loadConfig(places.base)) === inForce
    ? base
    : inForce;
}
