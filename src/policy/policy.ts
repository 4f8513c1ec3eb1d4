import type { LinkMode } from "../core/plan.ts";
import { DEFAULT_NOTICE, type NoticeSettings } from "./notice.ts";

/** What a tenant may decide. The defaults are the strictest reading that still lets a town work. */
export interface Policy {
  /** A virus in one part holds that part (the rest of the mail goes on with a notice) or the whole mail. */
  readonly malicious: "hold-part" | "hold-mail";
  /** A PDF that the scanner suspects without naming a virus is drawn in the pit like others, or held like a virus. */
  readonly heuristics: "examine" | "hold";
  /** Addresses of pages: as they are, made so that nothing opens them, or their host alone. */
  readonly links: LinkMode;
  readonly notice: NoticeSettings;
}

export const DEFAULT_POLICY: Policy = {
  malicious: "hold-part",
  heuristics: "examine",
  links: "keep",
  notice: DEFAULT_NOTICE,
};

/** Changes whenever a rule below changes what comes out; part of every plan, manifest and cache key. */
export const RULES_VERSION = "5";
