import { sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Fault } from "../../core/fault.ts";
import { KEY_FILES } from "../keys.ts";

/** What stands at the end of a copy: every file of it with its hash. Signed as these very bytes. */
export interface CopyContents {
  readonly version: 1;
  /** The moment of the ledger in it, epoch ms. */
  readonly copiedAt: number;
  readonly hostname: string;
  /** Of the last entry of the record. */
  readonly audit: { readonly seq: number; readonly hash: string };
  readonly files: readonly CopiedFile[];
  /** Items that had their end between the ledger's copy and that of their files: taken over as ended. */
  readonly endedMeanwhile: readonly string[];
  /** Items whose file should be there and is not: it was missing in the gateway, too. */
  readonly missing: readonly string[];
}

export interface CopiedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export const CONTENTS_FILE = "contents.json";
export const SIGNATURE_FILE = "contents.sig";

/** Names that a copy may hold, and no other: none can lead out of the folder. */
const ID = "[0-9a-hjkmnp-tv-z]{26}";
const OPEN_KEYS = KEY_FILES.open
  .map((name) => name.replace(".", "\\."))
  .join("|");
const NAMES = new RegExp(
  `^(ledger\\.db|accounts\\.db|sekisho\\.yaml|signed-state\\.json|keys\\.sealed|keys/(${OPEN_KEYS})|spool/${ID}\\.eml|vault/${ID}\\.vault|outbox/${ID}\\.sealed)$`,
);

export function isNameInCopy(path: string): boolean {
  return NAMES.test(path);
}

export function signContents(text: string, privateKey: KeyObject): string {
  return sign(null, Buffer.from(text), privateKey).toString("base64");
}

/** Faults: STORE_DAMAGED when the signature is not that of the key or the text is no table of contents. */
export function provenContents(
  text: string,
  signature: string,
  publicKey: KeyObject,
): CopyContents {
  const bytes = Buffer.from(signature, "base64");
  if (!verify(null, Buffer.from(text), publicKey, bytes))
    throw new Fault("STORE_DAMAGED", { place: "copy", part: "signature" });
  const contents = JSON.parse(text) as CopyContents;
  if (contents.version !== 1)
    throw new Fault("STORE_NEWER", { place: "copy", known: 1 });
  return contents;
}
