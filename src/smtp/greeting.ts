import { createConnection } from "node:net";
import type { PeerAnswer } from "../core/measure.ts";
import { SECOND } from "../core/units.ts";

const ANSWER_DEADLINE_MS = 10 * SECOND;
const MAX_GREETING_BYTES = 2048;

export interface MailServer {
  readonly host: string;
  readonly port: number;
}

/** Whether a mail server greets: connects, reads one line, says QUIT. Never throws for what the peer does. */
export async function askGreeting(
  { host, port }: MailServer,
  deadlineMs = ANSWER_DEADLINE_MS,
): Promise<PeerAnswer> {
  const said = await new Promise<string>((resolve) => {
    let heard = "";
    const socket = createConnection({ host, port });
    const late = setTimeout(() => end("no greeting in time"), deadlineMs);
    const end = (words: string) => {
      clearTimeout(late);
      socket.destroy();
      resolve(words);
    };
    socket.once("error", (error: NodeJS.ErrnoException) =>
      end(error.code ?? error.message),
    );
    socket.once("close", () => end(heard === "" ? "closed at once" : heard));
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      const line = /^[^\r\n]*(?=\r?\n)/.exec(heard)?.[0];
      if (line === undefined && heard.length < MAX_GREETING_BYTES) return;
      socket.removeAllListeners("close");
      socket.end("QUIT\r\n", () => end(line ?? heard));
    });
  });
  const untrustedDetail = said.slice(0, 200).replace(/[^\x20-\x7e]/g, "?");
  return { answers: said.startsWith("220"), untrustedDetail, at: Date.now() };
}

/** Asks again and again and tells each answer; 0 ms: never. Returns how to stop. */
export function keepAsking(
  server: MailServer,
  everyMs: number,
  tell: (answer: PeerAnswer) => void,
): () => void {
  if (everyMs === 0) return () => undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  const ask = async () => {
    const answer = await askGreeting(server);
    if (isStopped) return;
    tell(answer);
    timer = setTimeout(() => void ask(), everyMs).unref();
  };
  void ask();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
