import type { Content } from "./content.ts";
import type { ScanVerdict } from "./verdict.ts";

export interface Scanner {
  /** Never throws for what the scanner does: every outcome is a verdict. */
  scan(content: Content): Promise<ScanVerdict>;
  /** Null when it does not answer. */
  health(): Promise<{
    readonly engine: string;
    readonly signatures: string;
    readonly builtAt: number | null;
  } | null>;
}
