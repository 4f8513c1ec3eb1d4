import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser, type ParsedMail } from "mailparser";
import { archiveItem } from "../../workers/pit/unpack/item.ts";
import { writeMail } from "../../workers/pit/unpack/mail.ts";
import { readZip } from "../../workers/pit/unpack/zip.ts";
import { readUpTo } from "../../src/core/content.ts";
import { Fault } from "../../src/core/fault.ts";
import { newItemId, type ItemId } from "../../src/core/id.ts";
import { DEFAULT_LIMITS } from "../../src/core/limits.ts";
import type { SealedMessage } from "../../src/core/message.ts";
import type { HoldRecord } from "../../src/core/hold.ts";
import type { ItemRecord } from "../../src/core/item-record.ts";
import type { Ledger } from "../../src/core/ledger.ts";
import type { Log } from "../../src/core/log.ts";
import type { Pit } from "../../src/core/pit.ts";
import type { PixelPage } from "../../src/core/pixels.ts";
import type { Scanner } from "../../src/core/scanner.ts";
import type { Outbox, Spool, Vault } from "../../src/core/stores.ts";
import { MIB } from "../../src/core/units.ts";
import { ExceptionTable } from "../../src/policy/exceptions.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/policy/policy.ts";
import { createRender } from "../../src/render/render.ts";
import { loadKeys } from "../../src/store/keys.ts";
import { createLedger } from "../../src/store/ledger.ts";
import { createOutbox } from "../../src/store/outbox.ts";
import { createSpool } from "../../src/store/spool.ts";
import { createVault } from "../../src/store/vault.ts";
import { createWorkspace } from "../../src/store/work.ts";
import { pitLimits } from "../../src/wire/pit.ts";
import { createClear } from "../../src/stage/clear.ts";
import { createDeliver } from "../../src/stage/deliver.ts";
import { createLine } from "../../src/stage/line.ts";
import { createMadeBefore } from "../../src/stage/made-before.ts";
import { release, type ReleaseAnswer } from "../../src/stage/release.ts";
import { clearAway } from "../../src/stage/tend.ts";
import { verifyAgain } from "../../src/stage/verify-again.ts";

export const CLERK = "clerk@town.example.lg.jp";
export const SENDER = "sender@example.com";
const MAX_ROUNDS = 60;
/** Past every wait between two attempts. */
const PAUSE_MS = 70_000;
const NO_EXCEPTIONS = new ExceptionTable([]);

const quiet: Log = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

export interface Delivered {
  readonly item: ItemId;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly mail: ParsedMail;
}

interface Stores {
  readonly spool: Spool;
  readonly vault: Vault;
  readonly outbox: Outbox;
}

/** The process is gone: nothing it asks for happens any more. */
class Gone extends Error {}

/**
 * The line, the courier and the janitor over a real ledger, spool, vault and outbox in a folder of their own; the pit reads ZIPs
 * with its own code and draws one page for every PDF. The clock stands still unless it is moved.
 */
export class World {
  readonly folder: string;
  readonly mailbox: Delivered[] = [];
  policy: Policy;
  now = Date.parse("2026-11-21T09:00:00+09:00");
  ledger!: Ledger;
  /** The points that were passed, in order. */
  readonly passed: string[] = [];
  crashAt: string | null = null;
  /** How often `crashAt` is passed before. */
  skips = 0;
  /** Faults that the pit throws for a PDF, one after the other. */
  readonly pitFaults: Fault[] = [];
  recipientLink: ((item: ItemRecord) => string) | null = null;
  /** Whom the inner side does not know, or what it does not take from them. */
  refuses: (to: string, subject: string) => boolean = () => false;
  /** Hashes of what the scanner saw, in order. */
  readonly scanned: string[] = [];
  readonly triedPasswords: string[] = [];
  #isGone = false;
  #stores: Promise<Stores> | null = null;

  private constructor(folder: string, policy: Policy) {
    this.folder = folder;
    this.policy = policy;
  }

  static async open(over: Partial<Policy> = {}): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), "sekisho-post-"));
    const world = new World(folder, { ...DEFAULT_POLICY, ...over });
    await world.#start();
    return world;
  }

  async #start(): Promise<void> {
    const file = join(this.folder, "ledger.db");
    this.ledger = await createLedger(file, () => this.now);
  }

  /** The power came back. */
  async restart(): Promise<void> {
    this.crashAt = null;
    this.skips = 0;
    this.#isGone = false;
    this.#stores = null;
    // What was asked for is committed or was never asked; `store/crash.test.ts` is for the rest.
    await this.ledger.expireLeases();
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await rm(this.folder, { recursive: true });
  }

  async receive(
    raw: Uint8Array,
    { from = SENDER, to = [CLERK] as readonly string[] } = {},
  ): Promise<ItemId> {
    const id = newItemId();
    const { spool } = await this.stores();
    const { bytes, sha256 } = await spool.write(
      id,
      (async function* () {
        yield raw;
      })(),
    );
    const client = { address: "192.0.2.1", helo: "x.example", tls: false };
    await this.ledger.receive({
      ...{ id, tenant: "town", bytes, sha256, parent: null, override: null },
      envelope: { reversePath: from, recipients: to, client, smtpUtf8: false },
    });
    return id;
  }

  /** Everything that is due is worked on, until nothing is. True when the world ended on the way. */
  async run(): Promise<boolean> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      this.now += PAUSE_MS;
      const due = await this.ledger.due(this.now, 0, 100);
      if (due.length === 0) return false;
      for (const { id, lane } of due) {
        await this.#work(id, lane).catch((error: unknown) => {
          if (!(error instanceof Gone)) throw error;
        });
        if (this.#isGone) return true;
      }
    }
    throw new Error("it does not come to an end");
  }

  async #work(
    item: ItemId,
    lane: "inspect" | "sanitize" | "deliver",
  ): Promise<void> {
    const tools = await this.tools();
    const handle =
      lane === "deliver" ? createDeliver(tools) : createLine(tools)(lane);
    await handle({ item });
  }

  stores(): Promise<Stores> {
    return (this.#stores ??= this.#openStores());
  }

  async #openStores(): Promise<Stores> {
    const place = (name: string) => join(this.folder, name);
    const keys = await loadKeys(place("keys"));
    return {
      spool: await createSpool(place("spool")),
      vault: await createVault(place("vault"), keys.vault),
      outbox: await createOutbox(place("outbox"), keys.clear),
    };
  }

  /** A person lets go what is held of it. */
  async release(item: ItemId): Promise<ReleaseAnswer> {
    const { ledger } = this;
    const lanes = { ring: async () => undefined };
    return release({ ledger, lanes }, item, { who: "yamada", why: "asked" });
  }

  async held(): Promise<readonly HoldRecord[]> {
    return this.ledger.holds({ state: "held", limit: 99 });
  }

  async tidy(): Promise<number> {
    const lanes = { ring: async () => undefined };
    const { ledger } = this;
    return clearAway({ ...(await this.stores()), ledger, lanes, log: quiet });
  }

  async tools() {
    const limits = DEFAULT_LIMITS;
    const work = join(this.folder, "work");
    return {
      ...(await this.stores()),
      ledger: this.#mortal(this.ledger),
      // Nothing is rung: the janitor finds what waits, as after a fall.
      lanes: { ring: async () => this.#live() },
      scanner: {
        scan: async (content) => {
          this.scanned.push(content.sha256);
          const bytes = Buffer.from(await readUpTo(content, MIB));
          const engine = "test";
          return bytes.includes("EICAR-STANDARD")
            ? { kind: "malicious", engine, signature: "Eicar" }
            : { kind: "clean", engine };
        },
        health: async () => null,
      } satisfies Scanner,
      pit: this.#pit(),
      render: createRender(limits),
      madeBefore: createMadeBefore(MIB),
      clear: createClear({ limits }),
      workspace: () => createWorkspace(work, limits.maxLeafInMemoryBytes),
      limits,
      hostname: "gate.test",
      policyFor: () => this.policy,
      exceptions: () => NO_EXCEPTIONS,
      ownSender: () => ({
        tenantName: "川の町",
        address: "duty@town.example.lg.jp",
      }),
      recipientLink: this.recipientLink,
      isStopped: async () => false,
      log: quiet,
      probe: (point: string) => this.#probe(point),
      courier: {
        send: async (message: SealedMessage, to: readonly string[]) => {
          const raw = Buffer.from(await readUpTo(message.content, 64 * MIB));
          const { item } = message.manifest;
          const mail = await simpleParser(raw);
          this.mailbox.push({ item, to, raw, mail });
          return to.map((recipient) => ({
            recipient,
            ...(this.refuses(recipient, mail.subject ?? "")
              ? { kind: "refused" as const, reply: "550 no" }
              : { kind: "accepted" as const, reply: "250 ok" }),
          }));
        },
        close: async () => undefined,
      },
      verifyAgain,
      ...{ leaseMs: 60_000, retryMs: [1000], giveUpMs: 3_600_000_000 },
    };
  }

  #live(): void {
    if (this.#isGone) throw new Gone();
  }

  #probe(point: string): void {
    this.#live();
    this.passed.push(point);
    if (point !== this.crashAt || this.skips-- > 0) return;
    this.#isGone = true;
    throw new Gone();
  }

  #mortal(ledger: Ledger): Ledger {
    return new Proxy(ledger, {
      get: (target, name) => {
        this.#live();
        return Reflect.get(target, name) as unknown;
      },
    });
  }

  #pit(): Pit {
    const page: PixelPage = {
      ...{ index: 0, width: 20, height: 30, channels: 1 },
      pixels: new Uint8Array(600).fill(128),
      points: { width: 200, height: 300 },
    };
    return {
      open: async (_kind, document, password = "") => {
        const fault = this.pitFaults.shift();
        if (fault !== undefined) throw fault;
        const text = Buffer.from(await readUpTo(document, MIB)).toString();
        const wanted = /locked by (\S+)/.exec(text)?.[1];
        if (password !== "") this.triedPasswords.push(password);
        if (wanted !== undefined && wanted !== password)
          throw new Fault("DOCUMENT_ENCRYPTED");
        const feed = async function* () {
          yield page;
        };
        return { pageCount: 1, findings: [], pages: feed() };
      },
      unpack: async (container, password = "") => {
        if (password !== "") this.triedPasswords.push(password);
        const bytes = await readUpTo(container, MIB);
        const limits = pitLimits(DEFAULT_LIMITS, 150);
        try {
          const members = readZip(bytes, limits, Buffer.from(password));
          const all = [...writeMail(archiveItem(members))];
          return (async function* () {
            yield* all;
          })();
        } catch (error) {
          throw new Fault(
            (error as { pitError: "DOCUMENT_ENCRYPTED" }).pitError,
          );
        }
      },
      convert: () => Promise.reject(new Error("nothing to convert")),
      proveWalls: async () => [],
    };
  }
}
