import { Fault } from "../core/fault.ts";
import type { LinkMode } from "../core/plan.ts";
import type { PageRules, Policy } from "./policy.ts";

/** Another way to make a held mail anew, which a person may choose for it. Never another way to look for viruses. */
export interface PolicyVariant {
  readonly name: string;
  /** What staff read. */
  readonly title: string;
  readonly links?: LinkMode | undefined;
  readonly pages?:
    | { readonly [Rule in keyof PageRules]?: PageRules[Rule] | undefined }
    | undefined;
}

/** Faults: CONFIG_INVALID for a name that the settings do not know (any more); the mail waits for it. */
export function createPolicies(
  policy: Policy,
  variants: readonly PolicyVariant[],
): (variant?: string) => Policy {
  const made = new Map(
    variants.map((variant) => [variant.name, variantOf(policy, variant)]),
  );
  return (variant) => {
    if (variant === undefined) return policy;
    const found = made.get(variant);
    if (found === undefined)
      throw new Fault("CONFIG_INVALID", { key: "policy.variants" });
    return found;
  };
}

function variantOf(policy: Policy, { links, pages }: PolicyVariant): Policy {
  return {
    ...policy,
    links: links ?? policy.links,
    pages: {
      dpi: pages?.dpi ?? policy.pages.dpi,
      textLayer: pages?.textLayer ?? policy.pages.textLayer,
      ocr: pages?.ocr ?? policy.pages.ocr,
      budgetBytes: pages?.budgetBytes ?? policy.pages.budgetBytes,
    },
  };
}
