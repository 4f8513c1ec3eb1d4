/**
 * Two ends of one connection inside this machine: ours reads into room that we choose (`reader.ts`), which Node offers only for
 * sockets that it opens itself; the other is for a child, as the place it writes to.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Fault } from "../core/fault.ts";
import { SECOND } from "../core/units.ts";
import { PitReader } from "./reader.ts";

const NAME_BYTES = 16;
const TOKEN_BYTES = 16;
const WITHIN_MS = 10 * SECOND;

export interface Pair {
  readonly ours: Socket;
  readonly reader: PitReader;
  /** Paused: nothing of it was read. */
  readonly theirs: Socket;
}

/** Faults: PIT_UNAVAILABLE, where the machine gives none, or somebody else came to the place first, and to the next one too. */
export async function openPair(): Promise<Pair> {
  try {
    return await meet();
  } catch {
    return meet();
  }
}

async function meet(): Promise<Pair> {
  // Without a file (unix(7), abstract): nothing is left of it, whatever becomes of us.
  const path = `\0sekisho-${randomBytes(NAME_BYTES).toString("hex")}`;
  const server = createServer({ pauseOnConnect: true });
  let isMeeting = true;
  server.on("connection", (socket) => {
    if (!isMeeting) socket.destroy();
    isMeeting = false;
  });
  const reader = new PitReader();
  const sockets: Socket[] = [];
  const late = new AbortController();
  const { signal } = late;
  const timer = setTimeout(() => late.abort(), WITHIN_MS);
  try {
    server.listen(path);
    await once(server, "listening", { signal });
    const ours = connect({ path, onread: reader.onread });
    reader.attach(ours);
    sockets.push(ours);
    ours.once("close", () => late.abort());
    const [theirs] = (await once(server, "connection", { signal })) as [Socket];
    sockets.push(theirs);
    signal.addEventListener("abort", () => ours.destroy());
    await checkEnds(reader, theirs);
    return { ours, reader, theirs };
  } catch (error) {
    isMeeting = false;
    for (const socket of sockets) socket.destroy();
    throw new Fault("PIT_UNAVAILABLE", { pair: String(error) });
  } finally {
    clearTimeout(timer);
    server.close();
  }
}

/** Whoever is on this machine may connect to a name that he saw in /proc/net/unix. Only what we are connected with can tell us this. */
async function checkEnds(reader: PitReader, theirs: Socket): Promise<void> {
  const token = randomBytes(TOKEN_BYTES);
  theirs.on("error", () => undefined).write(token);
  const heard = await reader.read(new Uint8Array(TOKEN_BYTES));
  if (heard === null || !timingSafeEqual(heard, token))
    throw new Error("a stranger came to the place of a pit");
}
