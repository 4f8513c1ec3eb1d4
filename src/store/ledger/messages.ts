import { Fault } from "../../core/fault.ts";
import type { FaultCode, FaultFacts } from "../../core/fault.ts";
import type { QuestionName } from "./questions.ts";

/** What crosses between the main side and the ledger's thread: arrays of calls one way, arrays of answers the other. */
export interface Call {
  readonly serial: number;
  readonly name: QuestionName;
  /** The clock of the asker, then the question's own arguments. */
  readonly args: readonly unknown[];
}

export type Answer =
  | { readonly serial: number; readonly value: unknown }
  | { readonly serial: number; readonly fault: FaultMessage };

export interface FaultMessage {
  readonly code: FaultCode;
  readonly facts: FaultFacts;
  readonly cause: string;
}

export type ToThread = readonly Call[] | "close";
export type FromThread =
  | { readonly kind: "open" }
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly fault: FaultMessage }
  | { readonly kind: "answers"; readonly answers: readonly Answer[] };

export function faultMessage(fault: Fault): FaultMessage {
  const cause =
    fault.cause instanceof Error ? fault.cause.message.slice(0, 200) : "";
  return { code: fault.code, facts: fault.facts, cause };
}

export function faultOf({ code, facts, cause }: FaultMessage): Fault {
  return new Fault(code, facts, cause === "" ? undefined : new Error(cause));
}
