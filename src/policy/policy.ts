import type { Converter } from "../core/converter.ts";
import type { LinkMode } from "../core/plan.ts";
import { MIB } from "../core/units.ts";
import type { AuthenticationRules } from "./authentication.ts";
import { DEFAULT_NOTICE, type NoticeSettings } from "./notice.ts";

/** How documents look that are given out as pictures of their pages. */
export interface PageRules {
  readonly dpi: 150 | 200 | 300;
  /** Text to be searched and marked, which nobody sees. */
  readonly textLayer: boolean;
  /** Of pages without text of their own, what can be read off their pictures. */
  readonly ocr: boolean;
  /** Of all files of one mail; documents past it get coarser, and a finding says so. */
  readonly budgetBytes: number;
}

/** What a tenant may decide. The defaults are the strictest reading that still lets a town work. */
export interface Policy {
  /** A virus in one part holds that part (the rest of the mail goes on with a notice) or the whole mail. */
  readonly malicious: "hold-part" | "hold-mail";
  /** A PDF that the scanner suspects without naming a virus is drawn in the pit like others, or held like a virus. */
  readonly heuristics: "examine" | "hold";
  /** Addresses of pages: as they are, made so that nothing opens them, or their host alone. */
  readonly links: LinkMode;
  readonly pages: PageRules;
  readonly notice: NoticeSettings;
  /** A mail with files gets a link to the recipients' page, where there is one (`recipients.origin`). */
  readonly recipientLink: boolean;
  /** Programs of the site for kinds that would be held otherwise, or that LibreOffice would draw. */
  readonly converters: readonly Converter[];
  /** Text at once, attachments that take time in a second mail of the same thread. */
  readonly stagedDelivery: "off" | "on";
  /** What is closed is tried with the words of other mails of its sender, which came so near to it. */
  readonly secondMailPassword: "off" | "on";
  readonly secondMailMinutes: number;
  /** Where the sender is checked at all (`authentication`). */
  readonly authentication: AuthenticationRules;
}

export const DEFAULT_PAGES: PageRules = {
  dpi: 150,
  textLayer: true,
  ocr: false,
  budgetBytes: 15 * MIB,
};

export const DEFAULT_POLICY: Policy = {
  malicious: "hold-part",
  heuristics: "examine",
  links: "keep",
  pages: DEFAULT_PAGES,
  notice: DEFAULT_NOTICE,
  recipientLink: true,
  converters: [],
  stagedDelivery: "off",
  secondMailPassword: "off",
  secondMailMinutes: 60,
  authentication: { onFail: "show" },
};

/** Changes whenever a rule below changes what comes out; part of every plan, manifest and cache key. */
export const RULES_VERSION = "5";
