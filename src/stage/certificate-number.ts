import { createHash } from "node:crypto";
import type { Treatment } from "../core/plan.ts";

/** What a certificate's number is made of: all of it stands in the certificate. */
export interface NumberedRecord {
  readonly originalSha256: string;
  readonly policyVersion: string;
  readonly parts: readonly {
    readonly path: string;
    readonly sha256: string;
    readonly treatment: Treatment;
  }[];
  readonly files: readonly {
    readonly from: string;
    readonly name: string;
    readonly sha256: string;
  }[];
}

/** One hash over what came in, what was decided and what goes out: the same input and policy give the same. */
export function certificateNumber(record: NumberedRecord): string {
  const text = JSON.stringify({
    original: record.originalSha256,
    policy: record.policyVersion,
    parts: record.parts.map(({ path, sha256, treatment }) => [
      ...[path, sha256, inOrder(treatment)],
    ]),
    made: record.files.map(({ from, name, sha256 }) => [from, name, sha256]),
  });
  return createHash("sha256").update(text).digest("hex");
}

const ORDER = ["kind", "from", "pit", "converter", "why", "hold"] as const;

/** As it is written where it is decided, whatever order it was read back in. */
function inOrder(treatment: Treatment): Record<string, unknown> {
  const members = treatment as Readonly<Record<string, unknown>>;
  const told: Record<string, unknown> = {};
  for (const name of ORDER)
    if (members[name] !== undefined) told[name] = members[name];
  return told;
}
