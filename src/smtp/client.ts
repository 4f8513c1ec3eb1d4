import type { SMTPError } from "nodemailer/lib/smtp-connection";
import { Fault } from "../core/fault.ts";
import { parseMailbox } from "../core/mailbox.ts";
import type { Receipt, SealedMessage } from "../core/message.ts";
import type { Courier } from "../core/courier.ts";
import type { Log } from "../core/log.ts";
import { SECOND } from "../core/units.ts";
import { OutgoingMail } from "./outgoing.ts";
import type { PeerOptions } from "./peer.ts";
import { Peer } from "./peer.ts";
import type { TransactionEnd } from "./receipts.ts";
import { receipt, receiptsOf } from "./receipts.ts";

export interface CourierOptions extends Omit<
  PeerOptions,
  "connectMs" | "sendDeadlineMs"
> {
  /** More mails than this at a time wait for a free connection. */
  readonly maxConnections: number;
  /** Default 30 s; also how long a mail waits for a free connection. */
  readonly connectMs?: number;
  /** Default 1.5 × `answerDeadlineMs`. */
  readonly sendDeadlineMs?: number;
  /** Default 100. */
  readonly maxMessagesPerConnection?: number;
  /** An unused connection is given up after this time. Default 15 s. */
  readonly idleMs?: number;
  readonly log: Log;
}

const DEFAULTS = {
  connectMs: 30 * SECOND,
  maxMessagesPerConnection: 100,
  idleMs: 15 * SECOND,
};

/**
 * How long recipients are claimed for one attempt of a courier with the defaults. Never shorter than the longest attempt: the
 * wait for a free connection, an idle one that proves dead, a new one, and the transaction.
 */
export function leaseFor(answerDeadlineMs: number): number {
  return 2 * answerDeadlineMs + 4 * DEFAULTS.connectMs;
}

/**
 * Sends sealed mails to the LGWAN mail server, bytes as they are, envelope from the manifest, never from a header.
 *
 * On nodemailer's SMTPConnection with a pool of our own, not on its transport: measured here 94 µs of processor a mail against
 * 283 µs, and the transport does not tell what was said at RCPT when a transaction fails later.
 */
export function createCourier(options: CourierOptions): Courier {
  return new PooledCourier({
    ...DEFAULTS,
    sendDeadlineMs: 1.5 * options.answerDeadlineMs,
    ...options,
  });
}

interface IdlePeer {
  readonly peer: Peer;
  readonly timer: NodeJS.Timeout;
}

class PooledCourier implements Courier {
  readonly #options: Required<CourierOptions>;
  readonly #idle: IdlePeer[] = [];
  readonly #busy = new Set<Peer>();
  readonly #leaving = new Set<Promise<void>>();
  readonly #places: Places;
  #closed = false;

  constructor(options: Required<CourierOptions>) {
    this.#options = options;
    this.#places = new Places(options.maxConnections);
  }

  async send(
    message: SealedMessage,
    recipients: readonly string[],
  ): Promise<readonly Receipt[]> {
    const { reversePath } = message.manifest;
    const good = recipients.filter(isSayable);
    if (good.length === 0 || (reversePath !== "" && !isSayable(reversePath)))
      return recipients.map(refusal);
    const sent = await this.#sendTo(message, reversePath, good);
    const receipts = new Map(sent.map((one) => [one.recipient, one]));
    return recipients.map((to) => receipts.get(to) ?? refusal(to));
  }

  async #sendTo(
    message: SealedMessage,
    reversePath: string,
    recipients: readonly string[],
  ): Promise<readonly Receipt[]> {
    const bytes = message.content.bytes;
    const envelope = { reversePath, recipients, bytes };
    if (!(await this.#places.enter(this.#options.connectMs)))
      return receiptsOf(
        recipients,
        unreachable(new Error("All connections busy")),
      );
    const startedAt = performance.now();
    const isEarly = () =>
      performance.now() - startedAt < this.#options.connectMs;
    try {
      const used = this.#takeIdle();
      if (used !== null) {
        const end = await this.#exchange(used, envelope, message);
        if (!neverBegan(end) || !isEarly()) return receiptsOf(recipients, end);
      }
      // Nothing free; or the peer had hung up on us while we were idle, which is its right and no failure of this mail.
      const fresh = await Peer.reach(this.#options);
      const end = await this.#exchange(fresh, envelope, message);
      return receiptsOf(recipients, end);
    } catch (error) {
      if (error instanceof Fault) throw error;
      this.#options.log.warn("courier.unreachable", { error: String(error) });
      return receiptsOf(recipients, unreachable(error));
    } finally {
      this.#places.leave();
    }
  }

  async #exchange(
    peer: Peer,
    envelope: Parameters<Peer["send"]>[0],
    message: SealedMessage,
  ): Promise<TransactionEnd> {
    const mail = new OutgoingMail(message.content);
    this.#busy.add(peer);
    try {
      if (this.#closed) peer.cut();
      const end = await peer.send(envelope, mail);
      if (mail.failure !== null) throw mail.failure;
      return end;
    } finally {
      this.#busy.delete(peer);
      this.#giveBack(peer);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const peer of this.#busy) peer.cut();
    for (const { peer, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      this.#retire(peer);
    }
    await Promise.all(this.#leaving);
  }

  #takeIdle(): Peer | null {
    for (let next = this.#idle.pop(); next; next = this.#idle.pop()) {
      clearTimeout(next.timer);
      if (next.peer.usable) return next.peer;
    }
    return null;
  }

  #giveBack(peer: Peer): void {
    if (!peer.usable) return;
    const full = peer.sent >= this.#options.maxMessagesPerConnection;
    if (full || this.#closed) return this.#retire(peer);
    const timer = setTimeout(() => {
      this.#idle.splice(this.#idle.indexOf(entry), 1);
      this.#retire(peer);
    }, this.#options.idleMs);
    const entry = { peer, timer };
    this.#idle.push(entry);
  }

  #retire(peer: Peer): void {
    const left = peer.quit();
    this.#leaving.add(left);
    void left.finally(() => this.#leaving.delete(left));
  }
}

/** So many and no more; the others wait in line. */
class Places {
  readonly #waiting: ((entered: boolean) => void)[] = [];
  #free: number;

  constructor(free: number) {
    this.#free = free;
  }

  /** False when no place became free in time. */
  async enter(deadlineMs: number): Promise<boolean> {
    if (this.#free > 0) {
      this.#free -= 1;
      return true;
    }
    return await new Promise<boolean>((resolve) => {
      const late = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        resolve(false);
      }, deadlineMs);
      const enter = (entered: boolean) => {
        clearTimeout(late);
        resolve(entered);
      };
      this.#waiting.push(enter);
    });
  }

  /** The place goes straight to whoever waits longest. */
  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next(true);
  }
}

/** May stand in a command. Looked at again, whatever was looked at before. */
function isSayable(address: string): boolean {
  return parseMailbox(address) !== null;
}

function refusal(recipient: string): Receipt {
  return receipt(
    recipient,
    "refused",
    "Address not sendable; nothing was sent",
  );
}

/** The connection failed, or 421 came, before the peer took anything of this mail. */
function neverBegan({ error, dotMaySent, rejected }: TransactionEnd): boolean {
  if (error === null || dotMaySent || rejected.length > 0) return false;
  return error.command === "MAIL FROM"
    ? error.responseCode === 421
    : error.code === "ECONNECTION" || error.code === "ESOCKET";
}

function unreachable(error: unknown): TransactionEnd {
  return {
    error: error as SMTPError,
    response: "",
    dotMaySent: false,
    rejected: [],
  };
}
