/*
NAME       certificate: what became of one mail, from what is on record, signed so that anybody can prove it later
ZONE       airlock
READS      ledger       WRITES  nothing
SECURITY   the key is that of whoever signs (the viewer) and no one else's; nothing here opens a mail
STANDARDS  RFC 8032 (Ed25519), RFC 8785 (canonical JSON)
NOT HERE   making the record (line), who may have it (console)
*/
import { createHash, createPublicKey, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { ItemId } from "../core/id.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Plan } from "../core/plan.ts";
import type { ScanVerdict } from "../core/verdict.ts";
import {
  decodeCertificate,
  signedText,
  type Certificate,
  type CertificateBody,
  type CertifiedScan,
} from "../wire/certificate.ts";
import { certificateNumber } from "./certificate-number.ts";

export interface CertifyTools {
  readonly ledger: Pick<Ledger, "item" | "recipients" | "holds" | "history">;
  readonly key: KeyObject;
  readonly hostname: string;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
}

const MAX_HOLDS = 1000;
const MAX_ACTS = 500;
/** Acts that decide something; who looked is not the reader's business. */
const DECISIONS: readonly string[] = ["held", "released", "discarded"];

export type Certified =
  | { readonly kind: "certified"; readonly certificate: Certificate }
  /** NOT_MADE: nothing was delivered of it. NOT_RECORDED: it was made before its outcome was kept. */
  | { readonly kind: "none"; readonly why: "NOT_MADE" | "NOT_RECORDED" };

/** The same record gives the same certificate, byte for byte. */
export async function certify(
  tools: CertifyTools,
  item: ItemId,
): Promise<Certified> {
  const record = await tools.ledger.item(item);
  const isOut = record?.state === "cleared" || record?.state === "delivered";
  if (record === null || !isOut || record.plan === null)
    return { kind: "none", why: "NOT_MADE" };
  const { plan } = record;
  if (plan.made === undefined) return { kind: "none", why: "NOT_RECORDED" };
  const body = await bodyOf(tools, record, plan);
  return { kind: "certified", certificate: signCertificate(body, tools.key) };
}

async function bodyOf(
  { ledger, hostname, tenants }: CertifyTools,
  record: ItemRecord,
  plan: Plan,
): Promise<CertificateBody> {
  const { id, tenant, envelope, made = null } = { ...record, made: plan.made };
  const [recipients, holds, history] = await Promise.all([
    ledger.recipients(id),
    ledger.holds({ item: id, limit: MAX_HOLDS }),
    ledger.history(id, MAX_ACTS, DECISIONS),
  ]);
  return {
    kind: "sekisho-certificate",
    version: 1,
    gateway: hostname,
    number: certificateNumber({
      ...{ originalSha256: record.sha256, policyVersion: plan.policyVersion },
      ...{ parts: plan.parts, files: made?.files ?? [] },
    }),
    tenant: {
      id: tenant,
      name: tenants.find((one) => one.id === tenant)?.name ?? tenant,
    },
    ...{ item: id, parent: record.parent, subject: record.subject },
    ...{ from: record.from, verdict: record.verdict ?? "clean" },
    policy: plan.policyVersion,
    original: {
      ...{ receivedAt: iso(record.receivedAt), bytes: record.bytes },
      ...{ sha256: record.sha256, reversePath: envelope.reversePath },
      client: envelope.client.address,
    },
    clean: {
      ...{ clearedAt: made?.at ?? "", bytes: made?.bytes ?? 0 },
      ...{ sha256: made?.sha256 ?? "", files: made?.files ?? [] },
    },
    ...{ engines: made?.engines ?? {}, scan: scanOf(plan.whole) },
    parts: plan.parts.map((part) => ({
      ...{ path: part.path, name: part.name, bytes: part.bytes },
      ...{ type: part.kind.type, label: part.kind.label },
      ...{ sha256: part.sha256, scan: scanOf(part.scan) },
      treatment: part.treatment,
    })),
    findings: plan.findings.map(({ code, part }) => ({ code, part })),
    holds: holds.map((hold) => ({
      ...{ part: hold.part, name: hold.name, code: hold.code },
      ...{ at: iso(hold.at), state: hold.state, decidedBy: hold.decidedBy },
      decidedAt: hold.decidedAt === null ? null : iso(hold.decidedAt),
    })),
    override: record.override,
    recipients: recipients.map(({ address, state, reply }) => ({
      ...{ address, state, reply },
    })),
    acts: history.map(({ seq, at, act, actor, hash }) => ({
      ...{ seq, at: iso(at), act, actor, hash },
    })),
    ...{ state: record.state, asOf: iso(record.updatedAt) },
  };
}

export function signCertificate(
  body: CertificateBody,
  key: KeyObject,
): Certificate {
  const value = sign(null, Buffer.from(signedText(body)), key);
  const signature: Certificate["signature"] = {
    algorithm: "Ed25519",
    key: keyId(createPublicKey(key)),
    value: value.toString("base64"),
  };
  return { ...body, signature };
}

export type Proof =
  | { readonly kind: "holds"; readonly certificate: CertificateBody }
  | { readonly kind: "broken"; readonly why: BrokenWhy };

/** form: no certificate in its one spelling. other-key: signed, but not with this key. number: the number is not that of what stands in it. */
export type BrokenWhy = "form" | "other-key" | "signature" | "number";

/** Needs the public key and nothing else. */
export function proveCertificate(
  untrustedText: string,
  publicKey: KeyObject,
): Proof {
  const read = decodeCertificate(untrustedText);
  if (read === null) return { kind: "broken", why: "form" };
  const { body, signature } = read;
  if (signature.key !== keyId(publicKey))
    return { kind: "broken", why: "other-key" };
  const text = Buffer.from(signedText(body));
  const value = Buffer.from(signature.value, "base64");
  const holds =
    // One spelling of the signature, too.
    value.toString("base64") === signature.value &&
    verify(null, text, publicKey, value);
  if (!holds) return { kind: "broken", why: "signature" };
  return numberOf(body) === body.number
    ? { kind: "holds", certificate: body }
    : { kind: "broken", why: "number" };
}

function numberOf(body: CertificateBody): string {
  const { original, policy, parts, clean } = body;
  return certificateNumber({
    ...{ originalSha256: original.sha256, policyVersion: policy },
    ...{ parts, files: clean.files },
  });
}

/** SHA-256 of the key as SPKI, so that a certificate says which key to look for. */
export function keyId(publicKey: KeyObject): string {
  const der = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("hex");
}

function scanOf(scan: ScanVerdict): CertifiedScan {
  const signature = scan.kind === "malicious" ? scan.signature : null;
  return { kind: scan.kind, engine: scan.engine, signature };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
