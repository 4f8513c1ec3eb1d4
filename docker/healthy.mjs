// Exit 0 while the worker told within the last 30 seconds that it runs: every worker writes a small report every few
// seconds, also one that has nothing to do. node docker/healthy.mjs NAME [VAR_FOLDER]
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const FRESH_MS = 30_000;
const [name = "", folder = "/var/lib/sekisho"] = process.argv.slice(2);
const measures = join(folder, "measures");
const isOurs = (file) => file.startsWith(`${name}-`) && file.endsWith(".json");
try {
  const isFresh = readdirSync(measures)
    .filter(isOurs)
    .some(
      (file) => Date.now() - statSync(join(measures, file)).mtimeMs < FRESH_MS,
    );
  process.exitCode = isFresh ? 0 : 1;
} catch {
  process.exitCode = 1;
}
