import type { HoldCode } from "./verdict.ts";

/** How an item ends or waits. */
export type Disposition =
  | { readonly kind: "deliver" }
  | { readonly kind: "hold"; readonly code: HoldCode; readonly detail: string };

/** What a stage says when it returns. Faults are thrown and turned into one of these in one place, `stage/line.ts`. */
export type Outcome<T> =
  | { readonly kind: "next"; readonly value: T }
  | { readonly kind: "hold"; readonly code: HoldCode; readonly detail: string }
  | { readonly kind: "retry"; readonly afterMs: number; readonly code: string }
  | { readonly kind: "done" };
