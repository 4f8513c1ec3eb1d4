import type { Right } from "../../../policy/rights.ts";
import type { WORDS } from "./words.ts";

export interface Entry {
  readonly address: string;
  readonly words: Exclude<keyof (typeof WORDS)["ja"], "otherIn" | "waiting">;
  readonly right: Right;
  /** Made on the server: the browser goes there. */
  readonly isServers?: true;
}

/** The main menu, in this order, for whoever has the right. */
export const ENTRIES: readonly Entry[] = [
  { address: "/", words: "status", right: "status.view" },
  { address: "/quarantine", words: "quarantine", right: "mail.view" },
  { address: "/requests", words: "requests", right: "request.view" },
  { address: "/exceptions", words: "exceptions", right: "exceptions.view" },
  { address: "/emergency", words: "emergency", right: "status.view" },
  { address: "/audit", words: "audit", right: "audit.view" },
  { address: "/accounts", words: "accounts", right: "accounts.view" },
  {
    ...{ address: "/mailbox", words: "mailbox", right: "inbox.read" },
    isServers: true,
  },
];
