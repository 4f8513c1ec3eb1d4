import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { makeZip } from "../../fixtures/archives.ts";
import {
  eicar,
  japaneseMail,
  mixedMail,
  type Attachment,
} from "../../fixtures/mail.ts";
import { Fault } from "../core/fault.ts";
import { MINUTE } from "../core/units.ts";
import type { ItemId } from "../core/id.ts";
import { verifyMail } from "../verify/mail.ts";
import { passOn } from "./line.ts";
import { createOpening } from "./opening.ts";
import { tryPasswords } from "./post.ts";
import { rescanHeld } from "./rescan.ts";
import { CLERK, SENDER, World } from "../../test/support/line-world.ts";

const PASSWORD = "Kawa-2026!";
const ASKED = { who: "sato", why: "確認", via: "test" };
const OTHER = "other@town.example.lg.jp";
interface Locked {
  readonly bytes?: Uint8Array;
  readonly member?: string;
  readonly kind?: "aes-256" | "old";
}
const locked = (
  name: string,
  {
    bytes = Buffer.from("memo"),
    member = "memo.txt",
    kind = "aes-256",
  }: Locked = {},
): Attachment => ({
  ...{ name, type: "application/zip" },
  bytes: makeZip([
    {
      ...{ name: member, bytes },
      encryption: { kind, password: Buffer.from(PASSWORD) },
    },
  ]),
});
const closedMail = (...attachments: Attachment[]) =>
  mixedMail({ text: "資料をお送りします。", subject: "資料", attachments });
const passwordMail = (text: string) =>
  japaneseMail({
    charset: "iso-2022-jp",
    subject: "パスワードのお知らせ",
    body: text,
  } as never);
const TELLS = passwordMail(
  `先ほどの資料のパスワードは下記のとおりです。\n\n${PASSWORD}\n`,
);

let world: World;
afterEach(() => world.close());

/** All that there is to do, and the janitor's word after it, as often as it finds something. */
async function runAll(): Promise<void> {
  for (let round = 0; round < 9; round += 1) {
    await world.run();
    const lanes = { ring: async () => undefined };
    const { ledger } = world;
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    };
    if ((await tryPasswords({ ledger, lanes, log }, world.policy)) === 0)
      return;
  }
}

const filesOf = () =>
  world.mailbox.flatMap(({ mail }) =>
    mail.attachments.map((one) => one.filename),
  );
const acts = async (item: ItemId) =>
  (await world.ledger.history(item, 99)).map(({ act }) => act);

describe("a password in a second mail", () => {
  it.each(["aes-256", "old"] as const)(
    "opens a ZIP (%s) that came before it, whose files follow in the same thread",
    async (kind) => {
      world = await World.open({ secondMailPassword: "on" });
      const id = await world.receive(closedMail(locked("資料.zip", { kind })));
      await runAll();
      expect(filesOf()).toEqual([]);
      const teller = await world.receive(TELLS);
      await runAll();
      expect(filesOf()).toEqual(["資料.zip"]);
      const [first, , third] = world.mailbox;
      expect(third?.mail.subject).toBe("添付: 資料");
      expect(third?.mail.inReplyTo).toBe(first?.mail.messageId);
      expect(third?.mail.text).toContain("パスワードで開き");
      for (const { raw } of world.mailbox) verifyMail(raw);
      expect(await world.ledger.holds({ item: id, limit: 9 })).toMatchObject([
        {
          state: "released",
          decidedBy: "sanitizer",
          decidedWhy: `password-mail ${teller}`,
        },
      ]);
      expect(await acts(id)).toEqual(
        expect.arrayContaining(["mail-password-tried", "unlocked"]),
      );
    },
  );

  it("opens what comes minutes after it, and a locked PDF", async () => {
    world = await World.open({ secondMailPassword: "on" });
    await world.receive(TELLS);
    await runAll();
    await world.tidy();
    const pdf = Buffer.from(`%PDF-1.7 locked by ${PASSWORD}`);
    await world.receive(
      closedMail({ name: "a.pdf", type: "application/pdf", bytes: pdf }),
    );
    await runAll();
    expect(filesOf()).toEqual(["a.pdf"]);
  });

  it("brings only what it opened, not what was delivered before", async () => {
    world = await World.open({ secondMailPassword: "on" });
    const open = {
      name: "open.txt",
      type: "text/plain",
      bytes: Buffer.from("open"),
    };
    await world.receive(closedMail(open, locked("closed.zip")));
    await world.receive(TELLS);
    await runAll();
    expect(filesOf()).toEqual(["open.txt", "closed.zip"]);
  });

  it("opens what staged delivery sends in a second mail, below the first one", async () => {
    world = await World.open({
      secondMailPassword: "on",
      stagedDelivery: "on",
    });
    await world.receive(closedMail(locked("a.zip")));
    await world.receive(TELLS);
    await runAll();
    expect(filesOf()).toEqual(["a.zip"]);
    const first = world.mailbox.find(({ mail }) => mail.subject === "資料");
    expect(world.mailbox.at(-1)?.mail.inReplyTo).toBe(first?.mail.messageId);
  });

  it("leaves it held when the word is wrong, and takes the right one of a later mail", async () => {
    world = await World.open({ secondMailPassword: "on" });
    const id = await world.receive(closedMail(locked("a.zip")));
    const wrong = await world.receive(passwordMail("パスワード：Yama-1999"));
    await runAll();
    expect(filesOf()).toEqual([]);
    expect(
      await world.ledger.holds({ item: id, state: "held", limit: 9 }),
    ).toHaveLength(1);
    expect(await acts(id)).toContain("password-refused");
    await world.receive(TELLS);
    await runAll();
    expect(filesOf()).toEqual(["a.zip"]);
    expect(await acts(id)).not.toContain(wrong);
  });

  it.each([
    ["of another sender", { from: "else@example.net" }, {}],
    ["to other people", { to: [OTHER] }, {}],
    ["an hour and more later", {}, { minutes: 70 }],
  ])("is not taken from a mail %s", async (_what, way, later) => {
    world = await World.open({
      secondMailPassword: "on",
      secondMailMinutes: 60,
    });
    const id = await world.receive(closedMail(locked("a.zip")));
    await runAll();
    world.now += ("minutes" in later ? later.minutes : 0) * MINUTE;
    const author = Buffer.from(
      TELLS.toString("latin1").replace(
        /^From:.*$/m,
        `From: <${"from" in way ? way.from : SENDER}>`,
      ),
      "latin1",
    );
    await world.receive(author, way);
    await runAll();
    expect(filesOf()).toEqual([]);
    expect(await acts(id)).not.toContain("mail-password-tried");
  });

  it("brings the files to those alone who were told, and keeps the rest held", async () => {
    world = await World.open({ secondMailPassword: "on" });
    const id = await world.receive(closedMail(locked("a.zip")), {
      to: [CLERK, OTHER],
    });
    await world.receive(TELLS, { to: [CLERK] });
    await runAll();
    expect(world.mailbox.at(-1)?.to).toEqual([CLERK]);
    expect(
      await world.ledger.holds({ item: id, state: "held", limit: 9 }),
    ).toHaveLength(1);
    await world.receive(TELLS, { to: [OTHER] });
    await runAll();
    expect(world.mailbox.at(-1)?.to).toEqual([OTHER]);
    expect(
      await world.ledger.holds({ item: id, state: "held", limit: 9 }),
    ).toHaveLength(0);
  });

  it("holds a virus that the password brings to light", async () => {
    world = await World.open({ secondMailPassword: "on" });
    await world.receive(
      closedMail(locked("a.zip", { bytes: eicar(), member: "v.com" })),
    );
    await world.receive(TELLS);
    await runAll();
    expect(filesOf()).toEqual([]);
    expect(await world.ledger.holds({ state: "held", limit: 9 })).toMatchObject(
      [{ code: "VIRUS_FOUND" }],
    );
  });

  it.each(["by a person", "by a mail"])(
    "holds a virus for good that a password given %s brought to light, whatever a scan without it says",
    async (by) => {
      const isMail = by === "by a mail";
      world = await World.open({ secondMailPassword: isMail ? "on" : "off" });
      const id = await world.receive(
        closedMail(locked("a.zip", { bytes: eicar(), member: "v.com" })),
      );
      if (isMail) await world.receive(TELLS);
      await runAll();
      const tools = await world.tools();
      if (!isMail) {
        const seen = (await world.ledger.version(id)) ?? "";
        const given = { item: id, password: PASSWORD, seen };
        const opening = createOpening(tools);
        const answer = await opening.open({ ...given, ...ASKED });
        expect(answer).toEqual({ kind: "malicious" });
        await opening.close();
      }
      const virus = (await world.held()).find(
        ({ code }) => code === "VIRUS_FOUND",
      );
      const { item } = virus!;
      await world.ledger.askRescan(item, { ...ASKED, whenClean: "stay" });
      await rescanHeld(tools, item);
      expect(await world.held()).toContainEqual(virus);
      expect((await world.ledger.item(item))?.verdict).toBe("malicious");
      const last = (await world.ledger.history(item, 99)).at(-1);
      expect(last?.facts["outcome"]).toBe("virus-still");
    },
  );

  it("opens by hand a mail that a person let go though it reads in two ways, and catches it for that no more", async () => {
    world = await World.open();
    const twice = closedMail(locked("a.zip"))
      .toString("latin1")
      .replace(/Content-Type: text\/plain[^\r]*\r\n/, (line) =>
        line.concat("Content-Type: text/html; charset=us-ascii\r\n"),
      );
    const first = await world.receive(Buffer.from(twice, "latin1"));
    await runAll();
    await world.release(first);
    await runAll();
    const [hold] = await world.held();
    expect(hold).toMatchObject({ name: "a.zip", code: "ENCRYPTED" });
    const item = hold!.item;
    const seen = (await world.ledger.version(item)) ?? "";
    const opening = createOpening(await world.tools());
    const given = { item, password: PASSWORD, seen, ...ASKED };
    expect(await opening.open(given)).toMatchObject({ kind: "opened" });
    await opening.close();
    await world.run();
    expect(filesOf()).toEqual(["a.zip"]);
    expect(await world.held()).toEqual([]);
  });

  it.each([
    [
      "discards it",
      [],
      async (id: ItemId) => void (await world.ledger.discard(id, ASKED)),
    ],
    [
      "gives the password",
      ["a.zip"],
      async (id: ItemId) => {
        const seen = (await world.ledger.version(id)) ?? "";
        const opening = createOpening(await world.tools());
        const given = { item: id, password: PASSWORD, seen, ...ASKED };
        expect(await opening.open(given)).toMatchObject({ kind: "opened" });
        await opening.close();
      },
    ],
  ])(
    "brings nothing where a person %s while a try is being made",
    async (_what, files, decide) => {
      world = await World.open({ secondMailPassword: "on" });
      const id = await world.receive(closedMail(locked("a.zip")));
      await world.receive(TELLS);
      await world.run();
      await world.ledger.matchPasswords(60 * MINUTE);
      const [made] = await world.ledger.childrenOf(id);
      const record = await world.ledger.begin(made!.id);
      const tools = await world.tools();
      await passOn(
        {
          ...tools,
          clear: async (rebuilt) => {
            await decide(id);
            return tools.clear(rebuilt);
          },
        },
        record!,
        { lane: "sanitize" },
      );
      await world.run();
      expect(filesOf()).toEqual(files);
      expect((await world.ledger.item(made!.id))?.state).toBe("discarded");
      expect(await world.held()).toEqual([]);
    },
  );

  it("tries 5 mails and no more, each once, and 20 words of each", async () => {
    world = await World.open({
      ...{ secondMailPassword: "on", secondMailMinutes: 1440 },
    });
    await world.receive(closedMail(locked("a.zip")));
    const words = Array.from({ length: 30 }, (_, n) => `word-${n}`).join("\n");
    for (let n = 0; n < 8; n += 1)
      await world.receive(passwordMail(`パスワード\n${n}-${words}`));
    for (let round = 0; round < 3; round += 1) await runAll();
    expect(world.triedPasswords.length).toBe(5 * 20);
    expect((await world.ledger.counts()).discarded).toBe(5);
  });

  it("does nothing where it is off, and keeps no original for it", async () => {
    world = await World.open();
    await world.receive(TELLS);
    await world.receive(closedMail(locked("a.zip")));
    await runAll();
    expect(filesOf()).toEqual([]);
    expect(world.triedPasswords).toEqual([]);
    await world.tidy();
    const { spool } = await world.stores();
    const left = [];
    for await (const item of spool.list()) left.push(item);
    expect(left).toEqual([]);
  });

  it("keeps the original that tells for the window, then no longer", async () => {
    world = await World.open({
      secondMailPassword: "on",
      secondMailMinutes: 60,
    });
    const teller = await world.receive(TELLS);
    await world.run();
    const { spool } = await world.stores();
    await world.tidy();
    expect(await spool.read(teller)).not.toBeNull();
    world.now += 61 * MINUTE;
    await world.tidy();
    expect(await spool.read(teller)).toBeNull();
  });

  it.each([
    ["the locked mail", { spool: "locked" }],
    ["the mail that tells", { spool: "tells" }],
  ])(
    "keeps the original of %s while a try waits that the inner side refused",
    async (_what, { spool: kept }) => {
      world = await World.open({
        ...{ secondMailPassword: "on", secondMailMinutes: 60 },
      });
      world.refuses = (_to, subject) => subject.startsWith("添付");
      const id = await world.receive(closedMail(locked("a.zip")));
      const teller = await world.receive(TELLS);
      await runAll();
      world.now += 61 * MINUTE;
      await world.tidy();
      const stores = await world.stores();
      const item = kept === "locked" ? id : teller;
      expect(
        (await stores.spool.read(item)) ?? (await stores.vault.read(item)),
      ).not.toBeNull();
    },
  );

  it.each([
    ["both of 2", [CLERK, OTHER]],
    ["one of 2", [OTHER]],
  ])(
    "brings what it opened once a person lets it go, and that alone, where %s did not get it",
    async (_who, refused) => {
      world = await World.open({ secondMailPassword: "on" });
      const open = { name: "open.pdf", type: "application/pdf" };
      const bytes = Buffer.from("%PDF-1.7");
      const raw = closedMail(locked("a.zip"), { ...open, bytes });
      const to = [CLERK, OTHER];
      await world.receive(raw, { to });
      await world.receive(TELLS, { to });
      world.refuses = (one, subject) =>
        subject.startsWith("添付") && refused.includes(one);
      await runAll();
      world.refuses = () => false;
      await world.release((await world.held())[0]!.item);
      await world.run();
      expect(await world.held()).toEqual([]);
      const last = world.mailbox.at(-1);
      expect(last?.to).toEqual(refused);
      expect(last?.mail.attachments.map((one) => one.filename)).toEqual([
        "a.zip",
      ]);
      expect((await world.ledger.counts()).discarded).toBe(0);
    },
  );

  it("leaves to a person what a person let go and no word opens any more", async () => {
    world = await World.open({ secondMailPassword: "on" });
    const id = await world.receive(closedMail(locked("a.zip")));
    const teller = await world.receive(TELLS);
    world.refuses = (_one, subject) => subject.startsWith("添付");
    await runAll();
    const stores = await world.stores();
    for (const shelf of [stores.spool, stores.vault])
      await shelf.remove(teller);
    const [made] = await world.held();
    await world.release(made!.item);
    await runAll();
    expect(await world.held()).toMatchObject([
      { item: made!.item, code: "ENCRYPTED", part: null },
    ]);
    expect(made!.item).not.toBe(id);
  });

  it("takes the password from a mail that was made of another's original", async () => {
    world = await World.open({ secondMailPassword: "on" });
    const odd = { name: "x.pdf", type: "application/pdf" };
    world.pitFaults.push(new Fault("PIT_DEADLINE"));
    const words = `パスワード：${PASSWORD}`;
    await world.receive(
      mixedMail({
        ...{ text: words, subject: "x" },
        attachments: [{ ...odd, bytes: Buffer.from("%PDF-1.7") }],
      }),
    );
    world.policy = { ...world.policy, secondMailPassword: "off" };
    await world.run();
    world.policy = { ...world.policy, secondMailPassword: "on" };
    await world.release((await world.held())[0]!.item);
    await world.run();
    await world.receive(closedMail(locked("a.zip")));
    await runAll();
    expect(filesOf()).toContain("a.zip");
  });

  it("leaves the word in no file of the ledger", async () => {
    world = await World.open({ secondMailPassword: "on" });
    await world.receive(closedMail(locked("a.zip")));
    await world.receive(TELLS);
    await runAll();
    expect(filesOf()).toEqual(["a.zip"]);
    for (const name of await readdir(world.folder)) {
      if (!name.startsWith("ledger.db")) continue;
      const bytes = await readFile(join(world.folder, name));
      expect([name, bytes.includes(PASSWORD)]).toEqual([name, false]);
    }
    expect(await world.ledger.verifyAudit()).toMatchObject({ brokenAt: null });
  });
});
