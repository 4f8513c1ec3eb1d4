import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SELF_TEST_TENANT } from "../../core/check.ts";
import { newItemId } from "../../core/id.ts";
import type { ItemId } from "../../core/id.ts";
import type { Ledger } from "../../core/ledger.ts";
import { DAY } from "../../core/units.ts";
import { createLedger } from "../ledger.ts";

let folder: string;
let ledger: Ledger;
let now = 10 * DAY;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-checks-"));
  ledger = await createLedger(join(folder, "ledger.db"), () => now);
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

async function held(tenant: string): Promise<ItemId> {
  const id = newItemId();
  await ledger.receive({
    ...{ id, tenant, bytes: 1, sha256: "ab".repeat(32) },
    envelope: {
      ...{ reversePath: "a@example.com", recipients: ["b@kawa.lg.jp"] },
      client: { address: "192.0.2.1", helo: "mx.example.com", tls: true },
      smtpUtf8: false,
    },
    ...{ parent: null, override: null },
  });
  await ledger.advance(id, "inspected");
  const none = { name: null, kind: null, bytes: null, sha256: null };
  await ledger.hold(id, "unexaminable", [
    { item: id, part: null, code: "ENCRYPTED", detail: "", ...none },
  ]);
  return id;
}

it("forgets mails of the self-test that ended before a time, with their holds, and nobody else's", async () => {
  const discarded = async (tenant: string) => {
    const id = await held(tenant);
    await ledger.discard(id, { who: "janitor", why: "自己診断のメール" });
    return id;
  };
  const old = await discarded(SELF_TEST_TENANT);
  const others = await discarded("kawa");
  const open = await held(SELF_TEST_TENANT);
  now += 4 * DAY;
  const young = await discarded(SELF_TEST_TENANT);
  expect(await ledger.forgetSelfTests(now - 3 * DAY)).toBe(1);
  expect(await ledger.item(old)).toBeNull();
  expect(await ledger.holds({ item: old, limit: 9 })).toEqual([]);
  for (const id of [others, open, young])
    expect((await ledger.item(id))?.id).toBe(id);
  expect(await ledger.counts()).toMatchObject({ discarded: 2, held: 1 });
  expect((await ledger.verifyAudit()).brokenAt).toBeNull();
});
