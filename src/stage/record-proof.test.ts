import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ledger } from "../core/ledger.ts";
import { createLedger } from "../store/ledger.ts";
import { recordBrokenAt } from "./record-proof.ts";

let folder: string;
let ledger: Ledger;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-proof-"));
  ledger = await createLedger(join(folder, "ledger.db"));
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

const say = (act: string, facts: object, actor = "janitor") =>
  ledger.record({ act, actor, facts: { ...facts } });

it("is the janitor's last word on the record, whatever else it or anybody said since", async () => {
  expect(await recordBrokenAt(ledger)).toBeNull();
  await say("record-checkpoint", { seq: 4 });
  expect(await recordBrokenAt(ledger)).toBeNull();
  await say("record-broken", { brokenAt: 3 });
  await say("self-test-passed", {});
  await say("record-checkpoint", { seq: 9 }, "sato");
  expect(await recordBrokenAt(ledger)).toBe(3);
  await say("record-checkpoint", { seq: 9 });
  expect(await recordBrokenAt(ledger)).toBeNull();
});
