import type { PartTree } from "../core/part.ts";
import type { Plan, PlannedPart } from "../core/plan.ts";

/** A logo or two below a mail are no reason for a second one. */
const FEW_PICTURES = 3;
/** Shells of Outlook: the text of the mail may lie in them, and only the pit reads them. */
const TEXT_IN_SHELL: ReadonlySet<string> = new Set([
  "application/vnd.ms-tnef",
  "application/vnd.ms-outlook",
]);

/** Whether the text of a mail should not wait for what is attached to it. `forThePit`: something has to be unpacked first. */
export function isWorthTwoMails(
  tree: PartTree,
  plan: Plan,
  forThePit: boolean,
): boolean {
  const shell = tree.parts.some((part) => TEXT_IN_SHELL.has(part.declaredType));
  const text = plan.parts.some(
    ({ treatment, bytes }) => treatment.kind === "body-text" && bytes > 0,
  );
  if (shell || !text) return false;
  const count = (kind: PlannedPart["treatment"]["kind"]) =>
    plan.parts.filter(({ treatment }) => treatment.kind === kind).length;
  return (
    forThePit || count("rasterize") > 0 || count("re-encode") > FEW_PICTURES
  );
}

const OF_THE_TEXT: ReadonlySet<string> = new Set([
  ...["alternative", "empty", "signature", "pgp-version"],
]);

/** What goes with the text: it, and what is left out for its sake. */
export function goesWithText({ treatment }: PlannedPart): boolean {
  return (
    treatment.kind === "body-text" ||
    (treatment.kind === "drop" && OF_THE_TEXT.has(treatment.why))
  );
}

/** The part of a plan that one of two mails carries out, with what was found in these parts. */
export function portionOf(
  plan: Plan,
  goes: (part: PlannedPart) => boolean,
  others: "with-others" | "alone",
): Plan {
  const parts = plan.parts.filter(goes);
  const own = new Set(parts.map(({ path }) => path));
  const known = new Set(plan.parts.map(({ path }) => path));
  const findings = plan.findings.filter(
    ({ part }) =>
      own.has(part) || (others === "with-others" && !known.has(part)),
  );
  return { ...plan, parts, findings };
}

/**
 * Whether a part lies in one of the attachments that hold these paths. What lies in an archive goes with the whole of it:
 * its files are made into one new archive.
 */
export function attachmentsWith(
  tree: PartTree,
  paths: readonly string[],
): (part: PlannedPart) => boolean {
  const roots = new Set(
    tree.parts
      .filter(({ path }) => paths.includes(path))
      .map(({ id }) => outermost(tree, id)),
  );
  return ({ id }) => above(tree, id).some((one) => roots.has(one));
}

function outermost(tree: PartTree, id: number): number {
  return (
    above(tree, id).findLast((one) => tree.parts[one]?.unpacked === true) ?? id
  );
}

/** A part, what it lies in, and so on outwards. */
function above(tree: PartTree, id: number): readonly number[] {
  const found: number[] = [];
  let at: number | null = id;
  while (at !== null) {
    found.push(at);
    at = tree.parts[at]?.parent ?? null;
  }
  return found;
}
