import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mixedMail } from "../../fixtures/mail.ts";
import { CLERK, World } from "../../test/support/line-world.ts";
import { Fault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import { newItemId } from "../core/id.ts";
import type { Ledger } from "../core/ledger.ts";
import { DAY } from "../core/units.ts";
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

describe("the original of a mail of which a part was released", () => {
  const OTHER = "other@town.example.lg.jp";
  let world: World;
  beforeEach(async () => {
    world = await World.open();
    // Three days ago: longer than an original stays after its last decision.
    world.now = Date.now() - 3 * DAY;
    world.pitFaults.push(new Fault("PIT_DEADLINE"));
    const pdf = { name: "a.pdf", type: "application/pdf" };
    const bytes = Buffer.from("%PDF-1.7 of nobody");
    const raw = mixedMail({ text: "words", attachments: [{ ...pdf, bytes }] });
    await world.receive(raw, { to: [CLERK, OTHER] });
    await world.run();
  });
  afterEach(() => world.close());

  /** Releases the one thing that is held, the inner side refusing these. */
  async function releasing(...refused: readonly string[]): Promise<void> {
    world.refuses = (to) => refused.includes(to);
    const [hold] = await world.held();
    expect(await world.release(hold!.item)).toMatchObject({ kind: "released" });
    await world.run();
  }
  const files = async () => {
    const { spool, vault } = await world.stores();
    const all: string[] = [];
    for (const shelf of [spool, vault])
      for await (const item of shelf.list()) all.push(item);
    return all;
  };

  it.each([
    ["both of two", [CLERK, OTHER]],
    ["one of two", [OTHER]],
  ])(
    "stays while what was made of it waits because %s refused it, also twice, then goes",
    async (_who, refused) => {
      await releasing(...refused);
      await releasing(OTHER);
      const before = world.mailbox.length;
      await world.tidy();
      await releasing();
      const came = world.mailbox.slice(before);
      expect(came.map(({ to }) => to)).toEqual([[OTHER]]);
      expect(came[0]?.mail.attachments).toHaveLength(1);
      expect(await world.held()).toEqual([]);
      await world.tidy();
      expect(await files()).toEqual([]);
    },
  );

  it("stays while somebody pinned what was made of it", async () => {
    await releasing(CLERK, OTHER);
    const [hold] = await world.held();
    const by = { who: "sato", why: "調査中", via: "test" };
    await world.ledger.pin(hold!.item, by);
    await releasing();
    await world.tidy();
    expect(await files()).toHaveLength(1);
    await world.ledger.unpin(hold!.item, by);
    await world.tidy();
    expect(await files()).toEqual([]);
  });
});

describe("a release", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());
  const pdf = (name: string) => ({
    ...{ name, type: "application/pdf" },
    bytes: Buffer.from("%PDF-1.7 of nobody"),
  });
  const parts = async () =>
    (await world.held()).map(({ code, name }) => `${name ?? "-"} ${code}`);

  it("of a mail that reads in two ways waives nothing of a part that nobody has seen", async () => {
    const text = mixedMail({ text: "words", attachments: [pdf("a.pdf")] });
    const raw = text
      .toString("latin1")
      .replace(/Content-Type: text\/plain[^\r]*\r\n/, (line) =>
        line.concat("Content-Type: text/html; charset=us-ascii\r\n"),
      );
    const id = await world.receive(Buffer.from(raw, "latin1"));
    await world.run();
    expect(await parts()).toEqual(["- AMBIGUOUS_STRUCTURE"]);
    world.pitFaults.push(new Fault("ARCHIVE_AMBIGUOUS"));
    await world.release(id);
    await world.run();
    expect(await parts()).toEqual(["a.pdf AMBIGUOUS_STRUCTURE"]);
    expect(world.mailbox).toHaveLength(1);
    // Let go once, the mail is not caught again for the same when its part is asked for.
    const [left] = await world.held();
    await world.release(left?.item ?? id);
    await world.run();
    expect(await parts()).toEqual([]);
    expect(world.mailbox).toHaveLength(2);
  });

  it("holds a part again that fails again, and what was let go beside it and never opens", async () => {
    world.pitFaults.push(new Fault("PIT_DEADLINE"));
    world.pitFaults.push(new Fault("DOCUMENT_ENCRYPTED"));
    const attachments = [pdf("slow.pdf"), pdf("locked.pdf")];
    const id = await world.receive(mixedMail({ text: "words", attachments }));
    await world.run();
    const both = ["locked.pdf ENCRYPTED", "slow.pdf CONVERSION_TIMEOUT"];
    expect(await parts()).toEqual(both);
    world.pitFaults.push(new Fault("PIT_DEADLINE"));
    world.pitFaults.push(new Fault("DOCUMENT_ENCRYPTED"));
    const released = await world.release(id);
    await world.run();
    expect(await parts()).toEqual(both);
    expect((await world.held()).map(({ item }) => item)).toEqual(
      [0, 1].map(() => (released.kind === "released" ? released.item : null)),
    );
  });
});
