import type { SMTPError } from "nodemailer/lib/smtp-connection";
import type { Receipt } from "../core/message.ts";

type Ending = Pick<Receipt, "kind" | "reply">;

/** What is known when a transaction is over. */
export interface TransactionEnd {
  /** Null when the peer took the mail. */
  readonly error: SMTPError | null;
  /** The peer's final reply, empty when there was none. */
  readonly response: string;
  /** The final dot was sent or may have been. */
  readonly dotMaySent: boolean;
  /** Refusals at RCPT, one a recipient. */
  readonly rejected: readonly SMTPError[];
}

const MAX_REPLY_CHARACTERS = 512;

/** One receipt per recipient, in order (RFC 5321 §4.2.1, §6.1). */
export function receiptsOf(
  recipients: readonly string[],
  end: TransactionEnd,
): readonly Receipt[] {
  const rest = endOfTransaction(end);
  // With PIPELINING a refused MAIL makes every RCPT "503 out of order": that says nothing about the recipient.
  const meant = end.error?.command === "MAIL FROM" ? [] : end.rejected;
  const atRcpt = new Map(
    meant.map((error) => [error.recipient, byCode(error, "deferred")]),
  );
  return recipients.map((recipient) => ({
    recipient,
    ...(atRcpt.get(recipient) ?? rest),
  }));
}

export function receipt(
  recipient: string,
  kind: Receipt["kind"],
  reply: string,
): Receipt {
  return { recipient, kind, reply: tidy(reply) };
}

function endOfTransaction(end: TransactionEnd): Ending {
  const { error, dotMaySent } = end;
  if (error === null) {
    const kind = dotMaySent ? "accepted" : "unknown";
    const early = dotMaySent ? "" : "said before the end of the mail: ";
    return { kind, reply: tidy(early + end.response) };
  }
  // A reply to a command or to the final dot is an answer; everything else is silence.
  if (error.code === "EENVELOPE") return byCode(error, "deferred");
  if (error.code === "EMESSAGE" && error.responseCode === undefined)
    // The mail is larger than the SIZE that the peer announced, so nothing was said at all; or the final reply was no reply.
    return { kind: dotMaySent ? "unknown" : "refused", reply: words(error) };
  const silence = dotMaySent ? "unknown" : "deferred";
  if (error.code === "EMESSAGE") return byCode(error, silence);
  return { kind: silence, reply: words(error) };
}

function byCode(error: SMTPError, otherwise: Ending["kind"]): Ending {
  const code = error.responseCode ?? 0;
  const reply = words(error);
  if (code >= 500 && code < 600) return { kind: "refused", reply };
  if (code >= 400 && code < 500) return { kind: "deferred", reply };
  return { kind: otherwise, reply };
}

function words(error: SMTPError): string {
  const detail = error.response ?? error.message;
  return tidy(
    error.response === undefined ? `${error.code}: ${detail}` : detail,
  );
}

/** The peer's words go to the ledger and to people: one line, no control characters, an end. */
function tidy(untrustedReply: string): string {
  return untrustedReply
    .slice(0, MAX_REPLY_CHARACTERS * 4)
    .replace(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ")
    .slice(0, MAX_REPLY_CHARACTERS)
    .trim();
}
