import { afterEach, describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import type { Socket } from "node:net";
import type { Certificate } from "../../fixtures/smtp/certificate.ts";
import { makeCertificate } from "../../fixtures/smtp/certificate.ts";
import { openDoor } from "../../fixtures/smtp/door.ts";
import type { FakePeer, Script } from "../../fixtures/smtp/fake-peer.ts";
import { startFakePeer } from "../../fixtures/smtp/fake-peer.ts";
import { newItemId } from "../core/id.ts";
import type { SealedMessage } from "../core/message.ts";
import type { Courier } from "../core/courier.ts";
import type { CourierOptions } from "./client.ts";
import { createCourier, leaseFor } from "./client.ts";
import { describeWith } from "../../test/support/programs.ts";

const TO = ["a@kawa.lg.jp", "b@kawa.lg.jp", "c@kawa.lg.jp"];
const MAIL = "Subject: a\r\n\r\n.dot\r\n";
let peer: FakePeer;
let courier: Courier;

afterEach(async () => {
  await courier.close();
  await peer.close();
});

async function open(
  script: Script,
  options: Partial<CourierOptions> = {},
): Promise<void> {
  peer = await startFakePeer(script);
  courier = createCourier({ ...courierOptions(peer.port), ...options });
}

function courierOptions(port: number): CourierOptions {
  const silent = () => undefined;
  return {
    host: "127.0.0.1",
    port,
    hostname: "sekisho.example.lg.jp",
    requireTls: false,
    ca: null,
    maxConnections: 2,
    answerDeadlineMs: 10_000,
    sendDeadlineMs: 20_000,
    connectMs: 10_000,
    log: { info: silent, warn: silent, error: silent },
  };
}

function sealed(
  text: string,
  over: { readonly reversePath?: string; readonly sha256?: string } = {},
): SealedMessage {
  const bytes = Buffer.from(text, "latin1");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const content = {
    bytes: bytes.length,
    sha256: over.sha256 ?? sha256,
    async *open() {
      for (let at = 0; at < bytes.length; at += 65_536)
        yield bytes.subarray(at, at + 65_536);
    },
  };
  const manifest = {
    version: 1,
    item: newItemId(),
    tenant: "kawa",
    reversePath: over.reversePath ?? "sato@example.com",
    recipients: TO,
    bytes: content.bytes,
    sha256,
    verdict: "clean",
    policyVersion: "1",
    clearedAt: "2026-11-21T00:00:00Z",
  };
  return { manifest, content } as unknown as SealedMessage;
}

async function kinds(text = MAIL, to = TO): Promise<string[]> {
  const receipts = await courier.send(sealed(text), to);
  expect(receipts.map(({ recipient }) => recipient)).toEqual(to);
  for (const { reply } of receipts) {
    expect(reply.length).toBeLessThanOrEqual(512);
    expect(reply).not.toMatch(/[\r\n\0]/);
  }
  return receipts.map(({ kind }) => kind);
}

const all = (kind: string) => [kind, kind, kind];
const reset = (socket: Socket) => socket.resetAndDestroy();

describe("courier and a good peer", () => {
  it("says envelope and bytes as they are, dots stuffed, in one transaction", async () => {
    await open({});
    expect(await kinds()).toEqual(all("accepted"));
    expect(peer.mails).toEqual(["Subject: a\r\n\r\n..dot\r\n"]);
    expect(peer.commands.filter((line) => !line.startsWith("EHLO"))).toEqual([
      `MAIL FROM:<sato@example.com> BODY=8BITMIME SIZE=${MAIL.length}`,
      ...TO.map((to) => `RCPT TO:<${to}>`),
      "DATA",
    ]);
  });

  it("sends 250 mails over 3 connections when each carries at most 100", async () => {
    await open({}, { maxConnections: 1, maxMessagesPerConnection: 100 });
    for (let n = 0; n < 250; n += 1) await courier.send(sealed(MAIL), TO);
    expect(peer.mails).toHaveLength(250);
    expect(peer.connections).toBe(3);
  });

  it("sends 20 mails at once over 2 connections", async () => {
    await open({});
    const sent = Array.from({ length: 20 }, () => kinds());
    expect(await Promise.all(sent)).toEqual(
      Array.from({ length: 20 }, () => all("accepted")),
    );
    expect(peer.connections).toBe(2);
  });

  it("says the null reverse-path of a bounce", async () => {
    await open({});
    await courier.send(sealed(MAIL, { reversePath: "" }), TO);
    expect(peer.commands.join("\n")).toContain("MAIL FROM:<> ");
  });

  it("sends 5 MiB unchanged", async () => {
    await open({ EHLO: "250-peer\r\n250 PIPELINING" });
    const big = `Subject: a\r\n\r\n${`${"x".repeat(76)}\r\n`.repeat(67_000)}`;
    expect(await kinds(big)).toEqual(all("accepted"));
    expect(peer.mails[0] === big).toBe(true);
  });

  it("takes a new connection when the peer hung up between two mails", async () => {
    let first: Socket | undefined;
    const keep = (socket: Socket) => {
      first ??= socket;
      socket.write("220 peer\r\n");
    };
    await open({ greeting: keep });
    await kinds();
    first?.destroy();
    expect(await kinds()).toEqual(all("accepted"));
    expect(peer.mails).toHaveLength(2);
  });

  it("takes a new connection when the peer answers the second MAIL with 421", async () => {
    await open({ MAIL: ["250 ok", "421 idle too long", "250 ok"] });
    await kinds();
    expect(await kinds()).toEqual(all("accepted"));
    expect(peer.connections).toBe(2);
  });
});

describe("courier and an address that cannot be said", () => {
  it("refuses that recipient alone and says nothing of it", async () => {
    await open({});
    const odd = "x@kawa.lg.jp>\r\nRCPT TO:<evil@example.com";
    expect(await kinds(MAIL, ["a@kawa.lg.jp", odd, "総務@kawa.lg.jp"])).toEqual(
      ["accepted", "refused", "refused"],
    );
    expect(peer.commands.join("\n")).not.toContain("evil");
  });

  it("does not even connect for a reverse-path with CRLF", async () => {
    await open({});
    const message = sealed(MAIL, { reversePath: "a@b>\r\nRCPT TO:<c@d" });
    const receipts = await courier.send(message, TO);
    expect(receipts.map(({ kind }) => kind)).toEqual(all("refused"));
    expect(peer.connections).toBe(0);
  });
});

describe("courier and a mail that is not what was sealed", () => {
  it("throws SEAL_BROKEN and never says the final dot", async () => {
    await open({});
    const message = sealed(MAIL, { sha256: "0".repeat(64) });
    await expect(courier.send(message, TO)).rejects.toMatchObject({
      code: "SEAL_BROKEN",
    });
    expect(peer.mails).toEqual([]);
    expect(await kinds()).toEqual(all("accepted"));
  });
});

describe.each([true, false])(
  "courier, peer with PIPELINING: %s",
  (pipelining) => {
    const EHLO = pipelining
      ? "250-peer\r\n250 PIPELINING"
      : "250-peer\r\n250 8BITMIME";

    it.each<[string, Script, string[]]>([
      [
        "450 and 550 at RCPT",
        { RCPT: ["250 ok", "450 later", "550 no"] },
        ["accepted", "deferred", "refused"],
      ],
      ["550 at every RCPT", { RCPT: "550 no", DATA: "503 no" }, all("refused")],
      [
        "550, 450, 450 at RCPT",
        { RCPT: ["550 no", "450 later"], DATA: "503 no" },
        ["refused", "deferred", "deferred"],
      ],
      [
        "550 at RCPT and 552 after the dot",
        { RCPT: ["450 later", "250 ok"], dot: "552 5.3.4 too big" },
        ["deferred", "refused", "refused"],
      ],
      [
        "550 at RCPT and silence after the dot",
        { RCPT: ["550 no", "250 ok"], dot: null },
        ["refused", "unknown", "unknown"],
      ],
      [
        "451 at MAIL",
        { MAIL: "451 later", RCPT: "503 no", DATA: "503 no" },
        all("deferred"),
      ],
      [
        "550 at MAIL",
        { MAIL: "550 no", RCPT: "503 no", DATA: "503 no" },
        all("refused"),
      ],
      ["421 at MAIL", { MAIL: "421 closing" }, all("deferred")],
      ["421 as greeting", { greeting: "421 busy" }, all("deferred")],
      ["554 as greeting", { greeting: "554 no service" }, all("deferred")],
      ["no greeting", { greeting: null }, all("deferred")],
      ["silence at EHLO", { EHLO: null }, all("deferred")],
      ["silence at MAIL", { MAIL: null }, all("deferred")],
      ["silence at RCPT", { RCPT: null }, all("deferred")],
      ["silence at DATA", { DATA: null }, all("deferred")],
      ["451 at DATA", { DATA: "451 later" }, all("deferred")],
      ["552 after the dot", { dot: "552 5.3.4 too big" }, all("refused")],
      ["451 after the dot", { dot: "451 later" }, all("deferred")],
      ["421 after the dot", { dot: "421 closing" }, all("deferred")],
      ["silence after the dot", { dot: null }, all("unknown")],
      ["a reset after the dot", { dot: reset }, all("unknown")],
      ["garbage after the dot", { dot: "hello" }, all("unknown")],
      ["354 after the dot", { dot: "354 go on" }, all("unknown")],
      [
        "half a reply after the dot",
        { dot: (socket) => socket.end("25") },
        all("unknown"),
      ],
      ["a reset at MAIL", { MAIL: reset }, all("deferred")],
      ["garbage at MAIL", { MAIL: "hello" }, all("deferred")],
      [
        "garbage as greeting",
        { greeting: "\u0000\u0001\u0002" },
        all("deferred"),
      ],
      [
        "250 before the mail",
        { DATA: "354 go on\r\n250 taken" },
        all("unknown"),
      ],
      [
        "a control character in its words",
        { dot: "552 no\u0007\u001b[2J" },
        all("refused"),
      ],
      [
        "a reply of 600 lines",
        { dot: `${"552-no\r\n".repeat(600)}552 no` },
        all("refused"),
      ],
    ])("%s", async (_name, script, expected) => {
      const hangs = Object.values(script).some((one) =>
        [one].flat().includes(null),
      );
      await open({ EHLO, ...script }, hangs ? { answerDeadlineMs: 300 } : {});
      expect(await kinds()).toEqual(expected);
    });

    it.each<[string, "greeting" | "EHLO" | "MAIL" | "dot", string]>([
      ["as greeting", "greeting", "deferred"],
      ["at EHLO", "EHLO", "deferred"],
      ["at MAIL", "MAIL", "deferred"],
      ["after the dot", "dot", "unknown"],
    ])(
      "10 MB of reply %s end the connection",
      async (_name, moment, expected) => {
        await open({
          EHLO,
          [moment]: (socket: Socket) => socket.write("2".repeat(10_000_000)),
        });
        expect(await kinds()).toEqual(all(expected));
      },
    );

    it.each<[string, "MAIL" | "dot", string]>([
      ["at MAIL", "MAIL", "deferred"],
      ["after the dot", "dot", "unknown"],
    ])(
      "one byte of reply every 100 ms %s ends at the deadline",
      async (_name, moment, expected) => {
        const trickle = (socket: Socket) => {
          const timer = setInterval(() => socket.write("2"), 100);
          socket.once("close", () => clearInterval(timer));
        };
        await open({ EHLO, [moment]: trickle }, { sendDeadlineMs: 600 });
        expect(await kinds()).toEqual(all(expected));
      },
    );

    it("a second 250 does not answer the next mail", async () => {
      await open({ EHLO, dot: ["250 ok\r\n250 ok", "552 no"] });
      expect(await kinds()).toEqual(all("accepted"));
      expect(await kinds()).toEqual(all("refused"));
      expect(peer.mails).toHaveLength(2);
    });
  },
);

describe("courier that must use TLS", () => {
  it("says nothing of the mail when STARTTLS is not offered", async () => {
    await open({}, { requireTls: true });
    expect(await kinds()).toEqual(all("deferred"));
    expect(peer.commands.join("\n")).not.toMatch(/MAIL|RCPT|DATA/);
  });
});

const certificate = makeCertificate();
const expired = makeCertificate(-1);

describeWith(["openssl"], "courier, TLS and certificates", () => {
  const own = certificate?.cert ?? "";
  it.each<[string, Certificate | null, Partial<CourierOptions>, string]>([
    [
      "required, certificate vouched for",
      certificate,
      { requireTls: true, ca: own },
      "accepted",
    ],
    [
      "required, certificate of somebody else",
      certificate,
      { requireTls: true, ca: expired?.cert ?? "" },
      "deferred",
    ],
    [
      "required, certificate of nobody",
      certificate,
      { requireTls: true, ca: null },
      "deferred",
    ],
    [
      "required, certificate out of date",
      expired,
      { requireTls: true, ca: expired?.cert ?? "" },
      "deferred",
    ],
    ["required, not offered", null, { requireTls: true, ca: own }, "deferred"],
    ["not required, any certificate", certificate, {}, "accepted"],
  ])("%s", async (_name, tls, options, expected) => {
    await open({});
    const door = await openDoor({ tls });
    await courier.close();
    courier = createCourier({ ...courierOptions(door.port), ...options });
    try {
      expect(await kinds()).toEqual(all(expected));
      expect(door.stored.map(({ mail }) => mail.envelope.client.tls)).toEqual(
        expected === "accepted" ? [true] : [],
      );
    } finally {
      await courier.close();
      await door.close();
    }
  });

  it("defers when 220 to STARTTLS is followed by words in clear", async () => {
    await open({ STAR: "220 go\r\n250 in clear" }, { requireTls: true });
    expect(await kinds()).toEqual(all("deferred"));
    expect(peer.commands.join("\n")).not.toMatch(/MAIL|RCPT|DATA/);
  });
});

describe("courier that is closed", () => {
  it("ends a transaction under way as unknown after the dot", async () => {
    const heard = Promise.withResolvers<void>();
    await open({ dot: () => heard.resolve() }, {});
    const sent = kinds();
    await heard.promise;
    await courier.close();
    expect(await sent).toEqual(all("unknown"));
  });

  it("says QUIT on idle connections", async () => {
    await open({});
    await kinds();
    await courier.close();
    expect(peer.commands.at(-1)).toBe("QUIT");
  });
});

describe("courier without a peer", () => {
  it("defers when nobody listens", async () => {
    await open({});
    await peer.close();
    const receipts = await courier.send(sealed(MAIL), TO);
    expect(receipts.map(({ kind }) => kind)).toEqual(all("deferred"));
    peer = await startFakePeer();
  });

  it.each([5, 600, 3600])(
    "is done before its lease ends where an answer may take %i s",
    async (seconds) => {
      await open({});
      // The wait for a connection, a dead idle one and a new one, 30 s each; then the transaction.
      const longest = 3 * 30_000 + 1.5 * seconds * 1000;
      expect(leaseFor(seconds * 1000)).toBeGreaterThan(longest);
    },
  );

  it("defers what waits longer than connectMs for one of 1 connections", async () => {
    await open(
      { dot: null },
      { maxConnections: 1, connectMs: 300, answerDeadlineMs: 1000 },
    );
    const [first, second] = await Promise.all([kinds(), kinds()]);
    expect([first?.[0], second?.[0]]).toEqual(["unknown", "deferred"]);
  });
});
