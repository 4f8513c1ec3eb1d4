import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SMTPError } from "nodemailer/lib/smtp-connection";
import { setImmediate as nextTurn } from "node:timers/promises";
import { KIB } from "../core/units.ts";
import type { OutgoingMail } from "./outgoing.ts";
import type { TransactionEnd } from "./receipts.ts";

export interface PeerOptions {
  readonly host: string;
  readonly port: number;
  /** Our name in EHLO. */
  readonly hostname: string;
  /**
   * True: STARTTLS with a certificate that `ca` vouches for, or nothing is sent. False: encrypted when the peer offers it, without
   * looking at its certificate.
   */
  readonly requireTls: boolean;
  /** PEM; null: the authorities that Node knows. */
  readonly ca: string | Buffer | null;
  /** Silence of the peer, also after the final dot (RFC 5321 §4.5.3.2.6: 10 minutes). */
  readonly answerDeadlineMs: number;
  /** From the first packet to the answer to EHLO, TLS included. */
  readonly connectMs: number;
  /** A whole transaction, for peers that are not silent but never come to an end. */
  readonly sendDeadlineMs: number;
}

export interface OutgoingEnvelope {
  readonly reversePath: string;
  readonly recipients: readonly string[];
  readonly bytes: number;
}

/** A reply is a few lines; more is an attack or a mistake. */
const MAX_REPLY_BYTES = 64 * KIB;
const QUIT_MS = 1000;

/** One SMTP connection to the LGWAN side. Does not throw for what the peer does, except when it cannot be reached. */
export class Peer {
  readonly #connection: SMTPConnection;
  readonly #options: PeerOptions;
  readonly #onEnd = Promise.withResolvers<SMTPError>();
  #dead = false;
  sent = 0;

  private constructor(options: PeerOptions) {
    this.#options = options;
    this.#connection = new SMTPConnection({
      host: options.host,
      port: options.port,
      name: options.hostname,
      secure: false,
      ...tlsOptions(options),
      connectionTimeout: options.connectMs,
      greetingTimeout: options.connectMs,
      socketTimeout: options.answerDeadlineMs,
      socketCloseTimeout: QUIT_MS,
      maxResponseSize: MAX_REPLY_BYTES,
      logger: false,
    });
    this.#connection.on("error", (error: SMTPError) => this.#end(error));
    this.#connection.on("end", () => this.#end(gone("Connection closed")));
  }

  /** Rejects with nodemailer's error when there is no session within `connectMs`. */
  static async reach(options: PeerOptions): Promise<Peer> {
    const peer = new Peer(options);
    const connected = Promise.withResolvers<null>();
    const late = setTimeout(
      () => peer.#end(gone("No session in time", "ETIMEDOUT")),
      options.connectMs,
    );
    peer.#connection.connect((error) =>
      error === undefined ? connected.resolve(null) : peer.#end(error),
    );
    const error = await Promise.race([connected.promise, peer.#onEnd.promise]);
    clearTimeout(late);
    if (error === null) return peer;
    peer.cut();
    throw error;
  }

  get usable(): boolean {
    return !this.#dead;
  }

  async send(
    envelope: OutgoingEnvelope,
    mail: OutgoingMail,
  ): Promise<TransactionEnd> {
    const stream = mail.stream();
    // nodemailer works on this object; here it also says who was refused at RCPT when the transaction fails later.
    const spoken: Partial<SMTPConnection.Envelope> & SpokenEnvelope = {
      from: envelope.reversePath,
      to: [...envelope.recipients],
      size: envelope.bytes,
      use8BitMime: true,
    };
    const said = Promise.withResolvers<Said>();
    const late = setTimeout(
      () => said.resolve({ error: gone("Transaction too long", "ETIMEDOUT") }),
      this.#options.sendDeadlineMs,
    );
    this.#connection.send(spoken, stream, (error, info) =>
      said.resolve(
        error === null || error === undefined
          ? { response: info.response }
          : { error },
      ),
    );
    const broken = this.#onEnd.promise.then((error): Said => ({ error }));
    const { error = null, response = "" } = await Promise.race([
      said.promise,
      broken,
    ]);
    clearTimeout(late);
    const dotMaySent = mail.whole;
    stream.destroy();
    this.sent += 1;
    await this.#settle(error === null && dotMaySent);
    const rejected = spoken.rejectedErrors ?? [];
    return { error, response, dotMaySent, rejected };
  }

  /** Says QUIT and waits a moment for the answer. */
  async quit(): Promise<void> {
    if (!this.#dead) {
      this.#connection.quit();
      const late = setTimeout(() => this.cut(), QUIT_MS);
      await this.#onEnd.promise;
      clearTimeout(late);
    }
    this.cut();
  }

  /** Without words. A transaction under way ends as if the peer had gone. */
  cut(): void {
    this.#end(gone("Closed by us"));
    this.#connection.close();
  }

  /** After anything but a plain success nobody knows what the peer says next: its words must not answer another mail. */
  async #settle(plain: boolean): Promise<void> {
    if (!plain) return this.cut();
    // A second final reply in the same packet shows itself now, while no other mail is waiting for one.
    await nextTurn();
    await nextTurn();
  }

  #end(error: SMTPError): void {
    this.#dead = true;
    this.#onEnd.resolve(error);
  }
}

interface Said {
  readonly error?: SMTPError;
  readonly response?: string;
}

interface SpokenEnvelope {
  readonly rejectedErrors?: readonly SMTPError[];
}

function tlsOptions({ requireTls, ca }: PeerOptions) {
  const tls = {
    minVersion: "TLSv1.2" as const,
    ...(ca === null ? {} : { ca }),
  };
  if (requireTls) return { requireTLS: true, tls };
  return { opportunisticTLS: true, tls: { ...tls, rejectUnauthorized: false } };
}

function gone(message: string, code = "ECONNECTION"): SMTPError {
  return Object.assign(new Error(message), { code });
}
