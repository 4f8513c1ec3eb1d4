import type { CleanContent, Content, UntrustedContent } from "./content.ts";
import type { Envelope } from "./envelope.ts";
import type { ItemId } from "./id.ts";
import type { VerdictKind } from "./verdict.ts";

/** The line in types: each step's result is the next step's only input, and no type skips a step. */

/** After commit A: durable, hashed, unseen. */
export interface SpooledMail {
  readonly item: ItemId;
  readonly tenant: string;
  /** Null for an upload. */
  readonly envelope: Envelope | null;
  readonly original: UntrustedContent;
}

/** A new part, written by our encoders. */
export interface CleanPart {
  /** Path of the part it was made from. */
  readonly from: string;
  readonly name: string;
  readonly type:
    | "text/plain"
    | "text/csv"
    | "image/png"
    | "image/jpeg"
    | "application/pdf"
    | "application/zip";
  readonly content: CleanContent;
  /** Only for documents. */
  readonly pages?: number;
}

/** The new mail, not yet believed. */
export interface RebuiltMessage {
  readonly item: ItemId;
  readonly content: Content;
  /** What the verifier must find again, part by part. */
  readonly expected: {
    readonly subject: string;
    readonly text: string;
    readonly attachments: readonly {
      readonly name: string;
      readonly type: string;
      readonly sha256: string;
    }[];
  };
}

declare const cleared: unique symbol;

/** Made by `stage/clear.ts` alone, after both readers agreed. The outbox takes nothing else. */
export interface ClearedMessage {
  readonly [cleared]: true;
  readonly item: ItemId;
  readonly content: Content;
}

/** What the courier needs and nothing more; signed, kept in front of the bytes in the outbox. */
export interface Manifest {
  readonly version: 1;
  readonly item: ItemId;
  readonly tenant: string;
  readonly reversePath: string;
  readonly recipients: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
  readonly verdict: VerdictKind;
  readonly policyVersion: string;
  readonly clearedAt: string;
}

/** Read back from the outbox with its signature and hash proven. Made by `store/outbox.ts` alone. */
declare const sealed: unique symbol;
export interface SealedMessage {
  readonly [sealed]: true;
  readonly manifest: Manifest;
  readonly content: Content;
}

/** What the LGWAN side said about one recipient. */
export interface Receipt {
  readonly recipient: string;
  readonly kind: "accepted" | "refused" | "deferred" | "unknown";
  /** The peer's words or our own, at most 512 characters. */
  readonly reply: string;
}
