/** winmail.dat: MS-OXTNEF. A flat list of attributes; those of level 2 belong to the attachment begun last. */
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { ByteReader } from "./bytes.ts";
import { MAX_ITEM_DEPTH, MAX_MEMBERS } from "./item.ts";
import type { UnpackedItem, UnpackedMember } from "./item.ts";
import { charsetOf, decode, PROPERTY, textIn, TYPE } from "./mapi.ts";
import type { Properties, Property } from "./mapi.ts";
import { itemOf } from "./message.ts";

const SIGNATURE = 0x223e9f78;
const ATTRIBUTE = {
  oemCodepage: 0x9007,
  messageProperties: 0x9003,
  subject: 0x8004,
  body: 0x800c,
  attachBegin: 0x9002,
  attachTitle: 0x8010,
  attachData: 0x800f,
  attachProperties: 0x9005,
} as const;
const MESSAGE_LEVEL = 1;
const MAX_ATTRIBUTES = 10_000;
const MAX_PROPERTIES = 10_000;
/** MS-OXTNEF §2.1.3.4: an embedded item follows its interface's identifier. */
const INTERFACE_ID_BYTES = 16;

interface Attachment {
  title: string | null;
  data: Uint8Array | null;
  properties: Properties;
}

export function isTnef(document: Uint8Array): boolean {
  return document.length >= 6 && new ByteReader(document).u32() === SIGNATURE;
}

export function readTnef(
  document: Uint8Array,
  limits: PitLimits,
  depth = 0,
): UnpackedItem {
  if (!isTnef(document) || depth > MAX_ITEM_DEPTH)
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  const reader = new ByteReader(document, 6);
  let codepage = 932;
  let properties: Properties = new Map();
  let subject: Uint8Array | null = null;
  let body: Uint8Array | null = null;
  const attachments: Attachment[] = [];
  for (let count = 0; reader.left >= 9; count++) {
    if (count > MAX_ATTRIBUTES) throw new PitRefusal("UNPACKED_TOO_BIG");
    const level = reader.u8();
    const name = reader.u32() & 0xffff;
    const bytes = reader.take(reader.u32());
    if (reader.left >= 2) reader.skip(2);
    const last = attachments.at(-1);
    if (level === MESSAGE_LEVEL) {
      if (name === ATTRIBUTE.oemCodepage && bytes.length >= 4)
        codepage = new ByteReader(bytes).u32();
      else if (name === ATTRIBUTE.messageProperties)
        properties = propertiesIn(bytes);
      else if (name === ATTRIBUTE.subject) subject = bytes;
      else if (name === ATTRIBUTE.body) body = bytes;
    } else if (name === ATTRIBUTE.attachBegin) {
      if (attachments.length >= MAX_MEMBERS)
        throw new PitRefusal("UNPACKED_TOO_BIG");
      attachments.push({ title: null, data: null, properties: new Map() });
    } else if (last !== undefined) {
      if (name === ATTRIBUTE.attachTitle)
        last.title = decode(bytes, charsetOf(codepage));
      else if (name === ATTRIBUTE.attachData) last.data = bytes;
      else if (name === ATTRIBUTE.attachProperties)
        last.properties = propertiesIn(bytes);
    }
  }
  const charset = charsetOf(codepage);
  return itemOf({
    properties,
    codepage,
    limits,
    members: attachments.map((one) =>
      memberOf(one, { charset, limits, depth }),
    ),
    outer: {
      subject: subject === null ? null : decode(subject, charset),
      text: body === null ? null : decode(body, charset),
    },
  });
}

function memberOf(
  { title, data, properties }: Attachment,
  place: {
    readonly charset: string;
    readonly limits: PitLimits;
    readonly depth: number;
  },
): UnpackedMember {
  const name =
    textIn(properties, PROPERTY.attachLongName, place.charset) ??
    textIn(properties, PROPERTY.displayName, place.charset) ??
    title ??
    "";
  const value = properties.get(PROPERTY.attachData);
  if (value?.type === TYPE.object && value.bytes.length > INTERFACE_ID_BYTES) {
    const inner = value.bytes.subarray(INTERFACE_ID_BYTES);
    if (isTnef(inner)) {
      const item = readTnef(inner, place.limits, place.depth + 1);
      return { kind: "item", name, item };
    }
    return { kind: "file", name, bytes: inner };
  }
  return {
    kind: "file",
    name,
    bytes: data ?? value?.bytes ?? new Uint8Array(),
  };
}

/** MS-OXTNEF §2.1.3.4: MsgPropertyList. */
function propertiesIn(bytes: Uint8Array): Properties {
  const found = new Map<number, Property>();
  const reader = new ByteReader(bytes);
  const count = reader.u32();
  if (count > MAX_PROPERTIES) throw new PitRefusal("UNPACKED_TOO_BIG");
  for (let at = 0; at < count && reader.left >= 4; at++) {
    const type = reader.u16();
    const id = reader.u16();
    if (id >= 0x8000) skipName(reader);
    const value = valueOf(reader, type);
    if (value !== null && !found.has(id)) found.set(id, { type, bytes: value });
  }
  return found;
}

function skipName(reader: ByteReader): void {
  reader.skip(16);
  const isNumber = reader.u32() === 0;
  if (isNumber) return reader.skip(4);
  skipPadded(reader, reader.u32());
}

const MULTIPLE = 0x1000;
const VARIABLE: ReadonlySet<number> = new Set([
  TYPE.string8,
  TYPE.unicode,
  TYPE.binary,
  TYPE.object,
]);

/** The first value where there are several; null where there is none. */
function valueOf(reader: ByteReader, type: number): Uint8Array | null {
  const single = type & ~MULTIPLE;
  const isVariable = VARIABLE.has(single);
  const values = isVariable || type !== single ? reader.u32() : 1;
  let first: Uint8Array | null = null;
  for (let at = 0; at < values; at++) {
    const bytes = isVariable ? reader.u32() : fixedBytes(single);
    const value = reader.take(bytes);
    skipPadded(reader, bytes, 0);
    first ??= value;
  }
  return first;
}

/** Values end on a multiple of four bytes. */
function skipPadded(reader: ByteReader, bytes: number, taken = bytes): void {
  reader.skip(taken);
  reader.skip(Math.min((4 - (bytes % 4)) % 4, reader.left));
}

function fixedBytes(type: number): number {
  switch (type) {
    case 0x0002:
    case 0x000b:
      return 2;
    case 0x0003:
    case 0x0004:
    case 0x000a:
      return 4;
    case 0x0005:
    case 0x0006:
    case 0x0007:
    case 0x0014:
    case 0x0040:
      return 8;
    case 0x0048:
      return 16;
    default:
      throw new PitRefusal("DOCUMENT_UNREADABLE");
  }
}
