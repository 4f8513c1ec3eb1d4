import type { CleanPart } from "../core/message.ts";
import type { Plan } from "../core/plan.ts";
import type { Finding } from "../core/verdict.ts";
import type { PageRules } from "../policy/policy.ts";

/** An even share for each document, whatever became of the others: the same file in such a mail is always the same. */
export function documentShare(plan: Plan, { budgetBytes }: PageRules): number {
  const documents = plan.parts.filter(
    ({ treatment }) => treatment.kind === "rasterize",
  );
  return Math.floor(budgetBytes / Math.max(1, documents.length));
}

/** Pictures and texts have no share, but count. */
export function overBudget(
  parts: readonly CleanPart[],
  findings: readonly Finding[],
  { budgetBytes }: PageRules,
): readonly Finding[] {
  const bytes = parts.reduce((sum, { content }) => sum + content.bytes, 0);
  const told = findings.some(({ code }) => code === "budget-passed");
  return bytes > budgetBytes && !told
    ? [{ code: "budget-passed", part: "", detail: `${bytes} bytes` }]
    : [];
}
