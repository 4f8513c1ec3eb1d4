import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export interface ToldAlert {
  readonly kind: string;
  readonly code: string;
  readonly about: string;
  readonly advice: string;
}

/** Takes webhooks and believes only those with a good signature. */
export interface WebhookReceiver {
  readonly url: string;
  readonly alerts: ToldAlert[];
  /** How many had no good signature. */
  readonly unsigned: number;
  /** Answers 503 from now on, or takes them again. */
  refuse(refuses: boolean): void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(
  key: string,
): Promise<WebhookReceiver> {
  const alerts: ToldAlert[] = [];
  let unsigned = 0;
  let refuses = false;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const header = String(request.headers["x-sekisho-signature"]);
      const [, seconds = "", told = ""] =
        /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header) ?? [];
      const wanted = createHmac("sha256", key)
        .update(`${seconds}.${body}`)
        .digest("hex");
      response.statusCode = refuses ? 503 : 204;
      response.end();
      if (refuses) return;
      if (told !== wanted) unsigned += 1;
      else
        alerts.push(
          ...(JSON.parse(body) as { readonly alerts: ToldAlert[] }).alerts,
        );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    alerts,
    get unsigned() {
      return unsigned;
    },
    refuse: (now) => void (refuses = now),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface MailSink {
  readonly port: number;
  readonly mails: {
    readonly subject: string;
    readonly text: string;
    readonly to: readonly string[];
  }[];
  close(): Promise<void>;
}

/** The administrators' mail server. */
export async function startMailSink(): Promise<MailSink> {
  const mails: MailSink["mails"] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    onData(stream, session, done) {
      simpleParser(stream).then(
        ({ subject = "", text = "" }) => {
          const to = session.envelope.rcptTo.map(({ address }) => address);
          mails.push({ subject, text, to });
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  server.on("error", () => undefined);
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
