/*
NAME       clear: let two independent readers see the rebuilt mail before it may cross
ZONE       airlock
READS      the rebuilt mail       WRITES  nothing
SECURITY   the only place where a ClearedMessage is made. The narrow grammar and mailparser must see the same subject,
           text and files as each other and as rebuild says it wrote; any disagreement is refused
STANDARDS  as verify-again
LIMITS     bytes of the mail; time of the second reader
FAULTS     VERIFIER_REFUSED with the rule
NOT HERE   repairing anything; the seal (store/outbox)
*/
import { createHash } from "node:crypto";
import type { Limits } from "../core/limits.ts";
import type { ClearedMessage, RebuiltMessage } from "../core/message.ts";
import type { VerifiedMail } from "../verify/mail.ts";
import { refuse } from "../verify/refuse.ts";
import { readSecond, type SecondReading } from "./second-reader.ts";
import { readProven, verifyBytes } from "./verify-again.ts";

export interface ClearTools {
  readonly limits: Pick<Limits, "maxCleanMessageBytes">;
}

/** What all three accounts are brought to before they are compared. */
interface Account {
  readonly subject: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly name: string;
    readonly type: string;
    readonly sha256: string;
  }[];
}

interface Addressed {
  readonly addresses: readonly string[];
}

export function createClear(
  tools: ClearTools,
): (rebuilt: RebuiltMessage) => Promise<ClearedMessage> {
  return async (rebuilt) => {
    const { content, item, expected } = rebuilt;
    if (content.bytes > tools.limits.maxCleanMessageBytes)
      refuse("message-size", tools.limits.maxCleanMessageBytes);
    const bytes = await readProven(content);
    const verified = accountOf(verifyBytes(bytes));
    requireExpected(verified, expected);
    requireAgreement(verified, await readSecond(bytes));
    return { item, content } as unknown as ClearedMessage;
  };
}

function accountOf(mail: VerifiedMail): Account & Addressed {
  return {
    addresses: mail.addresses,
    subject: mail.subject,
    text: mail.text,
    attachments: mail.attachments.map(({ name, type, bytes }) => ({
      name,
      type,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    })),
  };
}

function requireExpected(verified: Account, expected: Account): void {
  if (subject(verified) !== subject(expected)) refuse("expected-subject", 0);
  if (text(verified) !== text(expected)) refuse("expected-text", 0);
  if (files(verified) !== files(expected)) refuse("expected-attachments", 0);
}

/** VERIFIER_REFUSED for whatever the two readers see differently. */
export function requireAgreement(
  verified: Account & Addressed,
  second: SecondReading,
): void {
  if (second.hasHtml) refuse("readers-html", 0);
  if (subject(verified) !== subject(second)) refuse("readers-subject", 0);
  if (addresses(verified) !== addresses(second)) refuse("readers-addresses", 0);
  if (text(verified) !== text(second)) refuse("readers-text", 0);
  if (files(verified) !== files(second)) refuse("readers-attachments", 0);
}

/** mailparser trims what stands outside encoded words. */
function subject(account: Account): string {
  return account.subject.trim();
}

/** mailparser takes off the quotes of a bare address, and turns punycode into Unicode: such a domain is not compared. */
function addresses({ addresses }: Addressed): string {
  const comparable = addresses.map((address) => {
    const sign = address.lastIndexOf("@");
    const domain = address.slice(sign + 1);
    const international = /(?:^|\.)xn--|[^\x00-\x7f]/i.test(domain);
    const local = address.slice(0, sign).replace(/^"(.*)"$/, "$1");
    return `${local}@${international ? "" : domain}`;
  });
  return JSON.stringify(comparable);
}

/** Line ends as LF; whether the last line has one is the transfer's matter, not the text's. */
function text(account: Account): string {
  const lines = account.text.replaceAll("\r\n", "\n");
  // Not by a pattern: from each of a million blank lines it would run to the last.
  let end = lines.length;
  while (end > 0 && lines.charCodeAt(end - 1) === LF) end--;
  return lines.slice(0, end);
}

const LF = 10;

/** In order; a type without its parameters. */
function files(account: Account): string {
  return JSON.stringify(
    account.attachments.map(({ name, type, sha256 }) => [name, type, sha256]),
  );
}
