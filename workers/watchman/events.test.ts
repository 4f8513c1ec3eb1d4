import {
  afterEach,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate } from "../../fixtures/smtp/certificate.ts";
import { freePort, until } from "../../test/support/gateway.ts";
import { describeWith } from "../../test/support/programs.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { copyDatabase } from "../../src/store/copy/ledger-copy.ts";
import { createHistory } from "../../src/store/history.ts";
import type { History } from "../../src/store/history.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { watchLedger } from "../../src/store/ledger/watch.ts";
import type { LedgerWatch } from "../../src/store/ledger/watch.ts";
import { openEventFile } from "../../src/telemetry/event-file.ts";
import { sendFrames } from "../../src/telemetry/syslog.ts";
import { framed, jsonLine, syslogMessage } from "../../src/wire/event.ts";
import { Sending } from "./events.ts";
import type { Collector } from "./events.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };

let folder: string;
let ledger: Ledger;
let watch: LedgerWatch;
let history: History;
let sending: Sending | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sekisho-events-"));
  ledger = await createLedger(join(folder, "ledger.db"));
  watch = watchLedger(join(folder, "ledger.db"));
  history = createHistory(join(folder, "history.db"));
});
afterEach(async () => {
  await sending?.stop();
  sending = null;
  watch.close();
  history.close();
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

let made = 0;
async function act(count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, () =>
      ledger.record({
        ...{ act: "noted", actor: "sato" },
        facts: { note: `メモ ${(made += 1)}`, breaks: "a\u2028\u202eb\n" },
      }),
    ),
  );
}

function send(collector: Collector): Sending {
  sending = new Sending(collector, { ledger: watch, history, log });
  return sending;
}

const syslogTo = (
  port: number,
  over: { readonly ca?: Buffer; readonly answerDeadlineMs?: number } = {},
): Collector => ({
  name: "syslog",
  send: (events, signal) =>
    sendFrames(
      {
        ...{ host: "127.0.0.1", port },
        tls: over.ca === undefined ? null : { ca: over.ca },
        answerDeadlineMs: over.answerDeadlineMs ?? 10_000,
      },
      events.map((event) => framed(syslogMessage(event, "gate.test"))),
      signal,
    ),
});

const arrives = (count: number) =>
  until(
    () => sending?.sent === count,
    60_000,
    () => `${sending?.sent} of ${count}`,
  );

/** A collector of the test's own: `take` says what becomes of each connection. */
async function startCollector(take: (socket: Socket) => void, port = 0) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    take(socket);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async die() {
      for (const socket of sockets) socket.resetAndDestroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sequence numbers in octet-counted frames. */
function seqsIn(heard: string): number[] {
  return [...heard.matchAll(/\[sekisho@32473 seq="(\d+)"/g)].map(([, seq]) =>
    Number(seq),
  );
}

const upTo = (count: number) =>
  Array.from({ length: count }, (_, at) => at + 1);

describe("the record on its way to a collector", () => {
  it("waits while the collector is away, dies half way or hangs, and then arrives whole", async () => {
    await act(2500);
    const port = await freePort();
    send(syslogTo(port, { answerDeadlineMs: 1000 }));
    // It takes connections and reads nothing.
    const hanging = await startCollector((socket) => void socket.pause(), port);
    await until(() => sending !== null, 1000);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(sending?.sent).toBe(0);
    await hanging.die();
    // It reads some and falls over; what it has read is gone with it.
    let cut = 0;
    const dying = await startCollector((socket) => {
      socket.once("data", () => {
        cut += 1;
        socket.resetAndDestroy();
      });
    }, port);
    await until(() => cut > 0, 60_000);
    await dying.die();
    expect(sending?.sent).toBe(0);
    let heard = "";
    const well = await startCollector((socket) => {
      let mine = "";
      socket.on("data", (chunk: Buffer) => (mine += chunk.toString()));
      socket.once("end", () => {
        heard += mine;
        socket.end();
      });
    }, port);
    try {
      await arrives(2500);
      expect(seqsIn(heard)).toEqual(upTo(2500));
    } finally {
      await sending?.stop();
      await well.die();
    }
  }, 150_000);

  it("goes on after a restart where it had come to", async () => {
    await act(30);
    const got: number[] = [];
    const collector: Collector = {
      name: "one",
      send: async (events) => void got.push(...events.map(({ seq }) => seq)),
    };
    send(collector);
    await arrives(30);
    await sending?.stop();
    await act(5);
    send(collector);
    await arrives(35);
    expect(got).toEqual(upTo(35));
  });

  it.each([
    ["from the entry that marks the restore on", 5],
    ["also when the record has grown past the file since", 40],
  ])(
    "goes on after a restore in a file that outlived it, %s",
    async (_, acts) => {
      const file = openEventFile({
        ...{ path: join(folder, "events.jsonl"), maxBytes: 1e6, keepFiles: 3 },
      });
      const collector: Collector = {
        ...{ name: "file", last: () => file.last() },
        send: (events) => file.append(events.map(jsonLine)),
      };
      await act(20);
      copyDatabase(join(folder, "ledger.db"), join(folder, "copy.db"));
      await act(10);
      send(collector);
      await arrives(30);
      await sending?.stop();
      watch.close();
      history.close();
      await ledger.close();
      ledger = await createLedger(join(folder, "copy.db"));
      watch = watchLedger(join(folder, "copy.db"));
      history = createHistory(join(folder, "new-history.db"));
      const restored = { copiedAt: 1, who: "sato", why: "disk" };
      await ledger.markRestored(restored);
      await act(acts);
      const last = watch.lastEntry();
      send(collector);
      await arrives(last);
      await sending?.stop();
      // A second start finds its own lines.
      await act(1);
      send(collector);
      await arrives(last + 1);
      await sending?.stop();
      const lines = (await readFile(join(folder, "events.jsonl"), "utf8"))
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { seq: number; act: string });
      expect(lines.slice(0, 30).map(({ seq }) => seq)).toEqual(upTo(30));
      expect(lines[30]).toMatchObject({ seq: 21, act: "restored" });
      expect(lines.slice(30).map(({ seq }) => seq)).toEqual(
        upTo(last + 1).slice(20),
      );
    },
  );

  it("is never late because a clock is set by 9 hours", async () => {
    await act(3);
    const one = send({ name: "one", send: async () => {} });
    await arrives(3);
    const now = Date.now();
    const clock = jest.spyOn(Date, "now").mockReturnValue(now + 9 * 3_600_000);
    try {
      expect(one.isBehind).toBe(false);
    } finally {
      clock.mockRestore();
    }
  });

  it("begins a file of 1 MiB anew, mends a line that a fall cut off, and repeats none", async () => {
    const path = join(folder, "events.jsonl");
    const open = (): Collector => {
      const file = openEventFile({ path, maxBytes: 100_000, keepFiles: 3 });
      return {
        ...{ name: "file", last: () => file.last() },
        send: (events) => file.append(events.map(jsonLine)),
      };
    };
    await act(1500);
    send(open());
    await arrives(1500);
    await sending?.stop();
    // A line was begun, and the cursor of the last writing is lost.
    await appendFile(path, '{"seq":1501,"ti');
    history.setCursor("sent.file", 1000);
    await act(10);
    send(open());
    await arrives(1510);
    await sending?.stop();
    const text =
      (await readFile(`${path}.2`, "utf8").catch(() => "")) +
      (await readFile(`${path}.1`, "utf8")) +
      (await readFile(path, "utf8"));
    const lines = text.trim().split("\n");
    expect(
      lines.map((line) => (JSON.parse(line) as { seq: number }).seq),
    ).toEqual(upTo(1510));
  });
});

describeWith(["rsyslogd"], "a real rsyslog", () => {
  let server: ChildProcess;
  let port: number;
  let out: string;

  async function start(tls: boolean): Promise<void> {
    port = await freePort();
    out = join(folder, "rsyslog.out");
    const driver = tls
      ? `global(DefaultNetstreamDriver="ossl" DefaultNetstreamDriverCAFile="${folder}/cert.pem"
          DefaultNetstreamDriverCertFile="${folder}/cert.pem" DefaultNetstreamDriverKeyFile="${folder}/key.pem")`
      : "";
    const stream = tls
      ? `StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"`
      : "";
    await writeFile(
      join(folder, "rsyslog.conf"),
      `${driver}
global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imtcp" ${stream})
template(name="all" type="list") {
  property(name="app-name") constant(value=" ") property(name="msgid") constant(value=" ")
  property(name="structured-data") constant(value=" ") property(name="msg") constant(value="\\n")
}
input(type="imtcp" port="${port}" address="127.0.0.1")
action(type="omfile" file="${out}" template="all")
`,
    );
    server = spawn(
      "rsyslogd",
      [
        ...["-n", "-f", join(folder, "rsyslog.conf")],
        ...["-i", join(folder, "rsyslog.pid")],
      ],
      {
        stdio: "ignore",
        env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
      },
    );
  }
  afterEach(async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  });

  async function written(count: number): Promise<string> {
    let text = "";
    await until(
      async () => {
        text = await readFile(out, "utf8").catch(() => "");
        return seqsIn(text).length >= count;
      },
      60_000,
      () => `${seqsIn(text).length} of ${count}: ${text.slice(0, 500)}`,
    );
    return text;
  }

  it("understands each entry: name, kind, structured data and text, in order", async () => {
    await start(false);
    await act(1200);
    send(syslogTo(port));
    await arrives(1200);
    const text = await written(1200);
    expect(seqsIn(text)).toEqual(upTo(1200));
    const [first = ""] = text.split("\n");
    expect(first).toMatch(
      /^sekisho noted \[sekisho@32473 seq="1" act="noted" actor="sato" hash="[0-9a-f]{64}"\]\[meta sequenceId="1"\] /,
    );
    expect(first).toContain("メモ");
    expect(text.trim().split("\n")).toHaveLength(1200);
  }, 120_000);

  const needs = ["openssl", "/usr/lib/*/rsyslog/lmnsd_ossl.so"];
  describeWith(needs, "with TLS", () => {
    it("takes them over TLS, with a certificate that is checked", async () => {
      const { key, cert } = makeCertificate()!;
      await writeFile(join(folder, "key.pem"), key);
      await writeFile(join(folder, "cert.pem"), cert);
      await start(true);
      await act(50);
      send(syslogTo(port, { ca: Buffer.from(cert) }));
      await arrives(50);
      expect(seqsIn(await written(50))).toEqual(upTo(50));
    }, 120_000);
  });
});
