/** What is given to a pit, and for what. */
import type { UntrustedContent } from "../core/content.ts";
import type { PageShare } from "../wire/pit.ts";

export interface Submission {
  readonly document: UntrustedContent;
  readonly password: string;
  /** Pages have a size on paper, pictures have none. */
  readonly onPaper: boolean;
  readonly dpi?: number;
  /** Which pages, now that their count is known; all of them unless asked. */
  readonly share?: (pageCount: number) => PageShare;
  /** Somebody looks at it page by page. */
  readonly asksPages?: true;
  /** Ends the pit. */
  readonly signal?: AbortSignal | undefined;
  /** Besides what its pages give it. */
  readonly slackMs?: number;
  /** Called when the pit is gone, perhaps more than once. */
  readonly onEnd?: () => void;
}
