import { createHmac, randomUUID } from "node:crypto";
import nodemailer from "nodemailer";
import { Fault } from "../core/fault.ts";
import { SECOND } from "../core/units.ts";
import type { AlertWords } from "../policy/alert-words.ts";
import type { Telling } from "../policy/alerts.ts";

/** What is told, in words for people and as fields for programs. */
export interface AlertMessage extends AlertWords {
  readonly id: string;
  readonly at: number;
  readonly gateway: string;
  readonly tellings: readonly Telling[];
}

/** Resolves when the other side took it. Faults: ALERT_NOT_SENT. */
export type Tell = (message: AlertMessage) => Promise<void>;

const DEADLINE_MS = 20 * SECOND;
export const SIGNATURE_HEADER = "x-sekisho-signature";

export interface AlertMailOptions {
  readonly host: string;
  readonly port: number;
  readonly requireTls: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  readonly to: readonly string[];
  /** Our name in EHLO. */
  readonly hostname: string;
}

/** By the administrators' own mail server: not over the line, which may be what is broken. */
export function tellByMail(options: AlertMailOptions): Tell {
  const { host, port, user, password, hostname, requireTls } = options;
  return async ({ id, at, subject, text }) => {
    const transport = nodemailer.createTransport({
      ...{ host, port, name: hostname, requireTLS: requireTls },
      ...(user === null ? {} : { auth: { user, pass: password ?? "" } }),
      // Without a wish for TLS it is taken when offered, whatever the certificate: better seen by somebody than by nobody.
      tls: { rejectUnauthorized: requireTls },
      connectionTimeout: DEADLINE_MS,
      greetingTimeout: DEADLINE_MS,
      socketTimeout: DEADLINE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        ...{ from: options.from, to: [...options.to], subject, text },
        ...{ date: new Date(at), messageId: `<${id}@${hostname}>` },
        headers: { "Auto-Submitted": "auto-generated" },
      });
    } catch (error) {
      throw notSent(error);
    } finally {
      transport.close();
    }
  };
}

/**
 * JSON by POST. With a key, `t=SECONDS,v1=HEX` in the header: HMAC-SHA256 over the seconds, a full stop and the body. A redirect
 * is not followed: what was signed for one place is not for another.
 */
export function tellByWebhook(options: {
  readonly url: string;
  readonly key: string | null;
}): Tell {
  return async (message) => {
    const body = JSON.stringify(webhookBody(message));
    try {
      const answer = await fetch(options.url, {
        method: "POST",
        redirect: "manual",
        signal: AbortSignal.timeout(DEADLINE_MS),
        headers: {
          "content-type": "application/json; charset=utf-8",
          "user-agent": "sekisho",
          "x-sekisho-delivery": message.id,
          ...(options.key === null
            ? {}
            : { [SIGNATURE_HEADER]: signed(options.key, message.at, body) }),
        },
        body,
      });
      await answer.body?.cancel();
      if (answer.status < 200 || answer.status > 299)
        throw new Fault("ALERT_NOT_SENT", { status: answer.status });
    } catch (error) {
      throw notSent(error);
    }
  };
}

function signed(key: string, at: number, body: string): string {
  const seconds = Math.floor(at / SECOND);
  const told = `${seconds}.${body}`;
  return `t=${seconds},v1=${createHmac("sha256", key).update(told).digest("hex")}`;
}

function webhookBody({ id, at, gateway, text, tellings }: AlertMessage) {
  return {
    version: 1,
    ...{ id, at: new Date(at).toISOString(), gateway, text },
    alerts: tellings.map(({ kind, trouble, until }) => ({
      ...{ kind, code: trouble.code, about: trouble.about },
      ...{ severity: trouble.severity, title: trouble.title },
      ...{ message: trouble.message, advice: trouble.advice },
      since: new Date(trouble.since).toISOString(),
      until: until === null ? null : new Date(until).toISOString(),
    })),
  };
}

export function newAlertId(): string {
  return randomUUID();
}

function notSent(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const cause =
    error instanceof Error && error.cause instanceof Error
      ? error.cause
      : error;
  const reason = cause instanceof Error ? cause.message : "unknown";
  return new Fault("ALERT_NOT_SENT", { reason: reason.slice(0, 200) }, error);
}
