import { afterEach, describe, expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { connect as connectTls } from "node:tls";
import { makeCertificate } from "../../fixtures/smtp/certificate.ts";
import type { SmtpClient } from "../../fixtures/smtp/dialog.ts";
import { openClient } from "../../fixtures/smtp/dialog.ts";
import type { TestDoor } from "../../fixtures/smtp/door.ts";
import { openDoor } from "../../fixtures/smtp/door.ts";
import { Fault } from "../core/fault.ts";
import { newItemId } from "../core/id.ts";
import type { ListenerDeps, ListenerOptions, OfferedMail } from "./listener.ts";
import { describeWith } from "../../test/support/programs.ts";

const clients: SmtpClient[] = [];
let door: TestDoor;

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await door.close();
});

async function open(
  options: Partial<ListenerOptions> = {},
  deps: Partial<ListenerDeps> = {},
): Promise<void> {
  door = await openDoor(options, deps);
}

async function connected(from = "127.0.0.1"): Promise<SmtpClient> {
  const client = await openClient(door.port, from);
  clients.push(client);
  return client;
}

/** Says all of it and hears as many replies; the last one comes back. */
async function ask(client: SmtpClient, ...lines: string[]) {
  let reply: string | null = null;
  for (const line of lines) {
    await client.say(`${line}\r\n`);
    reply = await client.reply();
  }
  return reply;
}

async function inData(): Promise<SmtpClient> {
  const client = await connected();
  await client.reply();
  const reply = await ask(
    client,
    "EHLO client.example",
    "MAIL FROM:<sato@example.com>",
    "RCPT TO:<soumu@kawa.lg.jp>",
    "DATA",
  );
  expect(reply).toMatch(/^354/);
  return client;
}

const readAll = async ({ source }: OfferedMail) => {
  for await (const chunk of source) void chunk;
};
const DATA = "Subject: a\r\n\r\n..dot\r\n.\r\n";

describe("a mail that is accepted", () => {
  it("is offered with tenant, envelope and the bytes without dot-stuffing", async () => {
    await open();
    const client = await inData();
    await client.say(DATA);
    expect(await client.reply()).toMatch(/^250 2\.0\.0 [0-9a-z]{26}$/);
    expect(door.stored[0]?.content.toString()).toBe(
      "Subject: a\r\n\r\n.dot\r\n",
    );
    expect(door.stored[0]?.mail).toMatchObject({
      tenant: "kawa",
      envelope: {
        reversePath: "sato@example.com",
        recipients: ["soumu@kawa.lg.jp"],
        client: { address: "127.0.0.1", helo: "client.example", tls: false },
        smtpUtf8: false,
      },
    });
  });

  it("keeps a Japanese domain in ASCII, and one recipient of two spellings", async () => {
    await open();
    const client = await connected();
    await client.reply();
    await ask(
      client,
      "EHLO c",
      "MAIL FROM:<a@xn--wgv71a.jp>",
      "RCPT TO:<Soumu@XN--WGV71A.jp>",
      "RCPT TO:<soumu@xn--wgv71a.jp>",
      "DATA",
    );
    await client.say(DATA);
    await client.reply();
    expect(door.stored[0]?.mail.envelope).toMatchObject({
      reversePath: "a@xn--wgv71a.jp",
      recipients: ["soumu@xn--wgv71a.jp"],
    });
  });

  it("hears 250 only after it is stored", async () => {
    const stored = Promise.withResolvers<void>();
    const read = Promise.withResolvers<void>();
    await open(
      {},
      {
        accept: async (mail) => {
          await readAll(mail);
          read.resolve();
          await stored.promise;
          return newItemId();
        },
      },
    );
    const client = await inData();
    await client.say(DATA);
    await read.promise;
    const heard = client.reply();
    expect(await Promise.race([heard, delay(50, "nothing")])).toBe("nothing");
    stored.resolve();
    expect(await heard).toMatch(/^250 /);
  });
});

describe("a mail that cannot be stored", () => {
  it.each([
    ["STORE_FULL", "452 4.3.1", new Fault("STORE_FULL")],
    ["STORE_FAILED", "451 4.3.0", new Fault("STORE_FAILED")],
    ["a fault without reply", "451 4.3.0", new Fault("QUEUE_UNREACHABLE")],
    ["an unknown error", "451 4.3.0", new Error("/var/secret: EIO")],
  ] as const)(
    "%s: hears %s and the session goes on",
    async (_name, reply, error) => {
      let count = 0;
      await open(
        {},
        {
          accept: async (mail) => {
            count += 1;
            if (count === 1) throw error;
            await readAll(mail);
            return newItemId();
          },
        },
      );
      const client = await inData();
      await client.say(DATA);
      const heard = await client.reply();
      expect(heard).toContain(reply);
      expect(heard).not.toContain("secret");
      await ask(client, "MAIL FROM:<>", "RCPT TO:<a@kawa.lg.jp>", "DATA");
      await client.say(DATA);
      expect(await client.reply()).toMatch(/^250 /);
    },
  );

  it("hears 451 after storeDeadlineMs, and the store is told to stop", async () => {
    let signal: AbortSignal | undefined;
    await open(
      { storeDeadlineMs: 100 },
      {
        accept: async (mail) => {
          signal = mail.signal;
          await readAll(mail);
          await new Promise((resolve) =>
            mail.signal.addEventListener("abort", resolve),
          );
          throw new Fault("STORE_FAILED");
        },
      },
    );
    const client = await inData();
    await client.say(DATA);
    expect(await client.reply()).toMatch(/^451 4\.3\.0/);
    expect(signal?.aborted).toBe(true);
  });

  it("is not accepted when the store did not read it to the end", async () => {
    await open({}, { accept: async () => newItemId() });
    const client = await inData();
    await client.say(DATA);
    expect(await client.reply()).toMatch(/^451 4\.3\.0/);
  });
});

describe("a client that is slow or leaves", () => {
  it("leaves nothing when it goes in mid-DATA", async () => {
    await open();
    const client = await inData();
    await client.say("Subject: a\r\n\r\nhalf a ");
    client.socket.resetAndDestroy();
    while (door.broken.length === 0) await delay(5);
    expect(door.broken).toMatchObject([{ code: "SMTP_CLIENT_GONE" }]);
    expect(door.stored).toEqual([]);
  });

  it("hears 421 4.4.2 when DATA lasts longer than dataDeadlineMs", async () => {
    await open({ dataDeadlineMs: 200 });
    const client = await inData();
    const drip = setInterval(() => void client.say("x\r\n"), 20);
    expect(await client.reply()).toMatch(/^421 4\.4\.2/);
    clearInterval(drip);
    expect(await client.reply()).toBeNull();
    expect(door.stored).toEqual([]);
  });

  it("hears 421 4.4.2 when it sends less than minDataBytesPerSecond", async () => {
    await open({
      dataGraceMs: 60,
      dataCheckMs: 20,
      minDataBytesPerSecond: 500,
    });
    const client = await inData();
    const drip = setInterval(() => void client.say("x\r\n"), 50);
    expect(await client.reply()).toMatch(/^421 4\.4\.2/);
    clearInterval(drip);
  });

  it("is not blamed for a disk that does not keep up", async () => {
    await open(
      { dataGraceMs: 60, dataCheckMs: 20, minDataBytesPerSecond: 1e6 },
      {
        accept: async (mail) => {
          for await (const chunk of mail.source)
            if (chunk.length > 0) await delay(150);
          return newItemId();
        },
      },
    );
    const client = await inData();
    await client.say(
      `Subject: a\r\n\r\n${`${"x".repeat(998)}\r\n`.repeat(190)}.\r\n`,
    );
    expect(await client.reply()).toMatch(/^250 /);
  });

  it("hears 421 when it says nothing for idleTimeoutMs", async () => {
    await open({ idleTimeoutMs: 150 });
    const client = await connected();
    await client.reply();
    expect(await client.reply()).toMatch(/^421 /);
    expect(await client.reply()).toBeNull();
  });

  it("hears 421 4.4.2 when the session lasts longer than sessionDeadlineMs", async () => {
    await open({ sessionDeadlineMs: 300 });
    const client = await connected();
    await client.reply();
    const noop = setInterval(() => void client.say("NOOP\r\n"), 50);
    let last: string | null = "";
    for (let heard: string | null = ""; heard !== null;) {
      heard = await client.reply();
      last = heard ?? last;
    }
    clearInterval(noop);
    expect(last).toMatch(/^421 4\.4\.2/);
  });

  it("keeps its 250 when the session ends while its mail is being stored", async () => {
    await open(
      { sessionDeadlineMs: 250 },
      {
        accept: async (mail) => {
          await readAll(mail);
          await delay(300);
          return newItemId();
        },
      },
    );
    const client = await inData();
    await client.say(DATA);
    expect(await client.reply()).toMatch(/^250 2\.0\.0/);
    expect(await client.reply()).toMatch(/^421 4\.4\.2/);
  });
});

describe("many clients", () => {
  it("turns the 21st connection of one client away and greets another client", async () => {
    await open({ maxConnectionsPerClient: 20 });
    for (let n = 0; n < 20; n += 1) await connected();
    const oneTooMany = await connected();
    expect(await oneTooMany.reply()).toMatch(/^421 4\.7\.0/);
    expect(await oneTooMany.reply()).toBeNull();
    const other = await connected("127.0.0.2");
    expect(await other.reply()).toMatch(/^220 /);
  });

  it("gives a place back when a client has gone", async () => {
    await open({ maxConnectionsPerClient: 1 });
    for (let n = 0; n < 5; n += 1) {
      const client = await connected();
      expect(await client.reply()).toMatch(/^220 /);
      client.close();
      await delay(20);
    }
  });

  it("turns away what is more than maxConnections", async () => {
    await open({ maxConnections: 3 });
    const all = [];
    for (let n = 0; n < 5; n += 1) all.push(await connected());
    const heard = await Promise.all(all.map((client) => client.reply()));
    expect(heard.map((reply) => reply?.slice(0, 3))).toEqual([
      "220",
      "220",
      "220",
      "421",
      "421",
    ]);
  });

  it("says 421 4.7.0 to the third mail of a session when 2 are allowed", async () => {
    await open({ maxMessagesPerSession: 2 });
    const client = await inData();
    await client.say(DATA);
    await client.reply();
    await ask(client, "MAIL FROM:<>", "RCPT TO:<a@kawa.lg.jp>", "DATA");
    await client.say(DATA);
    await client.reply();
    expect(await ask(client, "MAIL FROM:<>")).toMatch(/^421 4\.7\.0/);
  });
});

describe("a listener that closes", () => {
  it("waits for the mail being stored, whose sender still hears 250", async () => {
    const reading = Promise.withResolvers<void>();
    await open(
      {},
      {
        accept: async (mail) => {
          await readAll(mail);
          reading.resolve();
          await delay(100);
          return newItemId();
        },
      },
    );
    const client = await inData();
    await client.say(DATA);
    await reading.promise;
    const closing = door.close();
    expect(await client.reply()).toMatch(/^250 2\.0\.0/);
    expect(await client.reply()).toMatch(/^421 4\.3\.2/);
    await closing;
  });

  it("ends a DATA under way and idle sessions with 421 4.3.2, and stores nothing", async () => {
    await open();
    const busy = await inData();
    await busy.say("Subject: a\r\n");
    const idle = await connected();
    await idle.reply();
    await door.close();
    expect(await busy.reply()).toMatch(/^421 4\.3\.2/);
    expect(await idle.reply()).toMatch(/^421 4\.3\.2/);
    expect(door.stored).toEqual([]);
    await expect(connected()).rejects.toThrow();
  });
});

const certificate = makeCertificate();

describeWith(["openssl"], "STARTTLS", () => {
  const tls = certificate;

  it("is offered with a key, and the envelope says so", async () => {
    await open({ tls });
    const plain = await connected();
    await plain.reply();
    expect(await ask(plain, "EHLO c", "STARTTLS")).toMatch(/^220 /);
    const secure = connectTls({
      socket: plain.socket,
      ca: tls?.cert ?? "",
      host: "127.0.0.1",
    });
    const heard: string[] = [];
    secure.setEncoding("latin1").on("data", (text) => heard.push(String(text)));
    secure.write(
      "EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@kawa.lg.jp>\r\nDATA\r\n",
    );
    while (!heard.join("").includes("354")) await delay(5);
    expect(heard.join("")).not.toContain("STARTTLS");
    secure.write(DATA);
    while (door.stored.length === 0) await delay(5);
    expect(door.stored[0]?.mail.envelope.client.tls).toBe(true);
    secure.destroy();
  });

  it("forgets commands that came in clear behind it", async () => {
    await open({ tls });
    const plain = await connected();
    await plain.reply();
    await ask(plain, "EHLO c");
    await plain.say("STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n");
    expect(await plain.reply()).toMatch(/^220 /);
    expect(await Promise.race([plain.reply(), delay(100, "nothing")])).toBe(
      "nothing",
    );
  });

  it("ends a handshake that never comes at sessionDeadlineMs", async () => {
    await open({ tls, sessionDeadlineMs: 300 });
    const plain = await connected();
    await plain.reply();
    expect(await ask(plain, "EHLO c", "STARTTLS")).toMatch(/^220 /);
    await plain.say("\x16\x03\x01");
    expect(await plain.reply()).toBeNull();
  });
});

const run = promisify(execFile);

describeWith(["swaks"], "swaks", () => {
  it("delivers a mail with an attachment", async () => {
    await open();
    await run("swaks", [
      "--server",
      `127.0.0.1:${door.port}`,
      "--from",
      "a@example.com",
      "--to",
      "soumu@kawa.lg.jp",
      "--attach",
      "@/etc/hostname",
      "--pipeline",
      "--suppress-data",
    ]);
    expect(door.stored).toHaveLength(1);
  });
});

describeWith(["smtp-source"], "smtp-source", () => {
  it("delivers 100 mails over 10 connections", async () => {
    await open();
    await run("/usr/sbin/smtp-source", [
      "-s",
      "10",
      "-m",
      "100",
      "-l",
      "5000",
      "-f",
      "a@example.com",
      "-t",
      "soumu@kawa.lg.jp",
      `127.0.0.1:${door.port}`,
    ]);
    expect(door.stored).toHaveLength(100);
  });
});
