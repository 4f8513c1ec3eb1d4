import { hash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { parseItemId } from "../core/id.ts";
import type { ItemId } from "../core/id.ts";
import type { Spool } from "../core/stores.ts";
import { startChild } from "./child-program.ts";
import { createLedger } from "./ledger.ts";
import { createSpool } from "./spool.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-crash-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** What each program begins with: a spool, and a mail of about 300 kB that its id determines. */
function prelude(): string {
  return `
    import { newItemId } from "core/id.ts";
    import { createSpool } from "store/spool.ts";
    import { createLedger } from "store/ledger.ts";
    const folder = ${JSON.stringify(folder)};
    const spool = await createSpool(folder + "/spool");
    async function* mail(id) {
      for (let piece = 0; piece < 30; piece += 1) {
        yield Buffer.from((id + "\\n").repeat(400));
        await new Promise(setImmediate);
      }
    }
    const item = (id, content) => ({
      id, tenant: "city", bytes: content.bytes, sha256: content.sha256, parent: null, override: null,
      envelope: { reversePath: "", recipients: ["a@city.example"], smtpUtf8: false,
        client: { address: "192.0.2.1", helo: "x", tls: false } },
    });
  `;
}

function sha256OfMail(id: ItemId): string {
  return hash("sha256", `${id}\n`.repeat(12_000));
}

function idIn(line: string | null): ItemId {
  const id = parseItemId(line?.split(" ")[1]);
  if (id === null) throw new Error(`no id in ${String(line)}`);
  return id;
}

async function allIn(spool: Spool): Promise<readonly ItemId[]> {
  const all: ItemId[] = [];
  for await (const item of spool.list()) all.push(item);
  return all;
}

describe("kill -9", () => {
  it("in mid-DATA leaves a part that is never read and that the sweep removes (K1)", async () => {
    const child = startChild(`${prelude()}
      const id = newItemId();
      await spool.write(id, (async function* () {
        yield* mail(id);
        console.log("written " + id);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      })());
    `);
    const id = idIn(await child.line());
    await child.kill();
    const spool = await createSpool(join(folder, "spool"));
    expect(await readdir(join(folder, "spool", "incoming"))).toEqual([
      `${id}.part`,
    ]);
    expect(await spool.read(id)).toBeNull();
    expect(await allIn(spool)).toEqual([]);
    expect(await spool.sweep()).toBe(1);
    expect(await readdir(join(folder, "spool", "incoming"))).toEqual([]);
  });

  it("between the spool and the ledger leaves a whole original that the ledger does not know", async () => {
    const child = startChild(`${prelude()}
      const id = newItemId();
      await spool.write(id, mail(id));
      console.log("spooled " + id);
      setInterval(() => undefined, 1000);
    `);
    const id = idIn(await child.line());
    await child.kill();
    const spool = await createSpool(join(folder, "spool"));
    const ledger = await createLedger(join(folder, "ledger.db"));
    expect(await allIn(spool)).toEqual([id]);
    expect((await spool.read(id))?.sha256).toBe(sha256OfMail(id));
    expect(await ledger.item(id)).toBeNull();
    await ledger.close();
  });

  it.each([1, 7, 23, 40])(
    "after %d of many mails at once: whatever was promised is there, whatever is there is whole",
    async (mails) => {
      const child = startChild(`${prelude()}
        const ledger = await createLedger(folder + "/ledger.db");
        await Promise.all(Array.from({ length: 8 }, async () => {
          for (;;) {
            const id = newItemId();
            const content = await spool.write(id, mail(id));
            await ledger.receive(item(id, content));
            console.log("250 " + id);
          }
        }));
      `);
      const promised: ItemId[] = [];
      while (promised.length < mails) promised.push(idIn(await child.line()));
      await child.kill();
      for (let line = await child.line(); line !== null;)
        line = await child.line();

      const spool = await createSpool(join(folder, "spool"));
      await spool.sweep();
      const ledger = await createLedger(join(folder, "ledger.db"));
      for (const id of promised)
        expect(await ledger.item(id)).toMatchObject({ state: "received" });
      const spooled = await allIn(spool);
      for (const id of spooled)
        expect((await spool.read(id))?.sha256).toBe(sha256OfMail(id));
      const known = await ledger.recent(10_000);
      for (const record of known) {
        expect(spooled).toContain(record.id);
        expect((await spool.read(record.id))?.sha256).toBe(record.sha256);
        expect((await ledger.recipients(record.id)).length).toBe(1);
      }
      expect(await ledger.verifyAudit()).toMatchObject({
        entries: known.length,
        brokenAt: null,
      });
      await ledger.close();
    },
  );
});

describe("three processes on one ledger", () => {
  it("take 300 items each all the way: none is lost, refused or done twice, and the chain holds", async () => {
    const program = `${prelude()}
      const ledger = await createLedger(folder + "/ledger.db");
      let left = 300;
      await Promise.all(Array.from({ length: 10 }, async () => {
        while (left-- > 0) {
          const id = newItemId();
          await ledger.receive(item(id, { bytes: 1, sha256: "00".repeat(32) }));
          await ledger.begin(id);
          for (const step of ["inspected", "planned", "sanitized"]) await ledger.advance(id, step);
          await ledger.clear(id, "clean", []);
          const claimed = await ledger.openAttempt(id, Date.now(), 60_000);
          if (claimed.length !== 1) throw new Error("claimed " + claimed.length);
          const receipts = [{ recipient: "a@city.example", kind: "accepted", reply: "250" }];
          const state = await ledger.closeAttempt(id, receipts, 0, false);
          if (state !== "delivered") throw new Error(state);
        }
      }));
      await ledger.close();
    `;
    const children = [1, 2, 3].map(() => startChild(program));
    expect(await Promise.all(children.map((child) => child.end()))).toEqual([
      0, 0, 0,
    ]);
    const ledger = await createLedger(join(folder, "ledger.db"));
    expect(await ledger.counts()).toMatchObject({
      delivered: 900,
      received: 0,
      cleared: 0,
    });
    // Received, cleared, recipient-delivered, delivered.
    expect(await ledger.verifyAudit()).toMatchObject({
      entries: 3600,
      brokenAt: null,
    });
    await ledger.close();
  });
});
