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
};
/** References to content that stands elsewhere: nothing here can be examined (RFC 2046 §5.2.2, §5.2.3). */
const FORBIDDEN: Readonly<Record<string, true>> = {
  "message/partial": true,
  "message/external-body": true,
};

/** Chooses by what the bytes are. The declared type only tells HTML from plain text, where both are harmless. */
export function treatByKind(part: Part): Treatment {
  if (part.leaf === null) return { kind: "drop", why: "empty" };
  if (FORBIDDEN[part.declaredType]) return notice("TYPE_FORBIDDEN");
  if (part.anomalies.includes("unknown-transfer-encoding"))
    return notice("NOT_UNDERSTOOD");
  const type = part.leaf.kind.type;
  if (part.leaf.content.bytes === 0) return { kind: "drop", why: "empty" };
  if (RASTERIZED[type]) return { kind: "rasterize", pit: "pdf" };
  if (RE_ENCODED[type]) return { kind: "re-encode", pit: "image" };
  if (type.startsWith("text/")) return { kind: "keep-text" };
  return notice("TYPE_NOT_CONVERTED");
}

function notice(hold: HoldCode): Treatment {
  return { kind: "notice", hold };
}
