import { once } from "node:events";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { Fault } from "../core/fault.ts";

export interface SyslogTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: {
    /** PEM; null: the authorities that Node knows. */
    readonly ca: string | Buffer | null;
  } | null;
  /** For the connection, and again for the answer to its end. */
  readonly answerDeadlineMs: number;
}

/**
 * Sends frames over a connection of their own and resolves only when the collector has read them all. Syslog has no
 * acknowledgement, but TCP has one: we end our half, and a collector that closes its own in order (no reset) had nothing left
 * unread. Whoever hangs or dies before that gets the same frames again, numbered as before. Faults: COLLECTOR_SILENT.
 */
export async function sendFrames(
  target: SyslogTarget,
  frames: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<void> {
  const socket = open(target);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  const fail = (reason: string) =>
    failed.reject(new Fault("COLLECTOR_SILENT", { reason }));
  socket.on("error", (error: NodeJS.ErrnoException) =>
    fail(error.code ?? "error"),
  );
  const stop = () => fail("stopped");
  signal?.addEventListener("abort", stop);
  let timer = setTimeout(() => fail("no connection"), target.answerDeadlineMs);
  const within = (reason: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => fail(reason), target.answerDeadlineMs);
  };
  try {
    if (signal?.aborted === true) stop();
    const event = target.tls === null ? "connect" : "secureConnect";
    await Promise.race([once(socket, event), failed.promise]);
    const ended = once(socket, "end");
    ended.catch(() => undefined);
    // What a collector says is not asked for; unread it would keep its end from arriving.
    socket.resume();
    for (const frame of frames) {
      within("does not take it");
      if (!socket.write(frame))
        await Promise.race([
          once(socket, "drain"),
          failed.promise,
          ended.then(() => fail("closed early")),
        ]);
    }
    within("does not end");
    const isEarly = socket.readableEnded;
    socket.end();
    await Promise.race([ended, failed.promise]);
    if (isEarly)
      throw new Fault("COLLECTOR_SILENT", { reason: "closed early" });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    socket.destroy();
  }
}

function open({ host, port, tls }: SyslogTarget): Socket {
  if (tls === null) return connectTcp({ host, port, allowHalfOpen: true });
  return connectTls({
    ...{ host, port, minVersion: "TLSv1.2" },
    ...(tls.ca === null ? {} : { ca: tls.ca }),
  });
}
