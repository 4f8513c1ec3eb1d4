import { encodeHeaderText } from "./encoded-word.ts";
import { foldMessageIds, parseMessageIds } from "./message-id.ts";

/**
 * The header of a mail that follows another one, from the header of that one as it was rebuilt: an id of its own, and
 * threaded below it by RFC 5322 §3.6.4.
 */
export interface FollowUp {
  /** Of the new mail, in brackets. */
  readonly messageId: string;
  /** Of the first one, as it was written. */
  readonly follows: string;
  /** The subject of the first one, as people read it. */
  readonly subject: string;
}

type Header = readonly (readonly [string, string])[];

/**
 * At most three characters, a colon and a blank: what Outlook, too, takes off before it compares subjects of one
 * conversation (MS-OXCMSG §2.2.1.9).
 */
export const FOLLOW_UP_MARK = "添付: ";

/** What the verifier takes is more; the oldest but the first go. */
const MAX_REFERENCES = 50;

export function followUpHeader(first: Header, to: FollowUp): Header {
  const own = new Map([
    [
      "Subject",
      encodeHeaderText(`${FOLLOW_UP_MARK}${to.subject}`, "Subject: ".length),
    ],
    ["Message-ID", to.messageId],
    ["In-Reply-To", to.follows],
    ["References", references(first, to.follows)],
  ]);
  const kept = first.map(
    ([name, value]) => [name, own.get(name) ?? value] as const,
  );
  const missing = [...own].filter(
    ([name]) => !first.some(([known]) => known === name),
  );
  return [...kept, ...missing];
}

function references(first: Header, follows: string): string {
  const field = (name: string) =>
    first.find(([known]) => known === name)?.[1] ?? "";
  // RFC 5322 §3.6.4: the parent's References, or its In-Reply-To where there are none, and the parent itself.
  const parents = field("References") || field("In-Reply-To");
  const ids = [
    ...parseMessageIds(parents, Number.POSITIVE_INFINITY).map(
      (id) => `<${id}>`,
    ),
    follows,
  ];
  const kept =
    ids.length <= MAX_REFERENCES
      ? ids
      : [...ids.slice(0, 1), ...ids.slice(1 - MAX_REFERENCES)];
  return foldMessageIds(kept, "References: ".length);
}
