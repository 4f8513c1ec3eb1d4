import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { SMTPServerSession } from "smtp-server";
import { SMTPServer } from "smtp-server";

export interface MailboxOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly folder: string;
}

export interface Mailbox {
  readonly port: number;
  close(): Promise<void>;
}

const CLOSE_MS = 1000;

/**
 * Takes any mail for anybody and keeps it, byte for byte, as `<folder>/<time>-<id>.eml`; who it was for stands beside it in
 * the `.json` of the same name. No limits, checks or TLS: the courier is its only client.
 */
export async function startMailbox(options: MailboxOptions): Promise<Mailbox> {
  await mkdir(options.folder, { recursive: true });
  const keeping = new Set<Promise<string>>();
  const server = new SMTPServer({
    name: "mailbox",
    banner: "Sekisho mailbox",
    disabledCommands: ["AUTH", "STARTTLS"],
    hideSTARTTLS: true,
    disableReverseLookup: true,
    lenientAddressParsing: true,
    closeTimeout: CLOSE_MS,
    logger: false,
    onData: (stream, session, answer) => {
      stream.on("error", () => undefined);
      const kept = keep(options.folder, stream, session);
      keeping.add(kept);
      void kept.finally(() => keeping.delete(kept)).catch(() => undefined);
      kept.then(
        (name) => answer(null, `kept as ${name}`),
        () =>
          answer(Object.assign(new Error("Not kept"), { responseCode: 451 })),
      );
    },
  });
  // A client that hangs up is its own affair; without a listener it would end the process.
  server.on("error", () => undefined);
  const listening = server.listen(options.port, options.host);
  await once(listening, "listening");
  return {
    port: (listening.address() as AddressInfo).port,
    close: async () => {
      await new Promise<void>((resolve) => server.close(resolve));
      await Promise.allSettled(keeping);
    },
  };
}

/** Durable when it resolves: file synced, renamed, folder synced. */
async function keep(
  folder: string,
  content: Readable,
  session: SMTPServerSession,
): Promise<string> {
  const time = new Date().toISOString().replaceAll(":", "-");
  const name = `${time}-${randomBytes(6).toString("hex")}`;
  const half = join(folder, `.${name}.half`);
  try {
    await writeSynced(half, content);
    await writeFile(join(folder, `${name}.json`), envelopeOf(session));
    await rename(half, join(folder, `${name}.eml`));
    await syncFolder(folder);
    return `${name}.eml`;
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

async function writeSynced(path: string, content: Readable): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>)
      await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function envelopeOf({ envelope }: SMTPServerSession): string {
  const { mailFrom, rcptTo } = envelope;
  return JSON.stringify({
    reversePath: mailFrom === false ? "" : mailFrom.address,
    recipients: rcptTo.map(({ address }) => address),
  });
}
