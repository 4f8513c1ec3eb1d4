import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ItemId } from "../core/id.ts";
import { newItemId } from "../core/id.ts";
import type { Ledger } from "../core/ports.ts";
import type { HoldCode } from "../core/verdict.ts";
import { createLedger } from "../store/ledger.ts";
import { release } from "./release.ts";

const TO = "a@kawa.lg.jp";
const BY = { who: "yamada", why: "the server is mended" };
let folder: string;
let ledger: Ledger;
let rung: ItemId[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-release-"));
  ledger = await createLedger(join(folder, "ledger.db"));
  rung = [];
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

const ring = async (_lane: string, job: { readonly item: ItemId }) =>
  void rung.push(job.item);
const releasing = (item: ItemId) =>
  release({ ledger, lanes: { ring } }, item, BY);

async function clearedWith(...codes: readonly HoldCode[]): Promise<ItemId> {
  const id = newItemId();
  const client = { address: "192.0.2.1", helo: "x.example", tls: false };
  await ledger.receive({
    id,
    tenant: "kawa",
    envelope: { reversePath: "", recipients: [TO], client, smtpUtf8: false },
    bytes: 1,
    sha256: "00".repeat(32),
    parent: null,
    override: null,
  });
  for (const to of ["inspected", "planned", "sanitized"] as const)
    await ledger.advance(id, to);
  const none = { name: null, kind: null, bytes: null, sha256: null };
  const holds = codes.map((code, at) => ({
    ...{ item: id, part: `1.${at + 1}`, code, detail: "", ...none },
  }));
  const verdict = codes.includes("VIRUS_FOUND") ? "malicious" : "unexaminable";
  await ledger.clear(id, verdict, holds);
  return id;
}

async function attempt(id: ItemId, kind: "accepted" | "refused") {
  await ledger.openAttempt(id, Date.now(), 60_000);
  const receipt = { recipient: TO, kind, reply: "550 no" };
  return ledger.closeAttempt(id, [receipt], 0, false);
}

describe("release", () => {
  it("lets a refused mail go again without its part with a virus, and says that 1 stays held", async () => {
    const id = await clearedWith("VIRUS_FOUND");
    expect(await attempt(id, "refused")).toBe("held");
    expect(await releasing(id)).toEqual({
      ...{ kind: "released", item: id, virusesKept: 1 },
    });
    expect(rung).toEqual([id]);
    expect((await ledger.item(id))?.state).toBe("planned");
    expect(
      await ledger.holds({ item: id, state: "held", limit: 9 }),
    ).toMatchObject([{ code: "VIRUS_FOUND" }]);
  });

  it("says of a mail that is still being delivered that it is, though a part of it is held", async () => {
    const id = await clearedWith("CONVERSION_FAILED");
    expect(await releasing(id)).toEqual({ kind: "refused", why: "on-its-way" });
    expect(await attempt(id, "accepted")).toBe("delivered");
    expect(await releasing(id)).toMatchObject({
      ...{ kind: "released", virusesKept: 0 },
    });
  });

  it("refuses a delivered mail of which only a virus is held, and one that is not held", async () => {
    const id = await clearedWith("VIRUS_FOUND");
    await attempt(id, "accepted");
    expect(await releasing(id)).toEqual({ kind: "refused", why: "malicious" });
    const whole = await clearedWith();
    await attempt(whole, "accepted");
    expect(await releasing(whole)).toEqual({
      ...{ kind: "refused", why: "not-held" },
    });
    expect(rung).toEqual([]);
  });
});
