/**
 * The relay a good engineer writes in an afternoon from the usual libraries: read the mail, parse it, scan it, write it
 * anew, send it on, and only then say 250. No queue, no fsync, no retry: what fails, the sender must send again.
 *   node naive-relay.ts PORT SINK-PORT CLAMD-SOCKET
 */
import { Readable } from "node:stream";
import NodeClam from "clamscan";
import { simpleParser } from "mailparser";
import { createTransport } from "nodemailer";
import { SMTPServer } from "smtp-server";
import type { SMTPServerSession } from "smtp-server";

const [port, sinkPort, socket] = process.argv.slice(2);

const scanner = await new NodeClam().init({
  clamdscan: {
    socket: socket ?? "",
    localFallback: false,
    bypassTest: true,
  },
  preference: "clamdscan",
});

const transport = createTransport({
  pool: true,
  host: "127.0.0.1",
  port: Number(sinkPort),
  secure: false,
  ignoreTLS: true,
  maxConnections: 20,
  maxMessages: Infinity,
});

const server = new SMTPServer({
  disabledCommands: ["AUTH", "STARTTLS"],
  disableReverseLookup: true,
  size: 30 * 1024 * 1024,
  logger: false,
  onData(stream, session, callback) {
    relay(stream, session).then(
      () => callback(),
      (error: unknown) =>
        callback(error instanceof Error ? error : new Error(String(error))),
    );
  },
});
server.listen(Number(port), "127.0.0.1");

async function relay(
  stream: Readable,
  session: SMTPServerSession,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const [mail, scan] = await Promise.all([
    simpleParser(raw, { skipTextToHtml: true, skipImageLinks: true }),
    scanner.scanStream(Readable.from([raw])),
  ]);
  if (scan.isInfected !== false) throw new Error("not clean");
  const { mailFrom, rcptTo } = session.envelope;
  await transport.sendMail({
    envelope: {
      from: mailFrom === false ? "" : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
    },
    from: mail.from?.text,
    subject: mail.subject,
    date: mail.date,
    text: mail.text,
    attachments: mail.attachments.map((attachment) => ({
      filename: attachment.filename ?? false,
      contentType: attachment.contentType,
      content: attachment.content,
    })),
  });
}
