import { DEFAULT_NOTICE, type NoticeSettings } from "./notice.ts";

/** What a tenant may decide. The defaults are the strictest reading that still lets a town work. */
export interface Policy {
  /** A virus in one part holds that part (the rest of the mail goes on with a notice) or the whole mail. */
  readonly malicious: "hold-part" | "hold-mail";
  readonly notice: NoticeSettings;
}

export const DEFAULT_POLICY: Policy = {
  malicious: "hold-part",
  notice: DEFAULT_NOTICE,
};

/** Changes whenever a rule below changes what comes out; part of every plan, manifest and cache key. */
export const RULES_VERSION = "2";
