import { hash } from "node:crypto";
import { afterEach, describe, expect, it } from "@jest/globals";
import { makeZip } from "../../fixtures/archives.ts";
import { eicar, mixedMail, type Attachment } from "../../fixtures/mail.ts";
import { Fault } from "../core/fault.ts";
import { verifyMail } from "../verify/mail.ts";
import { CLERK, World } from "../../test/support/line-world.ts";

const OTHER = "other@town.example.lg.jp";

const PDF = Buffer.from("%PDF-1.7 of nobody");
const pdf = (name: string): Attachment => ({
  ...{ name, type: "application/pdf", bytes: PDF },
});
const zip = (name: string): Attachment => ({
  ...{ name, type: "application/zip" },
  bytes: makeZip([{ name: "memo.txt", bytes: Buffer.from("memo") }]),
});
const mailWith = (...attachments: Attachment[]) =>
  mixedMail({ text: "明日の会議の資料です。", subject: "会議", attachments });

let world: World;
afterEach(() => world.close());

const names = (at: number) =>
  world.mailbox[at]?.mail.attachments.map(({ filename }) => filename);
const subjects = () => world.mailbox.map(({ mail }) => mail.subject);

describe("staged delivery", () => {
  it.each([
    ["a PDF", mailWith(pdf("資料.pdf")), ["資料.pdf"]],
    ["an archive", mailWith(zip("資料.zip")), ["資料.zip"]],
    ["both", mailWith(pdf("a.pdf"), zip("b.zip")), ["a.pdf", "b.zip"]],
  ])(
    "sends the text of a mail with %s at once and what is attached in a second mail below it",
    async (_what, raw, files) => {
      world = await World.open({ stagedDelivery: "on" });
      await world.receive(raw);
      await world.run();
      expect(subjects()).toEqual(["会議", "添付: 会議"]);
      const [first, second] = world.mailbox;
      expect(first?.mail.text).toContain("明日の会議の資料です。");
      expect(first?.mail.text).toContain(
        "添付ファイルは処理中です。できあがりしだい次のメールでお届けします",
      );
      expect(names(0)).toEqual([]);
      expect(names(1)).toEqual(files);
      expect(second?.mail.text).not.toContain("明日の会議");
      expect(second?.mail.inReplyTo).toBe(first?.mail.messageId);
      expect([second?.mail.references].flat()).toContain(first?.mail.messageId);
      expect(second?.mail.messageId).not.toBe(first?.mail.messageId);
      for (const { raw: bytes } of world.mailbox) verifyMail(bytes);
      expect(await world.tidy()).toBeGreaterThan(0);
    },
  );

  it("sends one mail where it is off, where nothing takes time, and where there is no text", async () => {
    world = await World.open();
    await world.receive(mailWith(pdf("a.pdf")));
    await world.run();
    world.policy = { ...world.policy, stagedDelivery: "on" };
    const text = { name: "a.txt", type: "text/plain", bytes: Buffer.from("a") };
    await world.receive(mailWith(text));
    await world.receive(mixedMail({ attachments: [pdf("only.pdf")] }));
    await world.run();
    expect([0, 1, 2].map(names)).toEqual([["a.pdf"], ["a.txt"], ["only.pdf"]]);
  });

  it("gives the same bytes for both mails however often they are made", async () => {
    world = await World.open({ stagedDelivery: "on" });
    await world.receive(mailWith(pdf("a.pdf")));
    world.crashAt = "committed";
    await world.run();
    const { outbox } = await world.stores();
    const before: string[] = [];
    for await (const item of outbox.list())
      before.push((await outbox.read(item))?.content.sha256 ?? "");
    await world.restart();
    await world.run();
    expect(before).toHaveLength(1);
    const came = world.mailbox.map(({ raw }) => hash("sha256", raw));
    expect(came).toContain(before[0]);
  });

  it.each(
    [
      ...["begun", "planned", "vaulted", "outbox-written", "committed"],
      ...["attempt-opened", "sent", "attempt-closed"],
    ].flatMap((at) => [1, 2].map((time) => [at, time] as const)),
  )(
    "loses nothing when the power goes where %s is passed for the %i. time",
    async (at, time) => {
      world = await World.open({ stagedDelivery: "on" });
      await world.receive(mailWith(pdf("a.pdf"), zip("b.zip")));
      // The second time it is the item of the attachments.
      world.crashAt = at;
      world.skips = time - 1;
      expect(await world.run()).toBe(true);
      await world.restart();
      await world.run();
      const came = (subject: string) =>
        subjects().filter((one) => one === subject).length;
      const most = /^(?:attempt-opened|sent)$/.test(at) ? 2 : 1;
      for (const subject of ["会議", "添付: 会議"]) {
        expect(came(subject)).toBeGreaterThanOrEqual(1);
        expect(came(subject)).toBeLessThanOrEqual(most);
      }
      const last = world.mailbox.findLast(
        ({ mail }) => mail.subject === "添付: 会議",
      );
      expect(last?.mail.attachments).toHaveLength(2);
      for (const { raw } of world.mailbox) verifyMail(raw);
      expect(await world.ledger.verifyAudit()).toMatchObject({
        brokenAt: null,
      });
      expect((await world.ledger.counts()).delivered).toBe(2);
    },
  );

  it("says in the second mail which attachment is held, and holds it there", async () => {
    world = await World.open({ stagedDelivery: "on" });
    world.pitFaults.push(new Fault("DOCUMENT_UNREADABLE"));
    await world.receive(mailWith(pdf("broken.pdf"), pdf("good.pdf")));
    await world.run();
    expect(names(1)).toEqual(["good.pdf"]);
    expect(world.mailbox[1]?.mail.text).toContain("変換に失敗");
    const [hold] = await world.ledger.holds({ limit: 9 });
    expect(hold).toMatchObject({ item: world.mailbox[1]?.item });
  });

  it("tells those who wait when all of the attachments are held, once", async () => {
    world = await World.open({ stagedDelivery: "on" });
    await world.receive(mailWith(pdf("a.pdf")));
    // Ends the process each time it is worked on.
    for (let fall = 0; fall < 4; fall += 1) {
      world.crashAt = fall === 0 ? "committed" : "begun";
      await world.run();
      await world.restart();
    }
    for (let fall = 0; fall < 4; fall += 1) {
      const left = (await world.ledger.due(world.now + 1e9, 0, 9)).filter(
        ({ lane }) => lane === "sanitize",
      );
      if (left.length === 0) break;
      world.crashAt = "inspected";
      await world.run();
      await world.restart();
    }
    await world.run();
    expect(subjects()).toEqual(["会議", "添付: 会議"]);
    const [first, notice] = world.mailbox;
    expect(notice?.mail.text).toContain("お渡しできませんでした");
    expect(notice?.mail.text).toContain("処理が完了しない");
    expect(notice?.mail.inReplyTo).toBe(first?.mail.messageId);
    expect(notice?.mail.headers.get("auto-submitted")).toBe("auto-generated");
    for (const { raw } of world.mailbox) verifyMail(raw);
    expect(await world.ledger.counts()).toMatchObject({
      held: 1,
      delivered: 2,
    });
  });

  it("releases held attachments as attachments, in the same thread", async () => {
    world = await World.open({ stagedDelivery: "on" });
    world.pitFaults.push(new Fault("PIT_DEADLINE"));
    await world.receive(mailWith(pdf("slow.pdf")));
    await world.run();
    const [hold] = await world.ledger.holds({ limit: 9 });
    const override = {
      ...{ who: "yamada", why: "again", at: new Date(world.now).toISOString() },
      until: new Date(world.now + 1e9).toISOString(),
      waives: [hold?.code ?? "ENCRYPTED"] as const,
    };
    await world.ledger.release(hold!.item, override);
    await world.run();
    expect(subjects()).toEqual(["会議", "添付: 会議", "添付: 会議"]);
    expect(names(2)).toEqual(["slow.pdf"]);
    expect(world.mailbox[2]?.mail.inReplyTo).toBe(
      world.mailbox[0]?.mail.messageId,
    );
  });

  it.each([
    ["all", [CLERK, OTHER]],
    ["one", [OTHER]],
  ])(
    "keeps the original while a second mail waits that %s of 2 refused",
    async (_who, refused) => {
      world = await World.open({ stagedDelivery: "on" });
      world.refuses = (to, subject) =>
        subject.startsWith("添付") && refused.includes(to);
      await world.receive(mailWith(pdf("a.pdf")), { to: [CLERK, OTHER] });
      await world.run();
      await world.tidy();
      world.refuses = () => false;
      for (const { item } of (await world.held()).slice(0, 1))
        await world.release(item);
      await world.run();
      expect(await world.held()).toEqual([]);
      expect(subjects()).toEqual(["会議", "添付: 会議", "添付: 会議"]);
      expect(world.mailbox.at(-1)?.to).toEqual(refused);
      expect(names(2)).toEqual(["a.pdf"]);
    },
  );

  it("tells of the same mail when the notice itself is sent once more", async () => {
    world = await World.open({ stagedDelivery: "on" });
    world.refuses = (to, subject) => subject.startsWith("添付") && to === OTHER;
    const id = await world.receive(mailWith(pdf("a.pdf")), {
      to: [CLERK, OTHER],
    });
    world.crashAt = "committed";
    await world.run();
    await world.restart();
    const second = (await world.ledger.childrenOf(id))[0]!;
    const none = { name: null, kind: null, bytes: null, sha256: null };
    await world.ledger.hold(second.id, "unexaminable", [
      {
        item: second.id,
        part: null,
        code: "VERIFIER_REFUSED",
        detail: "",
        ...none,
      },
    ]);
    await world.run();
    world.refuses = () => false;
    const notice = (await world.held()).find(({ item }) => item !== second.id);
    await world.release(notice!.item);
    await world.run();
    const [, one, again] = world.mailbox.map(({ mail }) => mail);
    expect([again?.subject, again?.text]).toEqual([one?.subject, one?.text]);
    expect(world.mailbox.at(-1)?.to).toEqual([OTHER]);
  });

  it.each([
    ["Message-ID", "添付: 会議"],
    ["Subject", "添付:"],
    ["Date", "添付: 会議"],
  ])("threads the second mail of one without %s", async (field, subject) => {
    world = await World.open({ stagedDelivery: "on" });
    const text = mailWith(pdf("a.pdf")).toString("latin1");
    const without = text.replace(new RegExp(`^${field}:.*\\r\\n`, "m"), "");
    expect(without).not.toBe(text);
    await world.receive(Buffer.from(without, "latin1"));
    await world.run();
    const [first, second] = world.mailbox;
    expect(second?.mail.subject?.trim()).toBe(subject);
    expect(first?.mail.messageId).toBeDefined();
    expect(second?.mail.inReplyTo).toBe(first?.mail.messageId);
  });

  it("waits with the text of an archive where a virus is to hold the whole mail", async () => {
    world = await World.open({ stagedDelivery: "on", malicious: "hold-mail" });
    await world.receive(mailWith(zip("a.zip")));
    await world.receive(mailWith(pdf("a.pdf")));
    await world.run();
    expect(subjects().sort()).toEqual(["会議", "会議", "添付: 会議"]);
  });

  it("scans nothing twice where nothing has to be unpacked", async () => {
    world = await World.open({ stagedDelivery: "on" });
    await world.receive(mailWith(pdf("a.pdf")));
    await world.run();
    expect(subjects()).toHaveLength(2);
    expect(world.scanned).toHaveLength(new Set(world.scanned).size);
  });

  it("keeps a virus out of both mails", async () => {
    world = await World.open({ stagedDelivery: "on" });
    const tools = await world.tools();
    expect(tools.policyFor().malicious).toBe("hold-part");
    await world.receive(
      mailWith(pdf("a.pdf"), {
        ...{ name: "virus.com", type: "application/octet-stream" },
        bytes: eicar(),
      }),
    );
    await world.run();
    expect(names(1)).toEqual(["a.pdf"]);
  });
});
