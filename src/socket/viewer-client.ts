/** The console's side of `wire/viewer.ts`. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { SECOND } from "../core/units.ts";
import {
  decodeAnswer,
  encodeHead,
  headLength,
  LENGTH_BYTES,
  type ContentType,
  type ViewerQuestion,
  type ViewRefusal,
} from "../wire/viewer.ts";
import { isOurSocket } from "./folder-socket.ts";

export type ViewerReply =
  | { readonly kind: "refused"; readonly code: ViewRefusal }
  | {
      readonly kind: "done";
      readonly type: ContentType;
      readonly bytes: number | null;
      /** To be read to its end, or closed by whoever has seen enough. Throws when it ends early. */
      readonly content: AsyncIterable<Uint8Array>;
    };

/** Never throws for what the viewer does; leaves with the signal. */
export type AskViewer = (
  question: ViewerQuestion,
  signal: AbortSignal,
) => Promise<ViewerReply>;

const FAILED: ViewerReply = { kind: "refused", code: "VIEWER_FAILED" };
/** Longer than the viewer takes for its last word. */
const SILENCE_MS = 150 * SECOND;

export function createViewerClient(path: string): AskViewer {
  return async (question, signal) => {
    if (!(await isOurSocket(path))) return FAILED;
    const socket = connect({ path });
    socket.on("error", () => undefined);
    socket.setTimeout(SILENCE_MS, () => socket.destroy());
    const onAbort = () => socket.destroy();
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("close", () => signal.removeEventListener("abort", onAbort));
    if (signal.aborted) socket.destroy();
    try {
      await once(socket, "connect", { signal });
      socket.write(encodeHead(question));
      return await hear(socket);
    } catch {
      socket.destroy();
      return FAILED;
    }
  };
}

async function hear(socket: Socket): Promise<ViewerReply> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer, void>;
  let heard: Buffer = Buffer.alloc(0);
  for (;;) {
    const length = heard.length < LENGTH_BYTES ? 0 : headLength(heard);
    if (length === null) break;
    const end = LENGTH_BYTES + length;
    if (length > 0 && heard.length >= end) {
      const head = decodeAnswer(heard.subarray(LENGTH_BYTES, end));
      if (head === null) break;
      if (head.kind === "refused") {
        socket.destroy();
        return head;
      }
      const content = contentOf(socket, chunks, {
        first: heard.subarray(end),
        bytes: head.bytes,
      });
      return { ...head, content };
    }
    const next = await chunks.next();
    if (next.done === true) break;
    heard = Buffer.concat([heard, next.value]);
  }
  socket.destroy();
  return FAILED;
}

/** A generator that was never begun skips its `finally`: leaving must close the socket even then. */
function contentOf(
  socket: Socket,
  chunks: AsyncIterator<Buffer, void>,
  body: { readonly first: Buffer; readonly bytes: number | null },
): AsyncIterable<Uint8Array> {
  const pieces = piecesOf(socket, chunks, body);
  const iterator: AsyncIterator<Uint8Array, void> = {
    next: () => pieces.next(),
    return: async () => {
      socket.destroy();
      return pieces.return();
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

async function* piecesOf(
  socket: Socket,
  chunks: AsyncIterator<Buffer, void>,
  { first, bytes }: { readonly first: Buffer; readonly bytes: number | null },
): AsyncGenerator<Uint8Array, void> {
  let told = 0;
  try {
    for (
      let next: IteratorResult<Buffer, void> = { value: first };
      next.done !== true;
      next = await chunks.next()
    ) {
      told += next.value.length;
      if (bytes !== null && told > bytes) throw new Error("said too much");
      if (next.value.length > 0) yield next.value;
      if (told === bytes) return;
    }
    if (bytes !== null && told < bytes) throw new Error("ended early");
  } finally {
    socket.destroy();
  }
}
