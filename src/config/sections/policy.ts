/** What is done with mail, and what recipients read of it. */
import { z } from "zod";
import { KIB, MIB } from "../../core/units.ts";
import { cleanLine } from "../../mime/clean-text.ts";
import { DEFAULT_PAGES } from "../../policy/policy.ts";
import { count, section, shortName, type Complain } from "../kinds.ts";
import { authenticationRulesSchema } from "./authentication.ts";
import { convertersSchema } from "./converters.ts";

const MAX_NOTICE_LINE_CHARACTERS = 300;

/** As it will stand in every mail. */
const noticeLine = z
  .string()
  .min(1)
  .max(MAX_NOTICE_LINE_CHARACTERS)
  .refine(
    (text) => cleanLine(text, MAX_NOTICE_LINE_CHARACTERS) === text,
    "must be one line of plain text without control characters",
  );

const links = z.enum(["keep", "defang", "domain-only"]);
const dpi = z.union([z.literal(150), z.literal(200), z.literal(300)]);
const budget = z
  .int()
  .min(100 * KIB)
  .max(1024 * MIB);

/** Another way to make a held mail anew; what is left out is as in the policy itself. */
const variant = z.strictObject({
  name: shortName,
  title: z.string().min(1).max(100),
  links: links.optional(),
  pages: z
    .strictObject({
      dpi: dpi.optional(),
      textLayer: z.boolean().optional(),
      ocr: z.boolean().optional(),
      budgetBytes: budget.optional(),
    })
    .optional(),
});

const offOrOn = z.enum(["off", "on"]).default("off");

export const policySchema = section({
  malicious: z.enum(["hold-part", "hold-mail"]).default("hold-part"),
  heuristics: z.enum(["examine", "hold"]).default("examine"),
  links: links.default("keep"),
  pages: section({
    dpi: dpi.default(DEFAULT_PAGES.dpi),
    textLayer: z.boolean().default(DEFAULT_PAGES.textLayer),
    ocr: z.boolean().default(DEFAULT_PAGES.ocr),
    budgetBytes: budget.default(DEFAULT_PAGES.budgetBytes),
  }),
  notice: section({
    language: z.enum(["ja", "en", "ja-en"]).default("ja"),
    place: z.enum(["start", "end"]).default("end"),
    contact: noticeLine.nullable().default(null),
    footer: noticeLine.nullable().default(null),
  }),
  recipientLink: z.boolean().default(true),
  converters: convertersSchema,
  variants: z
    .array(variant)
    .max(20)
    .nullish()
    .transform((variants) => variants ?? []),
  originalRelease: offOrOn,
  stagedDelivery: offOrOn,
  secondMailPassword: offOrOn,
  secondMailMinutes: count(1, 1440, 60),
  authentication: authenticationRulesSchema,
});

export function checkVariants(
  { variants }: z.output<typeof policySchema>,
  complain: Complain,
) {
  const names = new Set<string>();
  for (const [at, { name }] of variants.entries()) {
    if (names.has(name))
      complain(["policy", "variants", at, "name"], "must be unique");
    names.add(name);
  }
}
