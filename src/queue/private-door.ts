import { chmod, mkdir, readdir, unlink } from "node:fs/promises";
import { createServer, connect, type Socket } from "node:net";
import { join } from "node:path";
import { Fault, toFault } from "../core/fault.ts";
import type { Log } from "../core/log.ts";
import { KIB, SECOND } from "../core/units.ts";

/**
 * One question and one answer between two workers of one machine, over a Unix socket that only our own user may open: for
 * what must not stand in a queue, a file or a log. With several servers of a name each is asked in turn.
 */
export interface PrivateDoor {
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 32 * KIB;
const MAX_CONNECTIONS = 16;
const ASKING_MS = 5 * SECOND;

/** Faults: STORE_FAILED when no socket can be made there (a path of more than some 100 bytes). */
export async function serveDoor(
  place: { readonly folder: string; readonly name: string; readonly log: Log },
  answer: (untrusted: unknown) => Promise<object>,
): Promise<PrivateDoor> {
  const { folder, name, log } = place;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${name}-${process.pid}.sock`);
  await unlink(path).catch(() => undefined);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(ASKING_MS, () => socket.destroy());
    line(socket)
      .then((asked) => {
        socket.setTimeout(0);
        return answer(JSON.parse(asked));
      })
      .then(
        (told) => socket.end(`${JSON.stringify(told)}\n`),
        (error: unknown) => {
          // The code alone: what was asked is private.
          log.warn("door.fault", { door: name, fault: toFault(error).code });
          socket.destroy();
        },
      );
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(new Fault("STORE_FAILED", { place: "door" }, error)),
    );
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

export interface DoorQuestion<T> {
  readonly folder: string;
  readonly name: string;
  readonly message: object;
  readonly deadlineMs: number;
  /** Null: the next one may be asked. */
  readonly read: (untrusted: unknown) => T | null;
}

/** Null when nobody of this machine answers. What the other side does not understand is no answer either. */
export async function askDoor<T>(asked: DoorQuestion<T>): Promise<T | null> {
  const { folder, name } = asked;
  const names = await readdir(folder).catch(() => []);
  for (const one of names) {
    if (!one.startsWith(`${name}-`) || !one.endsWith(".sock")) continue;
    const told = await askAt(join(folder, one), asked).catch(() => null);
    if (told !== null) return told;
  }
  return null;
}

async function askAt<T>(
  path: string,
  { message, deadlineMs, read }: DoorQuestion<T>,
): Promise<T | null> {
  const socket = connect(path);
  try {
    await connected(socket, path);
    socket.setTimeout(deadlineMs, () => socket.destroy());
    socket.write(`${JSON.stringify(message)}\n`);
    return read(JSON.parse(await line(socket)));
  } finally {
    socket.destroy();
  }
}

/** A socket that refuses belongs to a process that is gone. */
async function connected(socket: Socket, path: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED")
      await unlink(path).catch(() => undefined);
    throw error;
  }
}

function line(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    socket.on("data", (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.byteLength;
      if (bytes > MAX_MESSAGE_BYTES) return reject(new Error("too long"));
      if (!piece.includes(0x0a)) return undefined;
      const all = Buffer.concat(pieces);
      return resolve(all.toString("utf8", 0, all.indexOf(0x0a)));
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
  });
}
