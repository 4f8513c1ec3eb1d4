/** .msg: MS-OXMSG, a compound file with one stream a property and one storage an attachment. */
import type { PitLimits } from "../../../src/wire/pit.ts";
import { PitRefusal } from "../speak.ts";
import { ByteReader } from "./bytes.ts";
import type { Storage } from "./compound-file.ts";
import { MAX_ITEM_DEPTH, MAX_MEMBERS } from "./item.ts";
import type { UnpackedItem, UnpackedMember } from "./item.ts";
import { charsetOf, codepageIn, PROPERTY, textIn } from "./mapi.ts";
import type { Properties, Property } from "./mapi.ts";
import { itemOf } from "./message.ts";

const PROPERTIES = "__properties_version1.0";
/** MS-OXMSG §2.4.1: how long the head of the list is, by where it stands. */
const HEAD_BYTES = { top: 32, embedded: 24, attachment: 8 } as const;
const ROW_BYTES = 16;
const ITEM_STORAGE = "__substg1.0_3701000D";

export function isOutlookMessage(root: Storage): boolean {
  return root.streams.has(PROPERTIES);
}

export function readOutlookMessage(
  storage: Storage,
  limits: PitLimits,
  depth = 0,
): UnpackedItem {
  if (depth > MAX_ITEM_DEPTH) throw new PitRefusal("DOCUMENT_UNREADABLE");
  const head = depth === 0 ? HEAD_BYTES.top : HEAD_BYTES.embedded;
  const properties = propertiesIn(storage, head);
  const codepage = codepageIn(properties) ?? 932;
  const attachments = [...storage.storages].filter(([name]) =>
    name.startsWith("__attach_version1.0_"),
  );
  if (attachments.length > MAX_MEMBERS)
    throw new PitRefusal("UNPACKED_TOO_BIG");
  return itemOf({
    properties,
    codepage,
    limits,
    members: attachments.map(([, inner]) =>
      memberOf(inner, { charset: charsetOf(codepage), limits, depth }),
    ),
  });
}

function memberOf(
  storage: Storage,
  place: {
    readonly charset: string;
    readonly limits: PitLimits;
    readonly depth: number;
  },
): UnpackedMember {
  const properties = propertiesIn(storage, HEAD_BYTES.attachment);
  const text = (id: number) => textIn(properties, id, place.charset);
  const name =
    text(PROPERTY.attachLongName) ??
    text(PROPERTY.attachShortName) ??
    text(PROPERTY.displayName) ??
    "";
  const embedded = storage.storages.get(ITEM_STORAGE);
  if (embedded !== undefined && isOutlookMessage(embedded)) {
    const item = readOutlookMessage(embedded, place.limits, place.depth + 1);
    return { kind: "item", name, item };
  }
  const bytes =
    properties.get(PROPERTY.attachData)?.bytes ??
    // An OLE object of many streams: its own data are the best that can be shown of it.
    embedded?.streams.get("CONTENTS") ??
    new Uint8Array();
  return { kind: "file", name, bytes };
}

function propertiesIn(storage: Storage, headBytes: number): Properties {
  const found = new Map<number, Property>();
  for (const [name, bytes] of storage.streams) {
    const tag = /^__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})$/i.exec(name);
    if (tag === null) continue;
    const type = Number.parseInt(tag[2] ?? "", 16);
    found.set(Number.parseInt(tag[1] ?? "", 16), { type, bytes });
  }
  const list = storage.streams.get(PROPERTIES);
  if (list === undefined) return found;
  for (let at = headBytes; at + ROW_BYTES <= list.length; at += ROW_BYTES) {
    const reader = new ByteReader(list, at);
    const type = reader.u16();
    const id = reader.u16();
    reader.skip(4);
    if (!found.has(id)) found.set(id, { type, bytes: reader.take(8) });
  }
  return found;
}
