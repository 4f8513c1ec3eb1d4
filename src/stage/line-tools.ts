import type { Authenticate } from "../core/authentication.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Lanes } from "../core/lanes.ts";
import type { Ledger } from "../core/ledger.ts";
import type { Limits } from "../core/limits.ts";
import type { Log } from "../core/log.ts";
import type { ClearedMessage, RebuiltMessage } from "../core/message.ts";
import type { Pit } from "../core/pit.ts";
import type { Render } from "../core/render.ts";
import type { Scanner } from "../core/scanner.ts";
import type { Outbox, Spool, Vault, Workspace } from "../core/stores.ts";
import type { ExceptionTable } from "../policy/exceptions.ts";
import type { Policy } from "../policy/policy.ts";
import type { MadeBefore } from "./made-before.ts";
import type { Engines } from "./made-record.ts";
import type { OwnSender } from "./own-mail.ts";

/** What the line is built of; workers and tests join it together. */
export interface LineTools {
  readonly spool: Spool;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly lanes: Pick<Lanes, "ring">;
  readonly scanner: Scanner;
  readonly pit: Pit;
  readonly render: Render;
  readonly madeBefore: MadeBefore;
  readonly clear: (rebuilt: RebuiltMessage) => Promise<ClearedMessage>;
  readonly workspace: () => Workspace;
  readonly limits: Limits;
  /** Our name in the trace of what goes on. */
  readonly hostname: string;
  /** Faults: CONFIG_INVALID for a variant that is not in the settings. */
  readonly policyFor: (tenant: string, variant?: string) => Policy;
  /** As they stand now; asked anew for each mail. */
  readonly exceptions: () => ExceptionTable;
  /** Address of the recipients' page for an item; null where there is no such page. */
  readonly recipientLink: ((item: ItemRecord) => string) | null;
  /** Who stands as the author of what the gateway writes itself. */
  readonly ownSender: (tenant: string) => OwnSender;
  /** Checks whether a mail comes from whom it says. Left out: nothing is checked. */
  readonly authenticate?: Authenticate;
  /** Whose mail goes before that of others. Left out: nobody's. */
  readonly goesFirst?: (untrustedReversePath: string) => boolean;
  /** For the record of what was made by what. */
  readonly engines?: Engines;
  readonly log: Log;
  /** Told the name of each point between two steps; tests stop the world there. */
  readonly probe: (point: LinePoint) => void;
  /** A new one for each item: told the same points, to time what lies between. */
  readonly laps?: () => (point: LinePoint) => void;
}

export type LinePoint =
  | "begun"
  | "inspected"
  | "scanned"
  | "planned"
  | "sanitized"
  | "rebuilt"
  | "cleared"
  | "vaulted"
  | "outbox-written"
  | "committed";
