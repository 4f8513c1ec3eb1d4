import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { domainToASCII } from "node:url";
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerSession,
} from "smtp-server";
import type { Envelope } from "../core/envelope.ts";
import { Fault, toFault } from "../core/fault.ts";
import type { ItemId } from "../core/id.ts";
import type { Limits } from "../core/limits.ts";
import { parseMailbox } from "../core/mailbox.ts";
import type { Log } from "../core/log.ts";
import { MINUTE, SECOND } from "../core/units.ts";
import type { GuardedConnection, SessionLimits } from "./connection.ts";
import { GuardedServer } from "./connection.ts";
import type { DataPace } from "./incoming.ts";
import { IncomingMail } from "./incoming.ts";
import { replyError } from "./reply.ts";

export interface ListenerOptions
  extends Omit<SessionLimits, "sessionDeadlineMs">, Partial<DataPace> {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Our name in the greeting. */
  readonly hostname: string;
  readonly limits: Pick<
    Limits,
    "maxMessageBytes" | "maxRecipients" | "maxHeaderBytes"
  >;
  /** PEM. Null: STARTTLS is not offered. */
  readonly tls: {
    readonly key: string | Buffer;
    readonly cert: string | Buffer;
  } | null;
  /** SMTP_TOO_MANY_MESSAGES */
  readonly maxMessagesPerSession: number;
  /** 421 when a client says nothing for so long. Default 5 minutes (RFC 5321 §4.5.3.2.7). */
  readonly idleTimeoutMs?: number;
  /** Default 30 minutes. */
  readonly sessionDeadlineMs?: number;
  /** STORE_FAILED; from the last byte of a mail to our answer. Default 30 s. */
  readonly storeDeadlineMs?: number;
}

const DEFAULTS = {
  idleTimeoutMs: 5 * MINUTE,
  sessionDeadlineMs: 30 * MINUTE,
  storeDeadlineMs: 30 * SECOND,
  dataDeadlineMs: 10 * MINUTE,
  minDataBytesPerSecond: 500,
  dataGraceMs: 30 * SECOND,
  dataCheckMs: SECOND,
};

/** What the transaction has so far. */
export interface Transaction {
  readonly tenant: string | null;
  readonly recipients: readonly string[];
  /** Whether the client runs on this machine. */
  readonly isFromHere: () => boolean;
}

/** A mail that is coming in. `source` is read once; `signal` is aborted when nobody waits for the answer any more. */
export interface OfferedMail {
  readonly tenant: string;
  readonly envelope: Envelope;
  readonly source: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

export interface ListenerDeps {
  /** Decides about one recipient; throws the fault that the client will hear. */
  admit(
    untrustedRecipient: string,
    soFar: Transaction,
  ): { readonly tenant: string; readonly address: string };
  /** Resolves when the mail is durable. */
  accept(mail: OfferedMail): Promise<ItemId>;
  readonly log: Log;
}

export interface Listener {
  readonly port: number;
  /** Takes no more mails, waits for those being stored, ends all sessions. */
  close(): Promise<void>;
}

/** No AUTH: this is port 25. The others are jokes and proxies that we do not have. */
const DISABLED = [
  "AUTH",
  "WIZ",
  "SHELL",
  "KILL",
  "HELP",
  "XCLIENT",
  "XFORWARD",
];
const MAX_COMMAND_CHARACTERS = 2048;
/** After our last word a client has so long to hang up by itself. */
const CLOSE_LINGER_MS = SECOND;

interface OpenTransaction {
  tenant: string | null;
  readonly reversePath: string;
  /** Keyed in lower case: the same mailbox twice is one recipient. */
  readonly recipients: Map<string, string>;
}

/**
 * The door to the internet side. smtp-server speaks, we decide: see `connection.ts` for sessions, `incoming.ts` and
 * `data-checks.ts` for content.
 *
 * SMTPUTF8, DSN and REQUIRETLS are not offered because the courier could not keep such a promise. 8BITMIME is: the mail is
 * built anew anyway. All recipients of one transaction belong to one tenant; those of another hear 452 and come again.
 */
export async function createListener(
  options: ListenerOptions,
  deps: ListenerDeps,
): Promise<Listener> {
  const door = new Door({ ...DEFAULTS, ...options }, deps);
  return await door.open();
}

class Door {
  readonly #options: Required<ListenerOptions>;
  readonly #deps: ListenerDeps;
  readonly #server: GuardedServer;
  /** Keyed by smtp-server's envelope, which it makes anew for each transaction. */
  readonly #transactions = new WeakMap<object, OpenTransaction>();
  readonly #storing = new Set<Promise<unknown>>();

  constructor(options: Required<ListenerOptions>, deps: ListenerDeps) {
    this.#options = options;
    this.#deps = deps;
    const tls = options.tls;
    this.#server = new GuardedServer(
      {
        name: options.hostname,
        banner: "Sekisho",
        size: options.limits.maxMessageBytes,
        disabledCommands: tls === null ? [...DISABLED, "STARTTLS"] : DISABLED,
        hideSTARTTLS: tls === null,
        ...(tls === null ? {} : { ...tls, minVersion: "TLSv1.2" as const }),
        hideSMTPUTF8: true,
        hideENHANCEDSTATUSCODES: false,
        disableReverseLookup: true,
        // Its strict mode refuses senders of Japanese carriers; `parseMailbox` decides instead.
        lenientAddressParsing: true,
        maxCommandLength: MAX_COMMAND_CHARACTERS,
        socketTimeout: options.idleTimeoutMs,
        closeTimeout: options.storeDeadlineMs + CLOSE_LINGER_MS,
        logger: false,
        onMailFrom: (address, session, answer) =>
          answerWith(answer, () => this.#mailFrom(address, session)),
        onRcptTo: (address, session, answer) =>
          answerWith(answer, () => this.#rcptTo(address, session)),
        onData: (stream, session, answer) =>
          void this.#data(stream, session, answer),
        onClose: (session) => this.#gone(session),
      },
      options,
    );
    this.#server.on("error", (error: Error) =>
      deps.log.warn("smtp.connection-error", { error: error.message }),
    );
  }

  async open(): Promise<Listener> {
    const { host, port: wanted } = this.#options;
    // Shared, so that a new intake listens before the old one leaves. Strangers on the port: the supervisor looks first.
    const place = { host, port: wanted, reusePort: true };
    const listening = this.#server.listen(place);
    await once(listening, "listening");
    const { port } = listening.address() as AddressInfo;
    return { port, close: () => this.#close() };
  }

  #mailFrom(address: SMTPServerAddress, session: SMTPServerSession): void {
    const { envelope } = session;
    const asked = envelope.smtpUtf8 === true || envelope.requireTLS === true;
    // smtp-server keeps the parameters of a MAIL that is refused.
    envelope.smtpUtf8 = envelope.requireTLS = false;
    if (asked) throw new Fault("SMTP_NOT_OFFERED");
    if (session.transaction > this.#options.maxMessagesPerSession)
      throw new Fault("SMTP_TOO_MANY_MESSAGES");
    const untrusted = asciiDomain(address.address);
    const mailbox = untrusted === "" ? null : parseMailbox(untrusted);
    if (untrusted !== "" && mailbox === null)
      throw new Fault("SMTP_BAD_ADDRESS");
    this.#transactions.set(session.envelope, {
      tenant: null,
      reversePath: mailbox?.address ?? "",
      recipients: new Map(),
    });
  }

  #rcptTo(address: SMTPServerAddress, session: SMTPServerSession): void {
    const open = this.#transactionOf(session);
    const admitted = this.#deps.admit(asciiDomain(address.address), {
      tenant: open.tenant,
      recipients: [...open.recipients.values()],
      isFromHere: () => isFromHere(session),
    });
    open.tenant = admitted.tenant;
    open.recipients.set(admitted.address.toLowerCase(), admitted.address);
  }

  async #data(
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    answer: (error?: Error | null, text?: string) => void,
  ): Promise<void> {
    const connection = this.#server.connectionOf(session);
    const incoming = new IncomingMail(stream, this.#options.limits);
    connection.incoming = incoming;
    incoming.watch(this.#options);
    try {
      const item = await this.#take(incoming, session);
      connection.accepted += 1;
      answer(null, `2.0.0 ${item}`);
    } catch (error) {
      this.#logRefusal(connection, error);
      const drained = await incoming.drain();
      answer(replyError(incoming.stopped ?? error));
      if (!drained) connection.close();
    } finally {
      incoming.release();
      connection.answered();
    }
  }

  /** Commit A, with a deadline that begins when the sender has done its part. */
  async #take(
    incoming: IncomingMail,
    session: SMTPServerSession,
  ): Promise<ItemId> {
    const { tenant, envelope } = this.#offer(session);
    const aborter = new AbortController();
    const late = deadlineFrom(this.#options.storeDeadlineMs);
    incoming.onEnd(late.start);
    const stored = this.#deps.accept({
      tenant,
      envelope,
      source: incoming.source(),
      signal: aborter.signal,
    });
    this.#waitForAtClose(stored);
    try {
      const item = await Promise.race([stored, late.passed]);
      if (!incoming.whole) throw new Fault("UNEXPECTED", { whole: false });
      return item;
    } finally {
      late.cancel();
      // A word of our own: without one each mail would pay for an exception with its stack.
      aborter.abort("answered");
    }
  }

  #offer(session: SMTPServerSession): { tenant: string; envelope: Envelope } {
    const open = this.#transactionOf(session);
    if (open.tenant === null) throw new Fault("UNEXPECTED");
    return {
      tenant: open.tenant,
      envelope: {
        reversePath: open.reversePath,
        recipients: [...open.recipients.values()],
        client: {
          address: session.remoteAddress,
          helo: session.hostNameAppearsAs,
          tls: session.secure,
        },
        smtpUtf8: false,
      },
    };
  }

  #transactionOf(session: SMTPServerSession): OpenTransaction {
    const open = this.#transactions.get(session.envelope);
    if (open === undefined) throw new Fault("UNEXPECTED");
    return open;
  }

  #waitForAtClose(stored: Promise<unknown>): void {
    const settled = stored.then(
      () => undefined,
      () => undefined,
    );
    this.#storing.add(settled);
    void settled.then(() => this.#storing.delete(settled));
  }

  #logRefusal(connection: GuardedConnection, error: unknown): void {
    const fault = toFault(error);
    const facts = {
      code: fault.code,
      client: connection.remoteAddress,
      ...fault.facts,
    };
    if (fault.row.blame === "sender")
      this.#deps.log.info("smtp.refused", facts);
    else this.#deps.log.error("smtp.not-stored", facts);
  }

  #gone(session: SMTPServerSession): void {
    const connection = this.#server.connectionOf(session);
    this.#server.gone(session);
    if (connection.errors === 0) return;
    this.#deps.log.info("smtp.session-with-errors", {
      client: session.remoteAddress,
      errors: connection.errors,
      accepted: connection.accepted,
    });
  }

  async #close(): Promise<void> {
    const server = this.#server;
    const closed = new Promise<void>((resolve) => server.close(resolve));
    for (const connection of server.live) connection.end("SMTP_SHUTTING_DOWN");
    const graceMs = this.#options.storeDeadlineMs;
    await withTimeout(Promise.all(this.#storing), graceMs);
    await withTimeout(closed, CLOSE_LINGER_MS);
    for (const connection of server.live) connection.cut();
    await closed;
  }
}

/** Who speaks to one of our own addresses from the same address. */
function isFromHere(session: SMTPServerSession): boolean {
  return session.remoteAddress === session.localAddress;
}

function answerWith(
  answer: (error?: Error | null) => void,
  decide: () => void,
): void {
  try {
    decide();
  } catch (error) {
    return answer(replyError(error));
  }
  answer();
}

/** smtp-server turns punycode domains into Unicode; tenants and the LGWAN side know only ASCII ones (RFC 5891 §5). */
function asciiDomain(untrustedAddress: string): string {
  const at = untrustedAddress.lastIndexOf("@");
  const domain = untrustedAddress.slice(at + 1);
  if (at === -1 || !/[^\0-\x7f]/.test(domain)) return untrustedAddress;
  return `${untrustedAddress.slice(0, at)}@${domainToASCII(domain)}`;
}

/** A clock that somebody else starts, at most once, and that stays still once cancelled. */
function deadlineFrom(storeDeadlineMs: number) {
  const { promise: passed, reject } = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  let cancelled = false;
  const pass = () => reject(new Fault("STORE_FAILED", { storeDeadlineMs }));
  return {
    passed,
    start: () => {
      if (!cancelled) timer ??= setTimeout(pass, storeDeadlineMs);
    },
    cancel: () => {
      cancelled = true;
      clearTimeout(timer);
    },
  };
}

async function withTimeout(wait: Promise<unknown>, ms: number): Promise<void> {
  const aborter = new AbortController();
  await Promise.race([
    wait,
    delay(ms, undefined, { signal: aborter.signal }).catch(() => undefined),
  ]);
  aborter.abort();
}
