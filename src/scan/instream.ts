import type { Socket } from "node:net";
import type { Content } from "../core/content.ts";
import { Fault } from "../core/fault.ts";
import { KIB } from "../core/units.ts";
import { answerOf, connectTo } from "./command.ts";
import type { ClamdAddress } from "./command.ts";

/** Contents up to this size go out in one write, which halves the cost of a small scan. */
const ONE_WRITE_BYTES = 64 * KIB;
const COMMAND = Buffer.from("zINSTREAM\0", "latin1");
const END = Buffer.alloc(4);

/**
 * One scan on one connection: `zINSTREAM\0`, then chunks, each behind its length in four bytes (big-endian), then a
 * length of zero. Resolves with what clamd said. An answer to less than the whole content is no answer.
 * Faults: CLAMD_UNREACHABLE, CLAMD_DEADLINE, CLAMD_BAD_ANSWER, and whatever reading `content` throws.
 */
export async function scanStream(
  address: ClamdAddress,
  content: Content,
  deadlineMs: number,
): Promise<string> {
  const socket = connectTo(address);
  let allSent = false;
  const answer = answerOf(socket, deadlineMs).then((text) => {
    if (!allSent)
      throw new Fault("CLAMD_BAD_ANSWER", { reason: `early: ${text}` });
    return text;
  });
  // Whatever fails first is told; the other one ends with the socket.
  const sent = send(socket, content, () => {
    allSent = true;
  });
  sent.catch(() => socket.destroy());
  answer.catch(() => undefined);
  await Promise.race([sent, answer]);
  return answer;
}

async function send(
  socket: Socket,
  content: Content,
  beforeEnd: () => void,
): Promise<void> {
  let bytes = 0;
  const check = (all: boolean) => {
    if (bytes > content.bytes || (all && bytes < content.bytes))
      throw new Fault("STORE_DAMAGED", { bytes: content.bytes, read: bytes });
  };
  const gathered: Uint8Array[] = [COMMAND];
  for await (const chunk of content.open()) {
    bytes += chunk.byteLength;
    check(false);
    if (chunk.byteLength === 0) continue;
    gathered.push(lengthOf(chunk), chunk);
    if (content.bytes <= ONE_WRITE_BYTES) continue;
    if (!socket.writable) return;
    // clamd that reads slowly slows the reading of the file, so that memory stays flat.
    if (!socket.write(Buffer.concat(gathered.splice(0)))) await drained(socket);
  }
  check(true);
  beforeEnd();
  socket.write(Buffer.concat([...gathered, END]));
}

/** Also when the socket is gone: the loop looks again. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve();
    const go = () => {
      socket.off("drain", go);
      socket.off("close", go);
      resolve();
    };
    socket.on("drain", go);
    socket.on("close", go);
  });
}

function lengthOf(chunk: Uint8Array): Uint8Array {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(chunk.byteLength);
  return length;
}
