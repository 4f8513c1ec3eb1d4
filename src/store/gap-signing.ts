import { sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { AuditLine } from "../core/quarantine.ts";
import { gapBytes, gapLine, isGap, parseGap } from "../wire/record-gap.ts";
import type { RecordGap } from "../wire/record-gap.ts";
import { isAsWritten } from "./ledger/audit.ts";

export function signGap(gap: RecordGap, key: KeyObject): AuditLine {
  const signature = sign(null, gapBytes(gap), key).toString("base64");
  return gapLine({ ...gap, signature });
}

/**
 * Whether a line is as it was written, or a gap of one of these kinds that one of the keys signed. What came before it is
 * another question.
 */
export function isProvenLine(
  line: AuditLine,
  kinds: readonly RecordGap["act"][],
  keys: readonly KeyObject[],
): boolean {
  if (!isGap(line)) return isAsWritten(line);
  const gap = parseGap(line);
  if (gap === null || !kinds.includes(gap.act)) return false;
  const signature = Buffer.from(gap.signature, "base64");
  return keys.some((key) => verify(null, gapBytes(gap), key, signature));
}
