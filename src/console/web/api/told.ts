/** Answers of the API, as `/api/openapi.json` describes them. `null` words are those that the asker may not read. */
import type { AccountState, Role } from "../../../core/account.ts";
import type {
  Authentication,
  AuthResult,
  DmarcPolicy,
} from "../../../core/authentication.ts";
import type { OriginalRequest } from "../../../core/acts.ts";
import type {
  ItemKind,
  ItemState,
  RecipientState,
} from "../../../core/item.ts";
import type { Treatment } from "../../../core/plan.ts";
import type { HoldCode, VerdictKind } from "../../../core/verdict.ts";
import type { AuthMethod } from "../../../policy/authentication-words.ts";
import type { NoRelease } from "../../../policy/releasable.ts";
import type { Right } from "../../../policy/rights.ts";

export interface GrantTold {
  readonly role: Role;
  readonly roleWords: string;
  readonly tenant: string;
}

export interface TenantTold {
  readonly id: string;
  readonly name: string;
}

export interface SessionTold {
  readonly name: string;
  readonly displayName: string;
  readonly grants: readonly GrantTold[];
  /** "*" or ids of tenants. */
  readonly rights: Readonly<Partial<Record<Right, string | readonly string[]>>>;
  readonly tenants: readonly TenantTold[];
  readonly zoneName: string;
  /** Whether there is a built-in mailbox to look into. */
  readonly mailbox: boolean;
  /** Whether there are pages of Redis to look at. */
  readonly queuePages: boolean;
  readonly token: string;
  readonly idleMinutes: number;
  readonly recoveryLeft: number;
}

export type HoldState = "held" | "released" | "discarded";

export interface HoldTold {
  readonly part: string | null;
  readonly name: string | null;
  readonly kind: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly code: HoldCode;
  readonly title: string;
  readonly message: string;
  readonly advice: string;
  readonly detail: string | null;
  readonly at: number;
  readonly state: HoldState;
  readonly stateWords: string;
  readonly decidedBy: string | null;
  readonly decidedWhy: string | null;
  readonly decidedAt: number | null;
}

export interface RowTold {
  readonly item: string;
  readonly tenant: string;
  readonly state: ItemState;
  readonly stateWords: string;
  readonly verdict: VerdictKind | null;
  readonly verdictWords: string | null;
  readonly receivedAt: number;
  readonly bytes: number;
  readonly subject: string | null;
  readonly from: string | null;
  readonly recipients: readonly string[];
  readonly recipientCount: number;
  readonly holds: readonly HoldTold[];
  readonly holdCount: number;
  readonly version: string;
  readonly may: { readonly release: boolean; readonly discard: boolean };
}

export interface MailsTold {
  readonly rows: readonly RowTold[];
  readonly after: string | null;
  /** False: the time was up before everything was looked through. */
  readonly complete: boolean;
}

export interface PartTold {
  readonly path: string;
  readonly name: string | null;
  readonly kind: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly scan: "clean" | "malicious" | "unexaminable";
  readonly scanWords: string;
  readonly engine: string;
  readonly signature: string | null;
  readonly treatment: Treatment["kind"];
  readonly treatmentWords: string;
  readonly hold: HoldCode | null;
}

export interface AuthenticationTold {
  readonly by: Authentication["by"];
  readonly methods: readonly {
    readonly method: AuthMethod;
    readonly result: AuthResult;
    readonly domain: string | null;
    /** Of DMARC alone. */
    readonly policy: DmarcPolicy | null;
  }[];
}

export interface StepTold {
  readonly at: number;
  readonly act: string;
  readonly words: string;
  readonly actor: string;
  readonly why: string | null;
  readonly into: string | null;
  /** Of a step that a person took with another mail. */
  readonly from: string | null;
  readonly until: string | null;
  readonly via: string | null;
}

export interface MailTold {
  readonly item: string;
  readonly tenant: string;
  readonly tenantName: string;
  /** Goes back with an act, so that it counts for what was shown. */
  readonly version: string;
  readonly state: ItemState;
  readonly stateWords: string;
  readonly verdict: VerdictKind | null;
  readonly verdictWords: string | null;
  readonly receivedAt: number;
  readonly updatedAt: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly parent: string | null;
  readonly kind: ItemKind | null;
  readonly kindWords: string | null;
  /** The mail of the same sender in which the password stood. */
  readonly passwordFrom: string | null;
  readonly subject: string | null;
  readonly from: string | null;
  readonly policyVersion: string | null;
  readonly envelope: {
    readonly reversePath: string | null;
    readonly client: string;
    readonly helo: string | null;
    readonly tls: boolean;
  };
  readonly recipients: readonly {
    readonly address: string | null;
    readonly state: RecipientState;
    readonly stateWords: string;
    readonly attempts: number;
    readonly reply: string | null;
  }[];
  /** Null where nothing was checked. */
  readonly authentication: AuthenticationTold | null;
  readonly parts: readonly PartTold[];
  readonly findings: readonly {
    readonly code: string;
    readonly part: string;
    readonly words: string | null;
    readonly detail: string | null;
  }[];
  readonly override: {
    readonly who: string;
    readonly why: string | null;
    readonly at: string;
    readonly until: string;
    readonly waives: readonly string[];
  } | null;
  readonly holds: readonly HoldTold[];
  readonly history: readonly StepTold[];
  readonly pin: {
    readonly who: string;
    readonly why: string | null;
    readonly at: number;
  } | null;
  readonly rescan: {
    readonly who: string;
    readonly at: number;
    readonly whenClean: "stay" | "go";
  } | null;
  /** Of the policy, that a release may choose. */
  readonly variants: readonly {
    readonly name: string;
    readonly title: string;
  }[];
  readonly may: {
    readonly release: boolean;
    readonly discard: boolean;
    readonly note: boolean;
    readonly password: boolean;
    readonly rescan: boolean;
    readonly pin: boolean;
    readonly unpin: boolean;
    /** Why nobody may release it; null: whoever has the right may. */
    readonly noRelease: NoRelease | null;
    readonly preview: boolean;
    readonly certificate: boolean;
  };
}

export interface ShownPartTold {
  readonly path: string;
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Path of the archive or document that it lies in. */
  readonly within: string | null;
  /** It is, or may be, part of the text of the mail. */
  readonly isBody: boolean;
  readonly shows: "pages" | "text" | "members" | null;
  /** Why nothing is shown: a code, and in Japanese. */
  readonly why: string | null;
  readonly whyWords: string | null;
  /** Null while nobody opened it. */
  readonly pages: number | null;
}

export interface ShownPartsTold {
  readonly parts: readonly ShownPartTold[];
}

export type OpenedPartTold =
  | { readonly shows: "pages"; readonly name: string; readonly pages: number }
  | { readonly shows: "text"; readonly name: string; readonly text: string };

export interface OriginalTold extends OriginalRequest {
  readonly stateWords: string;
  readonly may: { readonly decide: boolean; readonly fetch: boolean };
}

export interface OriginalsTold {
  /** By the settings. */
  readonly allowed: boolean;
  readonly requests: readonly OriginalTold[];
}

export interface DoneTold {
  readonly item: string;
  readonly already: boolean;
  readonly message: string;
  /** Of a release: the new item of a mail that was delivered already, else the same. */
  readonly as?: string;
  readonly virusesKept?: number;
}

export interface EntryTold {
  readonly seq: number;
  readonly at: number;
  readonly act: string;
  readonly words: string;
  readonly actor: string;
  readonly item: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly hash: string;
}

export interface AuditTold {
  readonly entries: readonly EntryTold[];
  readonly after: string | null;
  readonly complete: boolean;
}

export interface AccountTold {
  readonly name: string;
  readonly displayName: string;
  readonly state: AccountState;
  readonly createdAt: number;
  readonly signedInAt: number | null;
  readonly grants: readonly GrantTold[];
}

export interface AccountsTold {
  readonly accounts: readonly AccountTold[];
  readonly tenants: readonly TenantTold[];
}

export interface LinkTold {
  readonly account: AccountTold;
  readonly link: string;
  readonly expiresAt: number;
}
