import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakePeer, type FakePeer } from "../fixtures/smtp/fake-peer.ts";
import type { Measures } from "../src/core/measure.ts";
import { startClamd, type RunningClamd } from "../src/scan/clamd-process.ts";
import { freePort, TestGateway, until } from "./support/gateway.ts";
import { sendMixed } from "./support/mixed-load.ts";
import { describeWith, GATEWAY_PROGRAMS } from "./support/programs.ts";
import { startRedisServer, type RedisServer } from "./support/redis-server.ts";
import {
  startMailSink,
  startWebhookReceiver,
  type MailSink,
  type WebhookReceiver,
} from "./support/told.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const KEY = "a-key-for-webhooks-of-tests";
const TENANTS = [
  { id: "kawa", name: "川町", domains: ["kawa.example.lg.jp"] },
  { id: "yama", name: "山村", domains: ["yama.example.lg.jp"] },
];
/** A multiple of 20, so that every kind of mail comes to each tenant as often. */
const LOAD = Number(process.env["SEKISHO_LOAD_MAILS"] ?? 500);
const VIRUSES = LOAD / 10;
/** Longer loads have longer to come through. */
const PATIENCE = Math.max(1, LOAD / 500);

/** Each neighbour breaks, the right people hear the right thing, and hear when it is over. */
describeWith([...GATEWAY_PROGRAMS, "redis-server"], "a watched gateway", () => {
  let folder: string;
  let clamd: RunningClamd;
  let port: number;
  let peer: FakePeer;
  let redis: RedisServer;
  let hook: WebhookReceiver;
  let sink: MailSink;
  let gateway: TestGateway;

  const clamdUp = async () => {
    clamd = await startClamd({ folder, databaseFolder: null, log: silent });
  };
  const settings = (freeBytes: number) => ({
    scanner: { socketPath: join(folder, "clamd.sock") },
    queue: { redis: { url: redis.url } },
    lgwan: {
      ...{ builtInMailbox: false, port, askEverySeconds: 1 },
      answerDeadlineSeconds: 5,
    },
    alerts: {
      mail: {
        ...{ host: "127.0.0.1", port: sink.port },
        ...{ from: "gate@example.lg.jp", to: ["admin@example.lg.jp"] },
      },
      webhooks: [hook.url],
      ...{ forMinutes: 0.02, clearMinutes: 0.02, freeBytes },
      ...{ heldMails: 60, senderMails: 25, refusedSignIns: 3 },
    },
    events: { file: { path: join(folder, "events.jsonl") } },
  });
  const start = (freeBytes: number) => ({
    settings: settings(freeBytes),
    tenants: TENANTS,
    environment: { SEKISHO_ALERTS_WEBHOOK_KEY: KEY },
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sekisho-watch-"));
    port = await freePort();
    [peer, redis, hook, sink] = await Promise.all([
      startFakePeer({}, port),
      startRedisServer(),
      startWebhookReceiver(KEY),
      startMailSink(),
      clamdUp(),
    ]);
    gateway = await TestGateway.start(start(2 ** 52));
  }, 120_000);
  afterAll(async () => {
    await gateway.remove();
    await clamd.stop();
    await Promise.all([
      ...[peer.close(), redis.stop(), hook.close(), sink.close()],
      rm(folder, { recursive: true, force: true }),
    ]);
  }, 60_000);

  const told = (kind: string, code: string) =>
    hook.alerts.filter((one) => one.kind === kind && one.code === code).length;

  const hears = (kind: string, ...codes: readonly string[]) =>
    until(
      () => codes.every((code) => told(kind, code) > 0),
      90_000,
      () => `${kind} ${codes.join()}: ${JSON.stringify(hook.alerts)}`,
    );

  async function ask<T>(path: string): Promise<T> {
    const url = `http://127.0.0.1:${gateway.ports.console}${path}`;
    const answer = await fetch(url);
    return (await answer.json()) as T;
  }

  it(
    `counts ${LOAD} mixed mails to the last one, by tenant, in the measures, the history and for Prometheus`,
    async () => {
      const domains = TENANTS.flatMap((tenant) => tenant.domains);
      const load = await sendMixed(gateway.ports.smtp, LOAD, domains);
      expect(load).toEqual({
        ...{ sent: LOAD, viruses: VIRUSES, unknown: VIRUSES },
      });
      await gateway.settled(120_000 * PATIENCE);
      let now: Measures | null = null;
      const sum = (name: "arrivals" | "completions" | "held" | "malicious") =>
        now?.tenants.reduce((all, one) => all + one[name], 0);
      await until(
        async () => {
          now = await ask<Measures>("/api/v1/measures");
          return sum("completions") === LOAD;
        },
        30_000,
        () => JSON.stringify(now?.tenants),
      );
      expect([sum("arrivals"), sum("held"), sum("malicious")]).toEqual([
        ...[LOAD, 2 * VIRUSES, VIRUSES],
      ]);
      const mine = (await ask<Measures>("/api/v1/measures")).tenants;
      expect(mine.map((one) => [one.tenant, one.arrivals]).sort()).toEqual([
        ["kawa", LOAD / 2],
        ["yama", LOAD / 2],
      ]);
      expect(peer.mails).toHaveLength(LOAD);

      const series = "arrivals,completions,held,malicious,held.VIRUS_FOUND";
      const path = `/api/v1/measures/history?range=hour&series=${series}`;
      let sums: readonly number[] = [];
      await until(
        async () => {
          const past = await ask<{ series?: { values: number[] }[] }>(path);
          sums = (past.series ?? []).map(({ values }) =>
            values.reduce((all, one) => all + one, 0),
          );
          return sums[1] === LOAD;
        },
        60_000,
        () => JSON.stringify(sums),
      );
      expect(sums).toEqual([LOAD, LOAD, 2 * VIRUSES, VIRUSES, VIRUSES]);

      // What waits for a decision is counted anew every few seconds only.
      const lines = [
        `sekisho_mails_received_total{tenant="kawa"} ${LOAD / 2}`,
        `sekisho_held{tenant="kawa",code="VIRUS_FOUND"} ${VIRUSES}`,
        `sekisho_stage_duration_seconds_count{stage="through"} ${LOAD}`,
      ];
      let text = "";
      await until(
        async () => {
          text = await (
            await fetch(`http://127.0.0.1:${gateway.ports.console}/metrics`)
          ).text();
          return lines.every((line) => text.includes(`\n${line}\n`));
        },
        30_000,
        () => text,
      );
    },
    240_000 * PATIENCE,
  );

  it("tells of many holds, of a busy sender and of a disk that gets full", async () => {
    await hears("raised", "HELD_BURST", "SENDER_BURST", "DISK_SHRINKING");
  }, 120_000);

  it("tells when scanner, inner side and Redis fail at once, by webhook and by mail, and when they are back", async () => {
    await clamd.stop();
    await peer.close();
    await redis.kill();
    await hears("raised", "SCANNER_SILENT", "LGWAN_SILENT", "QUEUE_SILENT");
    const ready = await fetch(
      `http://127.0.0.1:${gateway.ports.console}/readyz`,
    );
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: "degraded" },
    ]);
    await clamdUp();
    peer = await startFakePeer({}, port);
    await redis.restart();
    await hears("solved", "SCANNER_SILENT", "LGWAN_SILENT", "QUEUE_SILENT");
    await until(
      () =>
        sink.mails.some(({ text }) =>
          text.includes("解消しました：ウイルス検査が応答しません"),
        ),
      30_000,
      () => JSON.stringify(sink.mails),
    );
    const raised = sink.mails.find(({ text }) =>
      text.includes("【至急】ウイルス検査が応答しません"),
    );
    expect(raised).toMatchObject({
      to: ["admin@example.lg.jp"],
      text: expect.stringContaining("していただくこと：clamd の状態を確認"),
    });
  }, 240_000);

  it("tells of sign-ins that fail again and again", async () => {
    for (let at = 0; at < 4; at += 1)
      await fetch(`http://127.0.0.1:${gateway.ports.console}/api/v1/session`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "nobody", password: "x", code: "000000" }),
      });
    await hears("raised", "SIGN_IN_REFUSED");
  }, 120_000);

  it("remembers over a restart what it told, says that it is over, and that the settings are others", async () => {
    await gateway.stop();
    hook.refuse(true);
    gateway = await gateway.restart(start(0));
    // The first try meets a receiver that is ill.
    await gateway.logged("alert.not-sent", 60_000);
    hook.refuse(false);
    await hears("solved", "DISK_SHRINKING");
    await hears("raised", "CONFIG_CHANGED");
    expect(told("raised", "DISK_SHRINKING")).toBe(1);
    expect(hook.unsigned).toBe(0);
  }, 240_000);

  it("has sent the whole record to the file, each entry once and in order", async () => {
    const { stdout } = await gateway.command("audit", "verify");
    const entries = Number(/(\d+) entries/.exec(stdout)?.[1]);
    expect(entries).toBeGreaterThan(4 * LOAD);
    let seqs: readonly number[] = [];
    await until(
      async () => {
        const text = await readFile(join(folder, "events.jsonl"), "utf8");
        seqs = text
          .trim()
          .split("\n")
          .map((line) => (JSON.parse(line) as { seq: number }).seq);
        return seqs.length >= entries;
      },
      30_000,
      () => `${seqs.length} of ${entries}`,
    );
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
  }, 60_000);
});
