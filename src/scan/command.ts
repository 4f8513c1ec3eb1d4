import { connect } from "node:net";
import type { Socket } from "node:net";
import { Fault } from "../core/fault.ts";

export type ClamdAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

const MAX_ANSWER_BYTES = 4096;

export function connectTo(address: ClamdAddress): Socket {
  return "socketPath" in address
    ? connect(address.socketPath)
    : connect(address.port, address.host);
}

/** One question without content, such as PING. Faults: CLAMD_UNREACHABLE, CLAMD_DEADLINE, CLAMD_BAD_ANSWER. */
export function askClamd(
  address: ClamdAddress,
  command: "PING" | "VERSION",
  deadlineMs: number,
): Promise<string> {
  const socket = connectTo(address);
  const answer = answerOf(socket, deadlineMs);
  socket.write(`z${command}\0`);
  return answer;
}

/** The one answer clamd gives on a connection, without its final NUL. The socket is gone when this settles. */
export async function answerOf(
  socket: Socket,
  deadlineMs: number,
): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  try {
    return await new Promise<string>((resolve, reject) => {
      const fail = (
        code: "CLAMD_UNREACHABLE" | "CLAMD_DEADLINE" | "CLAMD_BAD_ANSWER",
        reason: string,
      ) => reject(new Fault(code, { reason }));
      timer = setTimeout(
        fail,
        deadlineMs,
        "CLAMD_DEADLINE",
        `${deadlineMs} ms`,
      );
      let heard = "";
      socket.setEncoding("latin1");
      socket.on("data", (text: string) => {
        heard += text;
        const end = heard.indexOf("\0");
        if (end >= 0 && end === heard.length - 1) {
          settled = true;
          resolve(heard.slice(0, end));
        } else if (end >= 0) fail("CLAMD_BAD_ANSWER", "two answers");
        else if (heard.length > MAX_ANSWER_BYTES)
          fail("CLAMD_BAD_ANSWER", "endless answer");
      });
      socket.on("error", (error: NodeJS.ErrnoException) =>
        fail("CLAMD_UNREACHABLE", error.code ?? "error"),
      );
      socket.on("close", () => {
        // Every answered question ends here too; a fault with its stack for each would cost more than the question.
        if (settled) return;
        if (heard === "") fail("CLAMD_UNREACHABLE", "closed without an answer");
        else fail("CLAMD_BAD_ANSWER", "half an answer");
      });
    });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
