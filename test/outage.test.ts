import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eicar, mixedMail } from "../fixtures/mail.ts";
import {
  startFakePeer,
  type FakePeer,
  type Script,
} from "../fixtures/smtp/fake-peer.ts";
import { startClamd, type RunningClamd } from "../src/scan/clamd-process.ts";
import { freePort, TestGateway, until } from "./support/gateway.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { DOMAIN, sendRaw, textMail } from "./support/send.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const PEOPLE = ["ann", "bob", "cas"].map((name) => `${name}@${DOMAIN}`);

/** A neighbour that was away; each test plays its own part and leaves everything well behind. */
describeWith(GATEWAY_PROGRAMS, "a gateway whose neighbours fail", () => {
  let folder: string;
  let clamd: RunningClamd;
  let port: number;
  let peer: FakePeer;
  let gateway: TestGateway;

  const clamdUp = async () => {
    clamd = await startClamd({ folder, databaseFolder: null, log: silent });
  };
  const peerIs = async (script: Script) => {
    await peer.close();
    peer = await startFakePeer(script, port);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-clamd-"));
    port = await freePort();
    peer = await startFakePeer({}, port);
    gateway = await TestGateway.start({
      settings: {
        scanner: { socketPath: join(folder, "clamd.sock") },
        lgwan: { builtInMailbox: false, port, answerDeadlineSeconds: 5 },
        janitor: { quietSeconds: 1 },
      },
    });
  });
  afterAll(async () => {
    await gateway.remove();
    await clamd.stop();
    await peer.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function send(token: string, to?: readonly string[]): Promise<string> {
    const answer = await sendRaw(gateway.ports.smtp, textMail(token), to);
    const item = /^250 2\.0\.0 (\w{26})$/.exec(answer)?.[1];
    if (item === undefined) throw new Error(answer);
    return item;
  }

  const copiesOf = (item: string) =>
    peer.mails.filter((mail) => mail.includes(`X-Sekisho-Item: ${item}`));

  /** How often the log said these words about the item. */
  const told = (item: string, words: string) =>
    gateway.log
      .split("\n")
      .filter((line) => line.includes(item) && line.includes(words)).length;

  const toldOnce = (item: string, words: string, times = 1) =>
    until(
      () => told(item, words) >= times,
      30_000,
      () => gateway.log,
    );

  interface Shown {
    readonly state: string;
    readonly recipients: readonly {
      readonly address: string;
      readonly state: string;
      readonly reply: string | null;
    }[];
    readonly holds: readonly {
      readonly code: string;
      readonly state: string;
    }[];
  }

  async function shown(item: string): Promise<Shown> {
    const { stdout } = await gateway.command(
      ...["quarantine", "show", item, "--json"],
    );
    return JSON.parse(stdout) as Shown;
  }

  const endings = ({ recipients }: Shown) =>
    recipients.map((one) => [one.address, one.state]);

  const openHolds = ({ holds }: Shown) =>
    holds.filter((hold) => hold.state === "held").map((hold) => hold.code);

  // ---------------------------------------------------------------- the scanner

  it("takes mail and passes none of it on while the scanner was never there, then all of it", async () => {
    const items = [await send("before-clamd-1"), await send("before-clamd-2")];
    for (const item of items) await toldOnce(item, "CLAMD_UNREACHABLE", 2);
    expect(peer.mails).toEqual([]);
    await clamdUp();
    expect(await gateway.settled()).toMatchObject({ delivered: 2, held: 0 });
    for (const item of items) expect(copiesOf(item)).toHaveLength(1);
  }, 60_000);

  it("passes nothing on while the scanner is away in the middle, and forgets nothing", async () => {
    await clamd.stop();
    const items = await Promise.all(
      Array.from({ length: 10 }, (_, n) => send(`without-clamd-${n}`)),
    );
    for (const item of items) await toldOnce(item, "CLAMD_UNREACHABLE");
    expect(items.flatMap(copiesOf)).toEqual([]);
    await clamdUp();
    expect(await gateway.settled()).toMatchObject({ delivered: 12, held: 0 });
    for (const item of items) expect(copiesOf(item)).toHaveLength(1);
  }, 60_000);

  // ---------------------------------------------------------------- the LGWAN side

  it("keeps a mail while nobody listens on the LGWAN side, and delivers it once when somebody does", async () => {
    await peer.close();
    const item = await send("nobody-there");
    await toldOnce(item, '"receipts":"deferred"');
    peer = await startFakePeer({}, port);
    await gateway.settled();
    expect(copiesOf(item)).toHaveLength(1);
  });

  it.each<[string, Script]>([
    ["421 as a greeting", { greeting: ["421 closing", "220 peer"] }],
    ["450 to the sender", { MAIL: ["450 4.2.0 later", "250 ok"] }],
    ["452 to DATA", { DATA: ["452 4.3.1 no room", "354 go on"] }],
    ["451 after the final dot", { dot: ["451 4.3.0 later", "250 taken"] }],
  ])("tries again after %s, and delivers once", async (words, script) => {
    await peerIs(script);
    const item = await send(`again-${words.slice(0, 3)}`);
    await gateway.settled();
    expect(told(item, '"receipts":"deferred"')).toBeGreaterThan(0);
    expect((await shown(item)).state).toBe("delivered");
    // A peer that defers at the dot has seen the bytes, and has said that it does not keep them.
    expect(copiesOf(item)).toHaveLength(script.dot === undefined ? 1 : 2);
  });

  it("holds the one of three recipients that is refused, and a release tries that one alone", async () => {
    await peerIs({
      RCPT: ["250 ok", "550 5.1.1 nobody of that name", "250 ok", "250 ok"],
    });
    const item = await send("one-of-three", PEOPLE);
    await until(
      async () => (await shown(item)).state === "delivered",
      30_000,
      () => gateway.log,
    );
    const after = await shown(item);
    expect(endings(after)).toEqual([
      [PEOPLE[0], "delivered"],
      [PEOPLE[1], "held"],
      [PEOPLE[2], "delivered"],
    ]);
    expect(openHolds(after)).toEqual(["DELIVERY_REFUSED"]);
    expect(after.recipients[1]?.reply).toContain("nobody of that name");
    expect(copiesOf(item)).toHaveLength(1);

    const { code } = await gateway.command(
      ...["quarantine", "release", item, "--reason", "the name is there now"],
    );
    expect(code).toBe(0);
    await until(
      () => peer.mails.length === 2,
      30_000,
      () => gateway.log,
    );
    expect(
      peer.commands.filter((command) => command.startsWith("RCPT")).at(-1),
    ).toContain(PEOPLE[1]);
    expect(
      peer.commands.filter((command) => command.startsWith("RCPT")),
    ).toHaveLength(4);
    expect(openHolds(await shown(item))).toEqual([]);
  }, 60_000);

  it("holds a mail that is refused for good after the final dot, and does not try again", async () => {
    await peerIs({ dot: "554 5.7.1 not wanted" });
    const item = await send("refused-for-good");
    await gateway.settled();
    const after = await shown(item);
    expect([after.state, openHolds(after)]).toEqual([
      "held",
      ["DELIVERY_REFUSED"],
    ]);
    expect(copiesOf(item)).toHaveLength(1);
  });

  it("releases a refused mail without its part with a virus, and says that the part stays held", async () => {
    await peerIs({ RCPT: ["550 5.1.1 nobody yet", "250 ok"] });
    const bytes = eicar();
    const type = "application/octet-stream";
    const mail = mixedMail({
      text: "本文",
      attachments: [{ name: "v.com", type, bytes }],
    });
    const answer = await sendRaw(gateway.ports.smtp, mail);
    const item = answer.split(" ").at(-1) ?? "";
    await gateway.settled();
    expect(openHolds(await shown(item)).sort()).toEqual([
      ...["DELIVERY_REFUSED", "VIRUS_FOUND"],
    ]);

    const { code, stdout } = await gateway.command(
      ...["quarantine", "release", item, "--reason", "the name is there now"],
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("not released: 1 part(s) of it with a virus"),
    ]);
    await until(
      async () => (await shown(item)).state === "delivered",
      30_000,
      () => gateway.log,
    );
    expect(copiesOf(item)).toHaveLength(1);
    expect(openHolds(await shown(item))).toEqual(["VIRUS_FOUND"]);
    const again = await gateway.command(
      ...["quarantine", "release", item, "--reason", "once more"],
    );
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining("a virus is never released"),
    ]);
  }, 60_000);

  it.each<[string, Script]>([
    ["says nothing after the final dot", { dot: [null, "250 2.0.0 taken"] }],
    [
      "resets the connection after the final dot",
      { dot: [(socket) => socket.resetAndDestroy(), "250 2.0.0 taken"] },
    ],
  ])(
    "tries once more when the peer %s: at most one duplicate",
    async (words, script) => {
      await peerIs(script);
      const item = await send(`unknown-${words.slice(0, 4)}`);
      await gateway.settled();
      expect((await shown(item)).state).toBe("delivered");
      expect(copiesOf(item)).toHaveLength(2);
      expect(told(item, '"receipts":"unknown"')).toBe(1);
    },
    60_000,
  );

  it("asks a person when the peer resets after the final dot twice", async () => {
    await peerIs({ dot: (socket) => socket.resetAndDestroy() });
    const item = await send("unknown-twice");
    await gateway.settled();
    const after = await shown(item);
    expect([after.state, openHolds(after)]).toEqual([
      "held",
      ["DELIVERY_UNKNOWN"],
    ]);
    expect(copiesOf(item)).toHaveLength(2);
  });

  it("gives up waiting for a peer that hangs before the content, and tries again", async () => {
    await peerIs({ MAIL: [null, "250 ok"] });
    const item = await send("hangs-early");
    await gateway.settled();
    expect((await shown(item)).state).toBe("delivered");
    expect(copiesOf(item)).toHaveLength(1);
  }, 60_000);

  it("has every decision on an unbroken record at the end", async () => {
    expect((await gateway.command("audit", "verify")).code).toBe(0);
  });
});
