import { PitRefusal } from "../speak.ts";
import { ByteReader } from "./bytes.ts";

/** MS-OXRTFCP §3.1.1.1: what the window of 4096 bytes holds at the start. */
const PRELOAD =
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript " +
  "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par " +
  "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
const WINDOW_BYTES = 4096;
const COMPRESSED = 0x75465a4c;
const STORED = 0x414c454d;

/** MS-OXRTFCP §2.1, §3.1. Faults: DOCUMENT_UNREADABLE, UNPACKED_TOO_BIG. */
export function decompressRtf(
  packed: Uint8Array,
  maxOutputBytes: number,
): Uint8Array {
  const reader = new ByteReader(packed);
  reader.skip(4);
  const rawBytes = reader.u32();
  const method = reader.u32();
  reader.skip(4);
  if (rawBytes > maxOutputBytes) throw new PitRefusal("UNPACKED_TOO_BIG");
  if (method === STORED) return reader.take(Math.min(rawBytes, reader.left));
  if (method !== COMPRESSED) throw new PitRefusal("DOCUMENT_UNREADABLE");
  // A run of nine bits gives at most 17 bytes: what says more lies.
  if (rawBytes > packed.length * 17)
    throw new PitRefusal("DOCUMENT_UNREADABLE");
  return expand(reader, rawBytes);
}

function expand(reader: ByteReader, rawBytes: number): Uint8Array {
  const window = new Uint8Array(WINDOW_BYTES);
  window.set(new TextEncoder().encode(PRELOAD));
  let to = PRELOAD.length;
  const raw = new Uint8Array(rawBytes);
  let made = 0;
  const put = (byte: number) => {
    if (made < rawBytes) raw[made++] = byte;
    window[to] = byte;
    to = (to + 1) % WINDOW_BYTES;
  };
  while (made < rawBytes && reader.left > 0) {
    const control = reader.u8();
    for (let bit = 0; bit < 8 && made < rawBytes && reader.left > 0; bit++) {
      if ((control & (1 << bit)) === 0) {
        put(reader.u8());
        continue;
      }
      if (reader.left < 2) return raw.subarray(0, made);
      const reference = (reader.u8() << 8) | reader.u8();
      const from = reference >> 4;
      if (from === to) return raw.subarray(0, made);
      for (let step = 0; step < (reference & 0xf) + 2; step++)
        put(window[(from + step) % WINDOW_BYTES] ?? 0);
    }
  }
  return raw.subarray(0, made);
}
