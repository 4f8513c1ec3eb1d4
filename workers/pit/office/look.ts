/**
 * What kind of office document this is and what can act in it, by the names and few words in its container. The findings
 * are for the reader: whatever is overlooked here does not survive as pixels anyway.
 */
import type { PitFinding } from "../../../src/wire/pit-codes.ts";
import { PitRefusal } from "../speak.ts";
import { isCompoundFile } from "../unpack/compound-file.ts";
import { lookIntoCompound } from "./compound.ts";
import { lookIntoPackage } from "./packages.ts";
import { isZip } from "./zip.ts";

export interface Look {
  /** Name of the import filter, so that nothing is ever read as what it is not; null where only the open document tells. */
  readonly filter: string | null;
  readonly encrypted: boolean;
  readonly findings: ReadonlySet<PitFinding>;
}

export function look(document: Uint8Array): Look {
  if (isZip(document)) return lookIntoPackage(document);
  if (isCompoundFile(document)) return lookIntoCompound(document);
  const drawing = lookIntoDrawing(document);
  if (drawing !== null) return drawing;
  const hangul = lookIntoHangul(document);
  if (hangul !== null) return hangul;
  const text = Buffer.from(
    document.buffer,
    document.byteOffset,
    document.byteLength,
  ).toString("latin1");
  if (/^\s*\{\\rtf/.test(text)) return lookIntoRtf(text);
  throw new PitRefusal("DOCUMENT_UNKNOWN");
}

/** MS-EMF §2.3.4.2, MS-WMF §2.3.2: records that draw, and nothing that acts. */
function lookIntoDrawing(document: Uint8Array): Look | null {
  const start = Buffer.from(document.subarray(0, 44)).toString("latin1");
  const kind = /^\x01\0\0\0[^]{36} EMF/.test(start)
    ? "EMF"
    : /^(?:\xd7\xcd\xc6\x9a|\x01\0\x09\0\0\x03)/.test(start)
      ? "WMF"
      : null;
  if (kind === null) return null;
  const filter = `${kind} - MS Windows Metafile`;
  return { filter, encrypted: false, findings: new Set() };
}

const HWP3 = "HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05";
/** In the block of 128 bytes behind the head of 30. */
const HWP3_ENCRYPTED_AT = 30 + 96;

/** Hangul 3.0 to 97 (한글문서파일형식 3.0): no macros yet. A password of it LibreOffice does not know to ask for. */
function lookIntoHangul(document: Uint8Array): Look | null {
  const head = Buffer.from(document.subarray(0, HWP3.length));
  if (head.toString("latin1") !== HWP3) return null;
  const isEncrypted = document
    .subarray(HWP3_ENCRYPTED_AT, HWP3_ENCRYPTED_AT + 2)
    .some((byte) => byte !== 0);
  if (isEncrypted) throw new PitRefusal("DOCUMENT_ENCRYPTED");
  const filter = "writer_MIZI_Hwp_97";
  return { filter, encrypted: false, findings: new Set() };
}

function lookIntoRtf(text: string): Look {
  const findings = new Set<PitFinding>();
  if (/\\objdata\b/.test(text)) findings.add("office-ole");
  if (/\\objocx\b/.test(text)) findings.add("office-activex");
  if (/\bDDE(?:AUTO)?\b/.test(text)) findings.add("office-dde");
  if (/\\\*\\template\b[^{}]*[/\\][/\\]|INCLUDE(?:PICTURE|TEXT)\b/.test(text))
    findings.add("office-external-link");
  return { filter: "Rich Text Format", encrypted: false, findings };
}
