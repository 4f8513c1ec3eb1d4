import type { PartTree } from "../core/part.ts";
import type { Plan } from "../core/plan.ts";
import type { Finding } from "../core/verdict.ts";
import { saysMuchMore } from "../mime/text-difference.ts";
import { readText, type ReadingRules } from "./read-text.ts";

const OTHER_HTML = "──── HTML形式の本文 ────";
const OTHER_TEXT = "──── もう一つの本文 ────";
const TWINS: ReadonlySet<string> = new Set([
  ...["text/html", "text/plain", "text/enriched"],
]);

/** The twin of a text is shown too where it says much that the text does not; else a reader would miss it. */
export async function addDifferingForms(
  tree: PartTree,
  plan: Plan,
  {
    bodies,
    tools,
  }: { readonly bodies: Map<number, string>; readonly tools: ReadingRules },
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { id, path, treatment } of plan.parts) {
    const part = tree.parts[id];
    if (treatment.kind !== "drop" || treatment.why !== "alternative") continue;
    if (part === undefined || !TWINS.has(part.declaredType)) continue;
    if (part.leaf?.kind.type === "text/calendar") continue;
    const html = part.declaredType === "text/html";
    const other = await readText(part, html ? "html" : "plain", tools);
    if (!saysMuchMore(other.text, [...bodies.values()].join("\n"))) continue;
    bodies.set(id, `${html ? OTHER_HTML : OTHER_TEXT}\n${other.text}`);
    findings.push(...other.findings, {
      ...{ code: "alternative-differs", part: path, detail: "" },
    });
  }
  return findings;
}
