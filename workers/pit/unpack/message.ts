import type { PitLimits } from "../../../src/wire/pit.ts";
import { decompressRtf } from "./compressed-rtf.ts";
import type { UnpackedAddress, UnpackedItem, UnpackedMember } from "./item.ts";
import {
  binaryIn,
  charsetOf,
  codepageIn,
  PROPERTY,
  textIn,
  timeIn,
  TYPE,
  type Properties,
} from "./mapi.ts";
import { rtfText } from "./rtf-text.ts";

export interface ItemParts {
  readonly properties: Properties;
  readonly members: readonly UnpackedMember[];
  /** Where the properties do not say. */
  readonly codepage: number;
  readonly limits: PitLimits;
  /** What the container says outside of its properties. */
  readonly outer?: {
    readonly subject: string | null;
    readonly text: string | null;
  };
}

/** One item of Outlook out of its properties: the text as it stands, else the HTML, else the text of the RTF. */
export function itemOf(parts: ItemParts): UnpackedItem {
  const { properties } = parts;
  const charset = charsetOf(codepageIn(properties) ?? parts.codepage);
  const text = (id: number) => textIn(properties, id, charset);
  const plain = text(PROPERTY.body) ?? parts.outer?.text ?? null;
  const html = htmlIn(properties, charset);
  return {
    subject: text(PROPERTY.subject) ?? parts.outer?.subject ?? null,
    from: senderIn(text),
    to: text(PROPERTY.displayTo),
    cc: text(PROPERTY.displayCc),
    date:
      timeIn(properties, PROPERTY.submitTime) ??
      timeIn(properties, PROPERTY.deliveryTime),
    text: plain ?? (html === null ? rtfIn(properties, parts.limits) : null),
    html,
    members: parts.members,
  };
}

function senderIn(text: (id: number) => string | null): UnpackedAddress | null {
  const name = text(PROPERTY.sentRepresentingName) ?? text(PROPERTY.senderName);
  const address = [
    text(PROPERTY.sentRepresentingSmtpAddress),
    text(PROPERTY.senderSmtpAddress),
    text(PROPERTY.sentRepresentingAddress),
    text(PROPERTY.senderAddress),
  ].find((one) => one !== null && /^[^\s@<>]+@[^\s@<>]+$/.test(one));
  if (name === null && address === undefined) return null;
  return { name: name ?? "", address: address ?? "" };
}

function htmlIn(properties: Properties, charset: string): UnpackedItem["html"] {
  const found = properties.get(PROPERTY.html);
  if (found === undefined || found.bytes.length === 0) return null;
  const own = codepageIn(properties, PROPERTY.internetCodepage);
  switch (found.type) {
    case TYPE.binary:
      return {
        bytes: found.bytes,
        charset: own === null ? charset : charsetOf(own),
      };
    case TYPE.string8:
      return { bytes: found.bytes, charset };
    case TYPE.unicode:
      return { bytes: found.bytes, charset: "utf-16le" };
    default:
      return null;
  }
}

function rtfIn(properties: Properties, limits: PitLimits): string | null {
  const packed = binaryIn(properties, PROPERTY.rtfCompressed);
  if (packed === null || packed.length === 0) return null;
  return rtfText(decompressRtf(packed, limits.maxOutputBytes));
}
