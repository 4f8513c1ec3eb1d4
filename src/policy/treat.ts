import type { Part } from "../core/part.ts";
import type { Treatment } from "../core/plan.ts";
import type { HoldCode } from "../core/verdict.ts";

const RASTERIZED: Readonly<Record<string, true>> = { "application/pdf": true };
const RE_ENCODED: Readonly<Record<string, true>> = {
  "image/png": true,
  "image/jpeg": true,
  "image/gif": true,
  "image/webp": true,
  "image/tiff": true,
  "image/heic": true,
  "image/heif": true,
  "image/avif": true,
  "image/bmp": true,
  "image/svg+xml": true,
};
/**
 * Office documents and the drawings of Windows, which LibreOffice reads, with every ending of theirs: macros, templates, slide
 * shows. What a compound file holds that is none of these stays `application/x-cfb`, and is not converted.
 */
const OFFICE =
  /^image\/[ew]mf$|^application\/(?:msword|rtf|vnd\.visio|x-hwp3|x-office-encrypted|vnd\.ms-(?:word|excel|powerpoint)[a-z0-9.-]*|vnd\.openxmlformats-officedocument\.(?:wordprocessingml|spreadsheetml|presentationml)\.[a-z.-]+|vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation|graphics)(?:-template)?)$/;
/** References to content that stands elsewhere: nothing here can be examined (RFC 2046 §5.2.2, §5.2.3). */
const FORBIDDEN: Readonly<Record<string, true>> = {
  "message/partial": true,
  "message/external-body": true,
};

/** May run where it arrives; nobody needs it made anew. */
const RUNNABLE: Readonly<Record<string, true>> = {
  "application/x-script": true,
  "application/x.ms.shortcut": true,
  "application/x-msdownload": true,
  "application/x-elf": true,
  "application/x-mach-binary": true,
  "application/x-msi": true,
  "application/vnd.ms-htmlhelp": true,
};

/** Ciphertext by its content; whatever a multipart/encrypted holds is one too (RFC 1847 §2.2). */
const ENCRYPTED: Readonly<Record<string, true>> = {
  "application/pgp-encrypted": true,
  "application/x-pkcs7-encrypted": true,
};
/** Signatures by their content: nothing to read in them, and true of the original only. */
const SIGNATURES: Readonly<Record<string, true>> = {
  "application/pkcs7-signature": true,
  "application/pgp-signature": true,
};
/** As mail programs name them, also where a list has made a multipart/mixed of the multipart/signed. */
const SIGNATURE_NAME =
  /^(?:smime\.p7s|signature\.(?:asc|p7s)|openpgp-digital-signature\.asc|openpgp_signature(?:\.asc)?)$/i;

/**
 * Chooses by what the bytes are. The declared type only tells HTML from plain text, where both are harmless; `parentType`
 * is that of the multipart around it.
 */
export function treatByKind(part: Part, parentType: string | null): Treatment {
  if (part.leaf === null) return { kind: "drop", why: "empty" };
  if (FORBIDDEN[part.declaredType]) return notice("TYPE_FORBIDDEN");
  if (part.anomalies.includes("unknown-transfer-encoding"))
    return notice("NOT_UNDERSTOOD");
  if (part.unopened !== undefined) return notice(part.unopened);
  if (RUNNABLE[part.leaf.kind.type]) return notice("TYPE_FORBIDDEN");
  if (part.unpacked === true) return { kind: "repack" };
  const type = part.leaf.kind.type;
  if (part.leaf.content.bytes === 0) return { kind: "drop", why: "empty" };
  if (parentType === "multipart/encrypted") return treatEncrypted(part);
  if (ENCRYPTED[type]) return notice("ENCRYPTED");
  if (SIGNATURES[type] && isMailSignature(part, parentType))
    return { kind: "drop", why: "signature" };
  // An opaque signature that could be opened has become a part with children; this one could not.
  if (type === "application/pkcs7-mime") return notice("NOT_UNDERSTOOD");
  if (RASTERIZED[type]) return { kind: "rasterize", pit: "pdf" };
  if (isOffice(type)) return { kind: "rasterize", pit: "office" };
  if (RE_ENCODED[type]) return { kind: "re-encode", pit: "image" };
  if (type.startsWith("text/")) return { kind: "keep-text" };
  return notice("TYPE_NOT_CONVERTED");
}

export function isOffice(type: string): boolean {
  return OFFICE.test(type);
}

/** RFC 3156 §4: first `Version: 1`, then the ciphertext. */
function treatEncrypted(part: Part): Treatment {
  const version =
    part.declaredType === "application/pgp-encrypted" &&
    (part.leaf?.content.bytes ?? 0) <= MAX_PGP_VERSION_BYTES;
  return version ? { kind: "drop", why: "pgp-version" } : notice("ENCRYPTED");
}

const MAX_PGP_VERSION_BYTES = 100;

function isMailSignature(part: Part, parentType: string | null): boolean {
  return (
    parentType === "multipart/signed" ||
    SIGNATURE_NAME.test((part.untrustedName ?? "").trim())
  );
}

function notice(hold: HoldCode): Treatment {
  return { kind: "notice", hold };
}
