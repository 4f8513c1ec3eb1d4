import { createHmac } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { ItemRecord } from "../core/item-record.ts";
import {
  LINK_PATH,
  linkExpiry,
  writeLinkToken,
  type SignBytes,
} from "../wire/recipient-link.ts";

/** Made with the links' own key, which opens nothing else. */
export function linkSigner(key: KeyObject): SignBytes {
  return (bytes) =>
    createHmac("sha256", key).update("link:").update(bytes).digest();
}

export interface LinkSettings {
  readonly origin: string;
  readonly linkDays: number;
}

/** The address that stands in the clean mail of an item: the same whenever the mail is made. */
export function recipientLinks(
  { origin, linkDays }: LinkSettings,
  sign: SignBytes,
): (item: Pick<ItemRecord, "id" | "receivedAt" | "envelope">) => string {
  return ({ id, receivedAt, envelope }) => {
    const token = writeLinkToken(
      {
        item: id,
        recipient: envelope.recipients.length === 1 ? 0 : null,
        expiresAt: linkExpiry(receivedAt, linkDays),
      },
      sign,
    );
    return `${origin}${LINK_PATH}${token}`;
  };
}
