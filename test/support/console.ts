import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { createConsole } from "../../src/console/server.ts";
import { troubleText } from "../../src/console/watching.ts";
import type {
  ConsoleSettings,
  ConsoleTools,
} from "../../src/console/server.ts";
import {
  oneTimeCode,
  stepAt,
} from "../../src/console/sign-in/one-time-code.ts";
import { newLink } from "../../src/console/sign-in/set-up.ts";
import type { Accounts, Grant } from "../../src/core/account.ts";
import { newItemId } from "../../src/core/id.ts";
import type { ItemId } from "../../src/core/id.ts";
import type { Measures } from "../../src/core/measure.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import { HOUR, MINUTE } from "../../src/core/units.ts";
import type { HoldCode, VerdictKind } from "../../src/core/verdict.ts";
import type { OpeningAnswer, OpeningAsk } from "../../src/wire/opening.ts";
import type { ReadOriginalPart } from "../../src/console/api/original-routes.ts";
import type { ViewerQuestion } from "../../src/wire/viewer.ts";
import type { ViewerReply } from "../../src/socket/viewer-client.ts";
import { askRescan } from "../../src/stage/ask-rescan.ts";
import { stopCrossing } from "../../src/stage/crossing.ts";
import { approve } from "../../src/stage/requests.ts";
import { createAccounts } from "../../src/store/accounts.ts";
import { openHistoryReader } from "../../src/store/history.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { readReport } from "../../src/store/ledger/report.ts";
import { METRICS_TYPE, metricsText } from "../../src/telemetry/prometheus.ts";
import { discard, release } from "../../src/stage/release.ts";
import { givePassword } from "../../src/stage/give-password.ts";

const LANES = [{ lane: "deliver", waiting: 3, oldestMs: null }] as const;

export const METRICS_TOKEN = "a-token-of-the-tests";
export const PASSWORD = "ume-ga-saku-koro-ni";

/** For whom no Redis runs: a page and a question, as bull-board has them. */
const standInPages: NonNullable<ConsoleTools["queuePages"]> = (
  pages,
  _options,
  done,
) => {
  pages.get("/", async () => "pages");
  pages.get("/api/queues", async () => ({ queues: [] }));
  done();
};

/** The console's server with a real ledger and real accounts, a clock of the test's own, and cheap passwords. */
export class TestConsole {
  readonly folder: string;
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  readonly app: FastifyInstance;
  readonly rung: ItemId[] = [];
  /** What the watchman measured, as far as a test says. */
  measures: Measures | null = null;
  /** How often the status was made. */
  probes = 0;
  /** What browsers call it. */
  host = "127.0.0.1:8080";
  readonly #time: { now: number };
  #clockSetBy = 0;

  private constructor(parts: {
    readonly folder: string;
    readonly ledger: Ledger;
    readonly accounts: Accounts;
    readonly time: { now: number };
    readonly settings: Partial<ConsoleSettings>;
    readonly originalRelease?: "off" | "on";
    readonly queuePages?: ConsoleTools["queuePages"];
  }) {
    ({ folder: this.folder, ledger: this.ledger } = parts);
    this.accounts = parts.accounts;
    this.#time = parts.time;
    const { ledger } = this;
    const ring = async (_lane: string, { item }: { item: ItemId }) =>
      void this.rung.push(item);
    this.app = createConsole({
      ...{ ledger, accounts: this.accounts },
      status: async () => {
        this.probes += 1;
        const troubles = this.measures?.troubles ?? [];
        return {
          ...{ now: this.now, lanes: LANES, recent: await ledger.recent(9) },
          ...{ counts: await ledger.counts(), scanner: null, troubles },
          problems: troubles.map(troubleText),
          holds: await ledger.holds({ state: "held", limit: 9 }),
        };
      },
      watching: {
        now: async () => this.measures,
        history: () => openHistoryReader(join(this.folder, "history.db")),
        metrics: async (measures) => ({
          ...{ text: await metricsText(measures), type: METRICS_TYPE },
        }),
        ...{ metricsFrom: ["127.0.0.1"], metricsToken: METRICS_TOKEN },
      },
      mailbox: { list: async () => [], open: async () => null },
      queuePages: parts.queuePages ?? standInPages,
      ...{ zoneName: "庁内", clock: () => this.now },
      ticks: () => this.ticks,
      key: createSecretKey(randomBytes(32)),
      tenants: [
        { id: "kawa", name: "川町" },
        { id: "yama", name: "山村" },
      ],
      release: (item, by) => release({ ledger, lanes: { ring } }, item, by),
      makeReport: (ask, signal) =>
        readReport(join(this.folder, "ledger.db"), ask, {
          ...{ now: this.now, signal },
        }),
      disasters: { maxHours: 24, isFollowed: true },
      stopCrossing: (act) => stopCrossing(ledger, act, 0),
      discard: (item, by) => discard({ ledger }, item, by),
      viewer: async (question, signal) => this.view(question, signal),
      rescan: (item, ask, guard) =>
        askRescan({ ledger, lanes: { ring } }, item, ask, guard),
      givePassword: (item, given) =>
        givePassword(
          {
            ...{ ledger, clock: () => this.now },
            open: async (ask) => this.opening(ask),
          },
          item,
          given,
        ),
      variants: [{ name: "fine", title: "細かい文字まで" }],
      originalRelease: parts.originalRelease ?? "off",
      readOriginalPart: async (asked) => this.originalPart(asked),
      approve: (request, by) =>
        approve({ ledger, lanes: { ring } }, request, by),
      passwordCost: { memoryKib: 64, passes: 1, parallelism: 1 },
      settings: {
        gate: {
          ...{ origin: null, host: "127.0.0.1", tls: false },
          port: () => 8080,
        },
        ...{ idleMs: 20 * MINUTE, absoluteMs: 10 * HOUR, linkHours: 24 },
        ...{ isLocal: true, proxies: [], tls: null },
        ...parts.settings,
      },
    });
  }

  /** What the sanitizer says to a password; set by tests. */
  opening: (ask: OpeningAsk) => OpeningAnswer | null = () => null;
  /** The process that has the vault's key; set by tests. */
  originalPart: (
    asked: Parameters<ReadOriginalPart>[0],
  ) => Awaited<ReturnType<ReadOriginalPart>> = () => null;

  static async open(
    settings: Partial<ConsoleSettings> = {},
    originalRelease: "off" | "on" = "off",
    queuePages?: ConsoleTools["queuePages"],
  ): Promise<TestConsole> {
    const folder = await mkdtemp(join(tmpdir(), "sekisho-console-"));
    const time = { now: Date.parse("2026-11-21T00:00:00Z") };
    const clock = () => time.now;
    const ledger = await createLedger(join(folder, "ledger.db"), clock);
    const accounts = await createAccounts(join(folder, "accounts.db"), clock);
    return new TestConsole({
      ...{ folder, ledger, accounts, time, settings, originalRelease },
      ...(queuePages === undefined ? {} : { queuePages }),
    });
  }

  get now(): number {
    return this.#time.now;
  }

  get ticks(): number {
    return this.now - this.#clockSetBy;
  }

  wait(ms: number): void {
    this.#time.now += ms;
  }

  /** Nobody waits, but the clock on the wall is another. */
  setClock(ms: number): void {
    this.#time.now += ms;
    this.#clockSetBy += ms;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.ledger.close();
    await this.accounts.close();
    await rm(this.folder, { recursive: true });
  }

  /** An account that set itself up with its link, and is signed in. */
  async person(name: string, ...grants: readonly Grant[]): Promise<Browser> {
    const { token, link } = newLink(this.now, 24);
    await this.accounts.invite(
      { name, displayName: `${name}さん`, grants },
      link,
    );
    return this.setUp(name, token);
  }

  async setUp(name: string, token: string): Promise<Browser> {
    const browser = new Browser(this, name);
    const begun = await browser.post("/api/v1/set-up/begin", { token });
    browser.secret = fromBase32(String(begun.body["secret"]));
    const made = await browser.post("/api/v1/set-up/finish", {
      ...{ token, password: PASSWORD, code: browser.code() },
      ...(begun.body["isFirst"] === true ? { name, displayName: name } : {}),
    });
    if (made.status !== 200) throw new Error(JSON.stringify(made.body));
    browser.recoveryCodes = made.body["recoveryCodes"] as string[];
    await browser.know();
    return browser;
  }

  /** The worker that looks into mails; a test says what it answers. */
  view: (
    question: ViewerQuestion,
    signal: AbortSignal,
  ) => ViewerReply | Promise<ViewerReply> = () => ({
    ...{ kind: "refused", code: "NO_ORIGINAL" },
  });

  /** A mail that is held as a whole, or delivered with held parts. */
  async held(
    tenant: string,
    codes: readonly HoldCode[] = ["AMBIGUOUS_STRUCTURE"],
    over: {
      readonly part?: string;
      readonly subject?: string;
      readonly name?: string;
    } = {},
  ): Promise<ItemId> {
    const id = newItemId();
    const to = `clerk@${tenant}.lg.jp`;
    await this.ledger.receive({
      ...{ id, tenant, bytes: 1234, sha256: "ab".repeat(32) },
      envelope: {
        ...{ reversePath: "sender@example.com", recipients: [to] },
        client: { address: "192.0.2.1", helo: "mx.example.com", tls: true },
        smtpUtf8: false,
      },
      ...{ parent: null, override: null },
    });
    const subject = over.subject ?? "見積書の件";
    await this.ledger.advance(id, "inspected", { subject, from: "送り主" });
    const verdict: VerdictKind = codes.includes("VIRUS_FOUND")
      ? "malicious"
      : "unexaminable";
    const none = { kind: null, bytes: 9, sha256: null, detail: "詳細" };
    const holds = codes.map((code) => ({
      ...{ item: id, part: over.part ?? null, code, ...none },
      name: over.name ?? (over.part === undefined ? null : "見積.zip"),
    }));
    if (over.part === undefined) {
      await this.ledger.hold(id, verdict, holds);
      return id;
    }
    await this.ledger.advance(id, "planned");
    await this.ledger.advance(id, "sanitized");
    await this.ledger.clear(id, verdict, holds);
    await this.ledger.openAttempt(id, this.now, MINUTE);
    const receipt = { recipient: to, kind: "accepted" as const, reply: "250" };
    await this.ledger.closeAttempt(id, [receipt], this.now, false);
    return id;
  }

  async acts(): Promise<readonly string[]> {
    const { entries } = await this.ledger.entries({
      ...{ peopleOnly: true, after: null, limit: 1000 },
    });
    return entries.map(({ act, actor }) => `${actor} ${act}`).reverse();
  }
}

export interface Said {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly text: string;
  readonly headers: Readonly<
    Record<string, string | string[] | number | undefined>
  >;
}

/** What a browser keeps: the cookie, and the page's token for changes. */
export class Browser {
  readonly name: string;
  cookie = "";
  token = "";
  secret: Uint8Array = new Uint8Array();
  recoveryCodes: readonly string[] = [];
  address = "127.0.0.1";
  readonly #console: TestConsole;

  constructor(console: TestConsole, name = "") {
    this.#console = console;
    this.name = name;
  }

  code(stepsAway = 0): string {
    return oneTimeCode(this.secret, stepAt(this.#console.now) + stepsAway);
  }

  /** The next code that was not used yet. */
  async signIn(over: Readonly<Record<string, string>> = {}): Promise<Said> {
    this.#console.wait(30_000);
    const said = await this.post("/api/v1/session", {
      ...{ name: this.name, password: PASSWORD, code: this.code() },
      ...over,
    });
    if (said.status === 200) await this.know();
    return said;
  }

  async know(): Promise<void> {
    const { body } = await this.get("/api/v1/session");
    this.token = typeof body["token"] === "string" ? body["token"] : "";
  }

  get(
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Said> {
    return this.ask("GET", url, { headers });
  }

  post(
    url: string,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ) {
    return this.ask("POST", url, { body, headers });
  }

  async ask(
    method: "GET" | "POST" | "PUT" | "DELETE",
    url: string,
    {
      body,
      headers = {},
    }: {
      readonly body?: object | string;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<Said> {
    const answer = await this.#console.app.inject({
      ...{ method, url, remoteAddress: this.address },
      headers: {
        host: this.#console.host,
        ...(this.cookie === "" ? {} : { cookie: this.cookie }),
        ...(method === "GET" ? {} : { "x-sekisho-token": this.token }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: body }),
    });
    const set = answer.headers["set-cookie"];
    for (const one of [set ?? []].flat()) this.#keep(one.split(";")[0] ?? "");
    const isJson = String(answer.headers["content-type"]).includes("json");
    return {
      ...{ status: answer.statusCode, text: answer.body },
      headers: answer.headers,
      body: isJson ? answer.json<Record<string, unknown>>() : {},
    };
  }

  #keep(pair: string): void {
    const name = pair.slice(0, pair.indexOf("=") + 1);
    const others = this.cookie
      .split("; ")
      .filter((one) => one !== "" && !one.startsWith(name));
    this.cookie = [...others, ...(pair === name ? [] : [pair])].join("; ");
  }
}

/** One that does not end by itself: asked over a real port, for an answer in one piece would never come. */
export async function openStream(
  desk: TestConsole,
  browser: Browser,
  url: string,
): Promise<OpenStream> {
  if (!desk.app.server.listening)
    await desk.app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = desk.app.server.address() as AddressInfo;
  const stop = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}${url}`, {
    signal: stop.signal,
    redirect: "manual",
    headers: browser.cookie === "" ? {} : { cookie: browser.cookie },
  });
  const reader = answer.body?.getReader();
  let heard = "";
  return {
    status: answer.status,
    type: answer.headers.get("content-type") ?? "",
    async next() {
      while (!heard.includes("\n\n")) {
        const read = await reader?.read();
        if (read === undefined || read.done) return null;
        heard += new TextDecoder().decode(read.value as Uint8Array);
      }
      const end = heard.indexOf("\n\n") + 2;
      const event = heard.slice(0, end);
      heard = heard.slice(end);
      return event;
    },
    close: () => stop.abort(),
  };
}

export interface OpenStream {
  readonly status: number;
  readonly type: string;
  /** The next event with its empty line; null at the end. */
  next(): Promise<string | null>;
  close(): void;
}

export function fromBase32(text: string): Uint8Array {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text.replaceAll(" ", "")]
    .map((one) => alphabet.indexOf(one).toString(2).padStart(5, "0"))
    .join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2));
}
