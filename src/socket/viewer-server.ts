/** The viewer's side of `wire/viewer.ts`: one question a connection, answered once. */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Log } from "../core/log.ts";
import { SECOND } from "../core/units.ts";
import { toFault } from "../core/fault.ts";
import {
  decodeQuestion,
  encodeHead,
  headLength,
  LENGTH_BYTES,
  MAX_HEAD_BYTES,
  type ContentType,
  type ViewerHead,
  type ViewerQuestion,
  type ViewRefusal,
} from "../wire/viewer.ts";
import {
  closeToOthers,
  removeStaleSocket,
  requireSocketPath,
} from "./folder-socket.ts";

export type ViewerAnswer =
  | { readonly kind: "refused"; readonly code: ViewRefusal }
  | {
      readonly kind: "done";
      readonly type: ContentType;
      readonly content: Uint8Array | AsyncIterable<Uint8Array>;
    };

export interface ViewerServing {
  readonly path: string;
  /** Ends early with the signal: whoever asked has gone, or the time is up. */
  readonly answer: (
    question: ViewerQuestion,
    signal: AbortSignal,
  ) => Promise<ViewerAnswer>;
  readonly deadlineMs: number;
  readonly log: Log;
}

const MAX_CONNECTIONS = 64;
const ASK_DEADLINE_MS = 5 * SECOND;

/** Resolves when it listens. */
export async function serveViewer(
  serving: ViewerServing,
): Promise<{ close(): Promise<void> }> {
  const { path } = serving;
  requireSocketPath(path);
  await removeStaleSocket(path);
  const open = new Set<Socket>();
  // Who has asked and closes its half has gone.
  const server = createServer({ allowHalfOpen: false }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    // Whoever leaves in the middle is heard of by "close".
    socket.on("error", () => undefined);
    void serve(socket, serving).finally(() => socket.destroySoon());
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, path);
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  // Never for a moment anybody else's: the folder is ours alone, and so is the socket from its first moment.
  const before = process.umask(0o177);
  try {
    server.listen(path);
    await once(server, "listening");
  } finally {
    process.umask(before);
  }
  await closeToOthers(path);
}

async function serve(socket: Socket, serving: ViewerServing): Promise<void> {
  const question = await hearQuestion(socket);
  if (question === null) return;
  const gone = new AbortController();
  const onClose = () => gone.abort(new Error("gone"));
  socket.once("close", onClose);
  const signal = AbortSignal.any([
    gone.signal,
    AbortSignal.timeout(serving.deadlineMs),
  ]);
  try {
    await say(socket, await answerTo(question, serving, signal), signal);
  } catch (error) {
    if (!gone.signal.aborted)
      serving.log.warn("viewer.answer", { fault: toFault(error).code });
    socket.destroy();
  } finally {
    socket.off("close", onClose);
  }
}

async function answerTo(
  question: ViewerQuestion,
  { answer, log }: ViewerServing,
  signal: AbortSignal,
): Promise<ViewerAnswer> {
  try {
    return await answer(question, signal);
  } catch (error) {
    const fault = toFault(error);
    log.error("viewer.fault", { fault: fault.code, detail: fault.message });
    return { kind: "refused", code: "VIEWER_FAILED" };
  }
}

async function say(
  socket: Socket,
  answer: ViewerAnswer,
  signal: AbortSignal,
): Promise<void> {
  if (answer.kind === "refused") return write(socket, encodeHead(answer));
  const { type, content } = answer;
  const isWhole = content instanceof Uint8Array;
  const bytes = isWhole ? content.length : null;
  const head: ViewerHead = { kind: "done", type, bytes };
  await write(socket, encodeHead(head));
  if (isWhole) return write(socket, content);
  for await (const chunk of content) {
    signal.throwIfAborted();
    await write(socket, chunk);
  }
}

async function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  await promise;
}

/** Null when nobody asked in time, or nothing that is a question. */
async function hearQuestion(socket: Socket): Promise<ViewerQuestion | null> {
  const { promise, resolve } = Promise.withResolvers<ViewerQuestion | null>();
  let heard: Buffer = Buffer.alloc(0);
  const deadline = setTimeout(() => resolve(null), ASK_DEADLINE_MS);
  const onData = (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk]);
    if (heard.length > LENGTH_BYTES + MAX_HEAD_BYTES) return resolve(null);
    if (heard.length < LENGTH_BYTES) return;
    const length = headLength(heard);
    if (length === null) return resolve(null);
    if (heard.length < LENGTH_BYTES + length) return;
    const isExact = heard.length === LENGTH_BYTES + length;
    resolve(isExact ? decodeQuestion(heard.subarray(LENGTH_BYTES)) : null);
  };
  const onClose = () => resolve(null);
  socket.on("data", onData);
  socket.once("close", onClose);
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    socket.off("data", onData);
    socket.off("close", onClose);
    // Goes on reading, so that an end is noticed; what comes is nobody's.
    socket.resume();
  }
}
