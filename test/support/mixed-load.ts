import nodemailer from "nodemailer";
import { eicar } from "../../fixtures/mail.ts";
import { textMail } from "./send.ts";

export interface MixedLoad {
  readonly sent: number;
  /** Of them: with the test virus in a part, and with a file that nothing here reads. */
  readonly viruses: number;
  readonly unknown: number;
}

const CONNECTIONS = 8;

/** Of every ten mails one has a test virus, one a file of unknown kind, two a table; the others are text. */
export async function sendMixed(
  port: number,
  count: number,
  domains: readonly string[],
): Promise<MixedLoad> {
  const transport = nodemailer.createTransport({
    ...{ host: "127.0.0.1", port, ignoreTLS: true },
    ...{ pool: true, maxConnections: CONNECTIONS, maxMessages: 500 },
  });
  const sent = { sent: 0, viruses: 0, unknown: 0 };
  let next = 0;
  const send = async () => {
    for (let at = next++; at < count; at = next++) {
      const to = `clerk@${domains[at % domains.length] ?? ""}`;
      const envelope = { from: `sender${at % 20}@example.com`, to };
      const file = fileFor(at);
      if (at % 10 === 0) sent.viruses += 1;
      if (at % 10 === 1) sent.unknown += 1;
      await transport.sendMail(
        file === null
          ? { envelope, raw: textMail(`load-${at}`) }
          : {
              ...{ envelope, from: envelope.from, to, subject: `load-${at}` },
              ...{ text: "添付をご覧ください。", attachments: [file] },
            },
      );
      sent.sent += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
  transport.close();
  return sent;
}

function fileFor(at: number) {
  switch (at % 10) {
    case 0:
      return { filename: "a.txt", content: eicar() };
    case 1:
      return {
        filename: "a.bin",
        content: Buffer.from([0, 1, 2, 3, at & 255]),
      };
    case 2:
    case 3:
      return { filename: "a.csv", content: `番号,氏名\r\n${at},髙﨑\r\n` };
    default:
      return null;
  }
}
