import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { withDisaster } from "../config/change.ts";
import { loadConfig, type Config } from "../config/load.ts";
import { loadKeys } from "../store/keys.ts";
import { createLedger } from "../store/ledger.ts";
import { signState } from "../store/signed-state.ts";
import { administratorsText } from "./administrators-text.ts";
import { checkState, stateOf } from "./check-state.ts";
import { placesIn } from "./places.ts";

let folder: string;
let given: string;
let config: Config;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-state-"));
  given = stringify({
    gateway: { varFolder: folder, hostname: "sekisho.example.lg.jp" },
    tenants: [{ id: "kawa", name: "川町", domains: ["kawa.example.lg.jp"] }],
    disaster: { limits: { maxMessageBytes: 40_000_000 } },
  });
  const file = join(folder, "given.yaml");
  await writeFile(file, given);
  config = loadConfig(file);
});
afterEach(() => rm(folder, { recursive: true }));

const putInForce = async (base: string, text: string) => {
  const places = placesIn(folder);
  await writeFile(places.base, base);
  await writeFile(places.inForce, text);
};
async function differing(change: () => Promise<void>) {
  const keys = await loadKeys(placesIn(folder).keys);
  const { privateKey } = keys.clear;
  await signState(await stateOf(config), "sato", privateKey);
  await change();
  const ledger = await createLedger(placesIn(folder).ledger);
  try {
    return (await checkState(config, ledger, "sato"))?.differing;
  } finally {
    await ledger.close();
  }
}

describe("the state that was signed", () => {
  it("is the one that is found where workers run apart and follow the file that was given", async () => {
    expect(await differing(async () => undefined)).toEqual([]);
  });

  it("is the one that is found while the emergency mode lasts", async () => {
    await putInForce(given, given);
    const emergency = withDisaster(given, config);
    expect(emergency).toContain("40000000");
    expect(await differing(() => putInForce(given, emergency))).toEqual([]);
    // What a copy takes.
    expect(await administratorsText(config)).toBe(given);
  });

  it("differs in one file once what the workers follow is neither", async () => {
    await putInForce(given, given);
    const other = `${given}# another word\n`;
    expect(await differing(() => putInForce(given, other))).toEqual([
      "configuration in force",
    ]);
    expect(await administratorsText(config)).toBe(other);
  });
});
