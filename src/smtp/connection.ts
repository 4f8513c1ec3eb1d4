import type { Socket } from "node:net";
import type { SMTPServerOptions, SMTPServerSession } from "smtp-server";
import { SMTPServer } from "smtp-server";
import type { SMTPConnectionOptions } from "smtp-server/lib/smtp-connection.js";
import { SMTPConnection } from "smtp-server/lib/smtp-connection.js";
import type { FaultCode } from "../core/fault.ts";
import { Fault } from "../core/fault.ts";
import { ClientCount } from "./client-count.ts";
import type { IncomingMail } from "./incoming.ts";
import { hasStatus, replyOf } from "./reply.ts";

export interface SessionLimits {
  /** SMTP_TOO_MANY_CONNECTIONS */
  readonly maxConnections: number;
  /** SMTP_TOO_MANY_CONNECTIONS; per IPv4 address or IPv6 /64. */
  readonly maxConnectionsPerClient: number;
  /** SMTP_TOO_MANY_ERRORS; 5xx replies. */
  readonly maxErrorsPerSession: number;
  /** SMTP_SESSION_TOO_LONG; a mail that is being stored is waited for. */
  readonly sessionDeadlineMs: number;
}

/** How long a client that found no room may take to read why. */
const TURN_AWAY_MS = 1000;

/**
 * smtp-server's connection with what it does not count: errors, and the length of a session. Its `send` is the one place
 * where replies leave, so here they also get the enhanced codes of our fault table.
 */
export class GuardedConnection extends SMTPConnection {
  /** The mail in DATA or in store, if any. */
  incoming: IncomingMail | null = null;
  errors = 0;
  accepted = 0;
  readonly #maxErrors: number;
  #ending: FaultCode | null = null;

  constructor(
    server: GuardedServer,
    socket: Socket,
    options?: SMTPConnectionOptions | null,
  ) {
    super(server, socket, options);
    this.#maxErrors = server.limits.maxErrorsPerSession;
  }

  override send(
    code: number,
    text?: string | string[] | null,
    context?: string | false,
  ): void {
    // Only 5xx: a sender with 200 recipients rightly hears 452 a hundred times (RFC 5321 §4.5.3.1.10).
    if (code >= 500) this.errors += 1;
    if (code >= 500 && this.errors >= this.#maxErrors)
      return this.hangUp("SMTP_TOO_MANY_ERRORS");
    super.send(code, text, hasStatus(text) ? false : context);
  }

  /** Says 421 and closes. The socket is gone when the client closes too, at the latest after 5 s. */
  hangUp(code: FaultCode): void {
    const reply = replyOf(code);
    super.send(reply.code, reply.text, false);
  }

  /** Hangs up now, or as soon as the mail that is being stored has its answer. */
  end(code: FaultCode): void {
    if (this.incoming === null) return this.hangUp(code);
    this.#ending = code;
    this.incoming.stop(new Fault(code));
  }

  /** The mail in `incoming` has its answer. */
  answered(): void {
    this.incoming = null;
    if (this.#ending !== null) this.hangUp(this.#ending);
  }

  /** Without words, for what is left at the end of a close. */
  cut(): void {
    this._socket.destroy();
  }
}

/** smtp-server with limits per client, refused before a session begins. */
export class GuardedServer extends SMTPServer {
  readonly limits: SessionLimits;
  readonly #clients: ClientCount;
  readonly #bySession = new WeakMap<object, GuardedConnection>();
  readonly #onGone = new WeakMap<object, () => void>();
  readonly live = new Set<GuardedConnection>();

  constructor(options: SMTPServerOptions, limits: SessionLimits) {
    super(options);
    this.limits = limits;
    this.#clients = new ClientCount(
      limits.maxConnections,
      limits.maxConnectionsPerClient,
    );
    // Those who are being turned away and those who do not close take descriptors, too.
    this.server.maxConnections = limits.maxConnections * 2;
  }

  override connect(
    socket: Socket,
    options?: SMTPConnectionOptions | null,
  ): void {
    const leave = this.#clients.enter(socket.remoteAddress ?? "");
    if (leave === null) return turnAway(socket);
    const connection = new GuardedConnection(this, socket, options);
    const deadline = setTimeout(
      () => connection.end("SMTP_SESSION_TOO_LONG"),
      this.limits.sessionDeadlineMs,
    );
    this.#onGone.set(connection.session, () => {
      clearTimeout(deadline);
      this.live.delete(connection);
      leave();
    });
    this.#bySession.set(connection.session, connection);
    this.live.add(connection);
    this.connections.add(connection);
    connection.on("error", (error: Error) => this._onError(error));
    connection.init();
  }

  connectionOf(session: SMTPServerSession): GuardedConnection {
    const connection = this.#bySession.get(session);
    if (connection === undefined) throw new Fault("UNEXPECTED");
    return connection;
  }

  /** To be called from `onClose`, which smtp-server calls once, when the socket is gone. */
  gone(session: SMTPServerSession): void {
    this.#onGone.get(session)?.();
  }
}

function turnAway(socket: Socket): void {
  const { code, text } = replyOf("SMTP_TOO_MANY_CONNECTIONS");
  socket.on("error", () => undefined);
  socket.resume();
  socket.end(`${code} ${text}\r\n`);
  const deadline = setTimeout(() => socket.destroy(), TURN_AWAY_MS);
  socket.once("close", () => clearTimeout(deadline));
}
