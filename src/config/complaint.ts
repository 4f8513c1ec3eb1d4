import type { z } from "zod";

/** One rule that was broken, in words for the person who wrote the file: never a value of a secret. */
export interface Complaint {
  /** Such as `smtp.port`; empty for the file itself. */
  readonly key: string;
  readonly rule: string;
}

const KINDS: Readonly<Record<string, string>> = {
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a group of settings",
};

type Issue = z.core.$ZodIssue;

export function complaintsOf(issues: readonly Issue[]): readonly Complaint[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          key: [...issue.path, key].join("."),
          rule: "is not a setting of Sekisho",
        }))
      : [{ key: issue.path.join("."), rule: ruleOf(issue) }],
  );
}

function ruleOf(issue: Issue): string {
  if (issue.code === "invalid_type")
    return issue.input === undefined
      ? "must be given"
      : `must be ${KINDS[issue.expected] ?? issue.expected}`;
  if (issue.code === "too_small")
    return `must be at least ${issue.minimum}${unitOf(issue.origin)}`;
  if (issue.code === "too_big")
    return `must be at most ${issue.maximum}${unitOf(issue.origin)}`;
  if (issue.code === "invalid_value")
    return `must be one of ${issue.values.map(String).join(", ")}`;
  return issue.message;
}

function unitOf(origin: string): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " entries" : "";
}

export function complaintText({ key, rule }: Complaint): string {
  return key === "" ? rule : `${key} ${rule}`;
}
