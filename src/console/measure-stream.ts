import type { FastifyInstance } from "fastify";
import { SECOND } from "../core/units.ts";
import type { Measures } from "../core/measure.ts";
import type { Admission, Server } from "./api/serve.ts";
import { problemOf } from "./api/route.ts";
import { measuresFor } from "./watching.ts";
import type { Watching } from "./watching.ts";

export const STREAM_PATH = "/api/v1/measures/stream";

const EVERY_MS = 2 * SECOND;
const MAX_STREAMS = 100;
const MAX_STREAMS_A_PERSON = 6;
/** A reader that leaves so much unread is not reading. */
const MAX_UNREAD_BYTES = 1024 * 1024;

const TOO_MANY = problemOf(
  429,
  "TOO_MANY_STREAMS",
  "同時に開ける画面の数を超えました。ほかの画面を閉じてからお試しください。",
);

/**
 * Measures as they come (server-sent events). The right is looked at again each time, so that a stream ends with its session;
 * watching does not keep a session alive.
 */
export function addMeasureStream(
  app: FastifyInstance,
  {
    server,
    watching,
  }: { readonly server: Server; readonly watching: Watching },
): void {
  const open = new Map<symbol, { readonly name: string; end(): void }>();
  app.addHook("preClose", async () => {
    for (const stream of open.values()) stream.end();
  });
  app.get(STREAM_PATH, async (request, reply) => {
    const admission: Admission = {
      ...({ method: "GET", path: STREAM_PATH, right: "status.view" } as const),
      ...{ openAtFirst: true, passive: true, onWall: true },
    };
    const found = await server.admit(request, admission);
    if ("kind" in found) return server.answer(reply, found);
    const { name } = found.account;
    const own = [...open.values()].filter((one) => one.name === name);
    if (open.size >= MAX_STREAMS || own.length >= MAX_STREAMS_A_PERSON)
      return server.answer(reply, TOO_MANY);
    reply.hijack();
    const { raw } = reply;
    for (const [header, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(header, value);
    raw.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    });
    const key = Symbol(name);
    let timer: NodeJS.Timeout | undefined;
    let toldAt = 0;
    const end = () => {
      clearTimeout(timer);
      open.delete(key);
      raw.end();
    };
    const tell = async () => {
      const person = await server.admit(request, admission);
      if ("kind" in person || raw.writableLength > MAX_UNREAD_BYTES)
        return end();
      const now = await watching.now();
      if (!open.has(key)) return;
      if (now === null) raw.write("event: silent\ndata: {}\n\n");
      else if (now.at === toldAt) raw.write(": same\n\n");
      else {
        toldAt = now.at;
        const told: Measures = {
          ...measuresFor(now, person.account),
          // For Prometheus alone.
          times: {},
        };
        raw.write(`data: ${JSON.stringify(told)}\n\n`);
      }
      timer = setTimeout(() => void tell().catch(end), EVERY_MS);
    };
    open.set(key, { name, end });
    raw.on("close", end);
    await tell().catch(end);
    return reply;
  });
}
