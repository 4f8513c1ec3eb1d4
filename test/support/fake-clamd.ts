import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A clamd that does what the test says with each INSTREAM; VERSION and PING are answered well. */
export interface FakeClamd {
  readonly socketPath: string;
  /** Bytes of content that arrived, scan by scan. */
  readonly received: readonly Buffer[];
  /** Most scans that were open at a time. */
  readonly mostAtOnce: number;
  stop(): Promise<void>;
}

/** `whole` resolves with the content when its end has come. */
export type Script = (socket: Socket, whole: Promise<Buffer>) => void;

export const answering =
  (answer: string): Script =>
  (socket, whole) =>
    void whole.then(() => socket.end(answer));

export async function startFakeClamd(script: Script): Promise<FakeClamd> {
  const folder = mkdtempSync(join(tmpdir(), "fake-clamd-"));
  const socketPath = join(folder, "s");
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  let open = 0;
  let mostAtOnce = 0;

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    socket.once("data", (first) => {
      const command = first.subarray(0, first.indexOf(0) + 1).toString();
      if (command === "zVERSION\0") return void socket.end("ClamAV 9.9.9\0");
      if (command !== "zINSTREAM\0") return void socket.end("PONG\0");
      open += 1;
      mostAtOnce = Math.max(mostAtOnce, open);
      socket.on("close", () => (open -= 1));
      const rest = first.subarray(command.length);
      script(
        socket,
        contentOf(socket, rest).then((content) => {
          received.push(content);
          return content;
        }),
      );
    });
  });
  server.listen(socketPath);
  await once(server, "listening");
  return {
    socketPath,
    received,
    get mostAtOnce() {
      return mostAtOnce;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function contentOf(socket: Socket, first: Buffer): Promise<Buffer> {
  let heard = [first];
  let heardBytes = first.length;
  let wantedBytes = 4;
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const take = () => {
      while (heardBytes >= wantedBytes) {
        const all = Buffer.concat(heard);
        const chunkBytes = all.readUInt32BE();
        if (chunkBytes === 0) return resolve(Buffer.concat(chunks));
        wantedBytes = 4 + chunkBytes;
        heard = [all];
        if (heardBytes < wantedBytes) return;
        chunks.push(all.subarray(4, wantedBytes));
        heard = [all.subarray(wantedBytes)];
        heardBytes -= wantedBytes;
        wantedBytes = 4;
      }
    };
    socket.on("data", (more: Buffer) => {
      heard.push(more);
      heardBytes += more.length;
      take();
    });
    take();
  });
}
