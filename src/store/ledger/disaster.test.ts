import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ledger } from "../../core/ledger.ts";
import { HOUR } from "../../core/units.ts";
import { createLedger } from "../ledger.ts";

let folder: string;
let ledger: Ledger;
let now = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-disaster-"));
  now = 1_800_000_000_000;
  ledger = await createLedger(join(folder, "ledger.db"), () => now);
});
afterEach(async () => {
  await ledger.close();
  await rm(folder, { recursive: true });
});

const by = (who: string) => ({ who, via: "console" });
const ask = () => ledger.askDisaster({ ...by("sato"), why: "大雨", hours: 5 });
const acts = async () => {
  const { entries } = await ledger.entries({
    ...{ peopleOnly: true, after: null, limit: 9 },
  });
  return entries.map(({ act, actor }) => `${actor} ${act}`).reverse();
};

describe("the emergency mode", () => {
  it("begins when another person confirms and ends by itself after 5 hours, all on record", async () => {
    expect(await ask()).toBe("done");
    expect((await ledger.disaster()).kind).toBe("asked");
    expect(await ledger.confirmDisaster(by("sato"))).toBe("same-person");
    expect(await ledger.confirmDisaster(by("suzuki"))).toBe("done");
    expect(await ledger.disaster()).toMatchObject({
      ...{ kind: "on", confirmedBy: "suzuki", until: now + 5 * HOUR },
    });
    now += 5 * HOUR;
    expect(await ledger.disaster()).toEqual({ kind: "off" });
    expect([
      await ledger.closeDisaster(),
      await ledger.closeDisaster(),
    ]).toEqual([true, false]);
    expect(await acts()).toEqual([
      ...["sato disaster-asked", "suzuki disaster-confirmed"],
      "supervisor disaster-ended",
    ]);
  });

  it("is not confirmed more than an hour after it was asked for, and can be asked for again", async () => {
    await ask();
    expect(await ask()).toBe("already");
    now += HOUR;
    expect(await ledger.confirmDisaster(by("suzuki"))).toBe("not-asked");
    expect(await ask()).toBe("done");
  });

  it("is ended early by anyone of those who may, once", async () => {
    await ask();
    await ledger.confirmDisaster(by("suzuki"));
    const end = { ...by("ito"), why: "おさまった" };
    expect(await ledger.endDisaster(end)).toBe("done");
    expect(await ledger.endDisaster(end)).toBe("off");
    expect((await ledger.disaster()).kind).toBe("off");
  });

  it.each([0, 73, Number.NaN])(
    "is not to be had for %s hours",
    async (hours) => {
      await expect(
        ledger.askDisaster({ ...by("sato"), why: "x", hours }),
      ).rejects.toMatchObject({ code: "JOB_MALFORMED" });
    },
  );
});
