import { Fault } from "../core/fault.ts";

/** For tests: the rule that refused, or "verified"; whatever else is thrown goes on. */
export function ruleOf(read: () => unknown): string {
  try {
    read();
    return "verified";
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "VERIFIER_REFUSED")
      throw error;
    return String(error.facts["rule"]);
  }
}
