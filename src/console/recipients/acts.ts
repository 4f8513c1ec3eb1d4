import { parseMailbox } from "../../core/mailbox.ts";
import type { Ledger } from "../../core/ledger.ts";
import type { NewRequest } from "../../core/request.ts";
import type { RecipientLink } from "../../wire/recipient-link.ts";
import { MAX_PASSWORD_CHARACTERS, MAX_REASON_CHARACTERS } from "./page.ts";
import { tryPassword } from "./password.ts";
import type { OpenWithPassword, TryLedger } from "./password.ts";
import type { Paces } from "./pace.ts";
import type { Complaint, Told } from "./words.ts";

/** What a recipient can do. Nothing here moves a mail: it asks, or tells. */

export interface ActTools {
  readonly ledger: TryLedger &
    Pick<Ledger, "recipients" | "putRequest" | "withdrawRequest">;
  readonly paces: Paces;
  /** Null: not offered here. */
  readonly openWithPassword: OpenWithPassword | null;
}

export const ACTS = ["ask", "withdraw", "report", "password"] as const;
export type Act = (typeof ACTS)[number];

export type Outcome =
  | { readonly kind: "told"; readonly told: Told }
  | { readonly kind: "complaint"; readonly complaint: Complaint };

const told = (what: Told): Outcome => ({ kind: "told", told: what });
const complain = (complaint: Complaint): Outcome => ({
  ...{ kind: "complaint", complaint },
});

export async function act(
  what: Act,
  tools: ActTools,
  asked: {
    readonly link: RecipientLink;
    readonly token: string;
    readonly fields: URLSearchParams;
  },
): Promise<Outcome> {
  const { link, fields } = asked;
  switch (what) {
    case "ask": {
      const reason = prose(fields.get("reason"));
      return reason === "" ? complain("reason") : put("release", tools, asked);
    }
    case "report":
      return put("report", tools, asked);
    case "withdraw": {
      const id = fields.get("request") ?? "";
      return /^[0-9]{1,15}$/.test(id) &&
        (await withdraw(tools, link, Number(id)))
        ? told("withdrawn")
        : complain("too-late");
    }
    case "password":
      return password(tools, asked);
  }
}

async function put(
  kind: NewRequest["kind"],
  { ledger }: ActTools,
  {
    link,
    fields,
  }: { readonly link: RecipientLink; readonly fields: URLSearchParams },
): Promise<Outcome> {
  const who = await requester(ledger, link, fields.get("who") ?? "");
  if (who === null) return complain("address");
  const answer = await ledger.putRequest({
    ...{ item: link.item, kind, ...who },
    reason: prose(fields.get("reason")),
  });
  if (answer.kind === "asked")
    return told(kind === "release" ? "asked" : "reported");
  if (answer.kind === "already")
    return told(kind === "release" ? "already" : "reported");
  return complain(answer.kind);
}

/**
 * A link of one recipient says who asks. Else it is what was typed; whether it is one of the recipients is for whoever
 * decides to see, and not told here: it would tell who else got the mail.
 */
async function requester(
  ledger: ActTools["ledger"],
  link: RecipientLink,
  untrustedAddress: string,
): Promise<Pick<NewRequest, "recipient" | "requester"> | null> {
  const recipients = await ledger.recipients(link.item);
  const one =
    recipients.length === 1 && link.recipient === null ? 0 : link.recipient;
  if (one !== null) {
    const address = recipients[one]?.address;
    return address === undefined
      ? null
      : { recipient: one, requester: address };
  }
  const typed = parseMailbox(untrustedAddress.trim());
  if (typed === null) return null;
  const address = typed.address.toLowerCase();
  const at = recipients.findIndex(
    (recipient) => recipient.address.toLowerCase() === address,
  );
  return { recipient: at === -1 ? null : at, requester: address };
}

/** Only by the link of the very recipient who asked. */
async function withdraw(
  { ledger }: ActTools,
  link: RecipientLink,
  id: number,
): Promise<boolean> {
  if (link.recipient === null) return false;
  return ledger.withdrawRequest(id, link.item, link.recipient);
}

async function password(
  { ledger, paces, openWithPassword }: ActTools,
  {
    link,
    token,
    fields,
  }: {
    readonly link: RecipientLink;
    readonly token: string;
    readonly fields: URLSearchParams;
  },
): Promise<Outcome> {
  if (openWithPassword === null) return complain("not-offered");
  const given = fields.get("password") ?? "";
  const part = fields.get("part") ?? "";
  if (given === "" || given.length > MAX_PASSWORD_CHARACTERS)
    return complain("password-empty");
  if (paces.isTooMany("password", token)) return complain("slow-down");
  const recipients = await ledger.recipients(link.item);
  const by =
    link.recipient === null
      ? "recipient"
      : (recipients[link.recipient]?.address ?? "recipient");
  const complaint = await tryPassword(openWithPassword, ledger, {
    ...{ item: link.item, part, password: given, by },
  });
  return complaint === null ? told("opened") : complain(complaint);
}

/** What others will read: one kind of line end, no control characters, no direction marks. */
export function prose(untrusted: string | null): string {
  return (untrusted ?? "")
    .replace(/\r\n?/g, "\n")
    .replace(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
      "",
    )
    .slice(0, MAX_REASON_CHARACTERS)
    .trim();
}
