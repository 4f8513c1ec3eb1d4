import { Fault } from "../core/fault.ts";
import { parseItemId } from "../core/id.ts";
import type { Manifest } from "../core/message.ts";
import type { VerdictKind } from "../core/verdict.ts";

/** Longest line `decodeManifest` looks at, in UTF-16 units; 1,000 recipients of full length fit. */
export const MAX_MANIFEST_LENGTH = 512 * 1024;
const MAX_RECIPIENTS = 1000;
/** RFC 5321 §4.5.3.1: 64 + 1 + 255 octets; more for the quotes and UTF-8 of RFC 6531. */
const MAX_ADDRESS_LENGTH = 400;
const MAX_WORD_LENGTH = 200;

const SHA256 = /^[0-9a-f]{64}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const VERDICTS: readonly VerdictKind[] = [
  "clean",
  "cleaned",
  "unexaminable",
  "malicious",
];

/** One line of JSON, keys always in the same order, so that the same manifest is the same bytes. */
export function encodeManifest(manifest: Manifest): string {
  return JSON.stringify({
    version: manifest.version,
    item: manifest.item,
    tenant: manifest.tenant,
    reversePath: manifest.reversePath,
    recipients: manifest.recipients,
    bytes: manifest.bytes,
    sha256: manifest.sha256,
    verdict: manifest.verdict,
    policyVersion: manifest.policyVersion,
    clearedAt: manifest.clearedAt,
  });
}

/**
 * The manifest of a line that encodes it exactly; anything more, less, doubled or differently written is SEAL_BROKEN.
 */
export function decodeManifest(untrustedLine: string): Manifest {
  const manifest = checkManifest(parse(untrustedLine));
  if (encodeManifest(manifest) !== untrustedLine) throw broken("canonical");
  return manifest;
}

function parse(untrustedLine: string): Readonly<Record<string, unknown>> {
  if (untrustedLine.length > MAX_MANIFEST_LENGTH) throw broken("length");
  let value: unknown;
  try {
    value = JSON.parse(untrustedLine);
  } catch {
    throw broken("json");
  }
  if (typeof value !== "object" || value === null) throw broken("json");
  return value as Readonly<Record<string, unknown>>;
}

/** Field by field; also what the writer asks before it signs. */
export function checkManifest(
  untrusted: Readonly<Record<string, unknown>>,
): Manifest {
  const { version, recipients, bytes, verdict } = untrusted;
  if (version !== 1) throw broken("version");
  const item = parseItemId(untrusted["item"]);
  if (item === null) throw broken("item");
  if (!Array.isArray(recipients)) throw broken("recipients");
  if (recipients.length < 1 || recipients.length > MAX_RECIPIENTS)
    throw broken("recipients");
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0)
    throw broken("bytes");
  const found = VERDICTS.find((kind) => kind === verdict);
  if (found === undefined) throw broken("verdict");
  return {
    version: 1,
    item,
    tenant: word(untrusted, "tenant"),
    reversePath: address(untrusted["reversePath"], "reversePath", 0),
    recipients: recipients.map((one) => address(one, "recipients", 1)),
    bytes,
    sha256: matching(untrusted, "sha256", SHA256),
    verdict: found,
    policyVersion: word(untrusted, "policyVersion"),
    clearedAt: matching(untrusted, "clearedAt", MOMENT),
  };
}

function word(
  untrusted: Readonly<Record<string, unknown>>,
  field: string,
): string {
  const value = untrusted[field];
  if (typeof value !== "string" || value === "") throw broken(field);
  if (value.length > MAX_WORD_LENGTH || CONTROL.test(value))
    throw broken(field);
  return value;
}

function address(value: unknown, field: string, minLength: number): string {
  if (typeof value !== "string" || value.length < minLength)
    throw broken(field);
  if (value.length > MAX_ADDRESS_LENGTH || CONTROL.test(value))
    throw broken(field);
  return value;
}

function matching(
  untrusted: Readonly<Record<string, unknown>>,
  field: string,
  shape: RegExp,
): string {
  const value = untrusted[field];
  if (typeof value !== "string" || !shape.test(value)) throw broken(field);
  return value;
}

function broken(field: string): Fault {
  return new Fault("SEAL_BROKEN", { place: "manifest", field });
}
