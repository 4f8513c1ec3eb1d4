import type { Limits } from "../core/limits.ts";
import type { Anomaly } from "../core/part.ts";
import type { Dialect } from "./dialect.ts";
import type { MimeNode } from "./node.ts";

export type MimeEvent =
  /** Its header block is complete; document order. */
  | { readonly kind: "part"; readonly part: MimeNode }
  /**
   * Transfer-decoded, in order, never empty. Owned by the receiver, except that unencoded bodies are views of the chunk
   * that was written: whoever overwrites his chunks copies them first.
   */
  | {
      readonly kind: "body";
      readonly id: number;
      readonly bytes: Uint8Array;
    }
  /** Nothing more comes for this node or below it. */
  | {
      readonly kind: "end";
      readonly id: number;
      readonly anomalies: readonly Anomaly[];
    };

export type MimeLimits = Pick<
  Limits,
  | "maxHeaderBytes"
  | "maxHeaderLineBytes"
  | "maxHeaders"
  | "maxParts"
  | "maxDepth"
  | "maxParameters"
  | "maxParameterBytes"
  | "maxMessageBytes"
>;

/** What a mail and the encoded messages inside it count together. */
export interface Shared {
  readonly limits: MimeLimits;
  readonly dialect: Dialect;
  nodes: number;
  outsideBytes: number;
}
