/**
 * 無害化証明書: what one delivered mail was made from, by which rules and with what, signed. Its bytes are canonical JSON (RFC 8785)
 * and a line feed; `docs/certificate.md` tells every member.
 */
import type { MadeFileRecord, Treatment } from "../core/plan.ts";
import type { HoldCode, VerdictKind } from "../core/verdict.ts";
import { canonicalJson } from "./canonical-json.ts";

export interface CertificateBody {
  readonly kind: "sekisho-certificate";
  readonly version: 1;
  /** Of the record behind it; the clean mail carries it as X-Sekisho-Certificate. */
  readonly number: string;
  /** Host name of the gateway. */
  readonly gateway: string;
  readonly tenant: { readonly id: string; readonly name: string };
  readonly item: string;
  /** The mail whose held parts were released as this one. */
  readonly parent: string | null;
  readonly subject: string | null;
  readonly from: string | null;
  readonly verdict: VerdictKind;
  /** Hash of the rules and settings that decided. */
  readonly policy: string;
  readonly original: {
    readonly receivedAt: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly reversePath: string;
    readonly client: string;
  };
  readonly clean: {
    readonly clearedAt: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly files: readonly MadeFileRecord[];
  };
  readonly engines: Readonly<Record<string, string>>;
  readonly scan: CertifiedScan;
  readonly parts: readonly CertifiedPart[];
  readonly findings: readonly {
    readonly code: string;
    readonly part: string;
  }[];
  readonly holds: readonly CertifiedHold[];
  readonly override: {
    readonly who: string;
    readonly why: string;
    readonly at: string;
    readonly until: string;
    readonly waives: readonly HoldCode[];
  } | null;
  readonly recipients: readonly {
    readonly address: string;
    readonly state: string;
    readonly reply: string | null;
  }[];
  /** What people did, each with its place in the hash chain of the record. */
  readonly acts: readonly {
    readonly seq: number;
    readonly at: string;
    readonly act: string;
    readonly actor: string;
    readonly hash: string;
  }[];
  /** State of the mail, and since when: the certificate tells what was known then. */
  readonly state: string;
  readonly asOf: string;
}

export interface CertifiedScan {
  readonly kind: string;
  readonly engine: string;
  readonly signature: string | null;
}

export interface CertifiedPart {
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly scan: CertifiedScan;
  readonly treatment: Treatment;
}

export interface CertifiedHold {
  readonly part: string | null;
  readonly name: string | null;
  readonly code: HoldCode;
  readonly at: string;
  readonly state: string;
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
}

export interface Certificate extends CertificateBody {
  readonly signature: {
    readonly algorithm: "Ed25519";
    /** SHA-256 of the public key (SPKI, DER), lower-case hex. */
    readonly key: string;
    /** Base64. */
    readonly value: string;
  };
}

export const MAX_CERTIFICATE_CHARACTERS = 16 * 1024 * 1024;

export function encodeCertificate(certificate: Certificate): string {
  return `${canonicalJson(certificate)}\n`;
}

/** What is signed: words that no other signature of the gateway begins with, then the body. */
export function signedText(body: CertificateBody): string {
  return `sekisho certificate 1\n${canonicalJson(body)}`;
}

/** A certificate in its one spelling; null for anything else. Its members are worth what its signature is. */
export function decodeCertificate(untrustedText: string): {
  readonly body: CertificateBody;
  readonly signature: Certificate["signature"];
} | null {
  if (untrustedText.length > MAX_CERTIFICATE_CHARACTERS) return null;
  try {
    const read = JSON.parse(untrustedText) as Partial<Certificate> | null;
    if (read === null || typeof read !== "object") return null;
    if (read.kind !== "sekisho-certificate" || read.version !== 1) return null;
    if (`${canonicalJson(read)}\n` !== untrustedText) return null;
    const { signature, ...body } = read;
    return signature === undefined || !isSignature(signature)
      ? null
      : { body: body as CertificateBody, signature };
  } catch {
    return null;
  }
}

function isSignature(
  signature: Partial<Certificate["signature"]>,
): signature is Certificate["signature"] {
  const { algorithm, key, value } = signature;
  return (
    algorithm === "Ed25519" &&
    /^[0-9a-f]{64}$/.test(String(key)) &&
    /^[A-Za-z0-9+/]{86}==$/.test(String(value))
  );
}
