import type { ItemId } from "./id.ts";
import type { FileKind } from "./part.ts";
import type { HoldCode } from "./verdict.ts";

/** One thing a person has to decide about: a whole item (`part` null) or a part of it. */
export interface Hold {
  readonly item: ItemId;
  readonly part: string | null;
  readonly code: HoldCode;
  readonly detail: string;
  readonly name: string | null;
  readonly kind: FileKind | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
}

export interface HoldRecord extends Hold {
  readonly at: number;
  readonly state: "held" | "released" | "discarded";
  readonly decidedBy: string | null;
  readonly decidedWhy: string | null;
  readonly decidedAt: number | null;
}
