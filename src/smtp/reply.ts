import type { FaultCode } from "../core/fault.ts";
import { FAULTS, toFault } from "../core/fault.ts";

/** What smtp-server takes as the reply to a command. */
export interface ReplyError extends Error {
  responseCode: number;
}

/** Code, enhanced code and text as the fault table has them. What has no reply of its own is our trouble: 451. */
export function replyOf(code: FaultCode): {
  readonly code: number;
  readonly text: string;
} {
  const row = FAULTS[code].reply ?? FAULTS.UNEXPECTED.reply;
  return { code: row.code, text: `${row.enhanced} ${row.text}` };
}

export function replyError(error: unknown): ReplyError {
  const { code, text } = replyOf(toFault(error).code);
  return Object.assign(new Error(text), { responseCode: code });
}

/** The text already begins with an enhanced status code (RFC 3463 §2). */
export function hasStatus(text: unknown): boolean {
  return typeof text === "string" && /^[245]\.\d{1,3}\.\d{1,3} /.test(text);
}
