import { EVERY_TENANT, ROLES } from "../core/account.ts";
import type { Account, Grant, Role, Substitute } from "../core/account.ts";

/** What a person may do on the console. One table, asked for each route and each object. */
export type Right =
  /** Lanes, counts, what is wrong now. */
  | "status.view"
  /** What lies in Redis, of every tenant: numbers of mails, and how its workers take them up. */
  | "queue.view"
  /** The list of what is held, and one mail of it: states, reasons, times, sizes. */
  | "mail.view"
  /** In these: subject, addresses, names of files, replies of servers; and searching by them. */
  | "mail.read"
  | "mail.export"
  /** The original of a mail that is still kept, drawn page by page, and its text. */
  | "mail.preview"
  | "mail.note"
  | "mail.release"
  | "mail.discard"
  /** Another scan with the signatures of today. */
  | "mail.rescan"
  /** To take out of what retention removes, and back. */
  | "mail.pin"
  /** To let somebody else have an attachment as it came. */
  | "mail.originals"
  /** Senders who are blocked or trusted. */
  | "exceptions.view"
  | "exceptions.manage"
  /** The built-in mailbox, with the text of mails. */
  | "inbox.read"
  /** The record of everything that was done. */
  | "audit.view"
  /** Counts of a month for those who answer for it, with who decided how much. */
  | "report.view"
  /** What recipients ask for, decisions on it, who stands in for whom. */
  | "request.view"
  | "request.decide"
  /** 後閲: looking again at what a substitute decided. */
  | "request.confirm"
  /** 代決: naming substitutes, of oneself or where one manages accounts. */
  | "substitutes.name"
  /** 緊急停止: nothing more goes over to the inner side. Whoever keeps the machine running may pull the cord; */
  | "crossing.stop"
  /** to let it go on, and to open the emergency mode, is for those who answer for the towns. */
  | "crossing.resume"
  | "accounts.view"
  | "accounts.manage";

const YES = true;
const NO = false;

/**
 * 最高情報総括責任者 answers for everything and may act when nobody else can. 総括情報管理者 runs it for all. 情報管理者 decides about the mail
 * of the own body. 監査者 sees all and changes nothing. 運用委託先 keeps the machine running and sees no word of any mail.
 */
export const RIGHTS: Readonly<Record<Right, Readonly<Record<Role, boolean>>>> =
  {
    "status.view": row(YES, YES, YES, YES, YES),
    "queue.view": row(YES, YES, NO, YES, YES),
    "mail.view": row(YES, YES, YES, YES, YES),
    "mail.read": row(YES, YES, YES, YES, NO),
    "mail.export": row(YES, YES, YES, YES, NO),
    "mail.preview": row(YES, YES, YES, YES, NO),
    "mail.note": row(YES, YES, YES, NO, YES),
    "mail.release": row(YES, YES, YES, NO, NO),
    "mail.discard": row(YES, YES, YES, NO, NO),
    "mail.rescan": row(YES, YES, YES, NO, NO),
    "mail.pin": row(YES, YES, YES, NO, NO),
    "mail.originals": row(YES, YES, NO, NO, NO),
    "exceptions.view": row(YES, YES, YES, YES, NO),
    "exceptions.manage": row(YES, YES, YES, NO, NO),
    "inbox.read": row(YES, YES, YES, NO, NO),
    "audit.view": row(YES, YES, NO, YES, NO),
    "report.view": row(YES, YES, YES, YES, NO),
    "request.view": row(YES, YES, YES, YES, NO),
    "request.decide": row(YES, YES, YES, NO, NO),
    "request.confirm": row(YES, YES, YES, NO, NO),
    "substitutes.name": row(YES, YES, YES, NO, NO),
    "crossing.stop": row(YES, YES, YES, NO, YES),
    "crossing.resume": row(YES, YES, YES, NO, NO),
    "accounts.view": row(YES, YES, NO, YES, NO),
    "accounts.manage": row(YES, YES, NO, NO, NO),
  };

/** In the order of `ROLES`. */
function row(...may: readonly boolean[]): Readonly<Record<Role, boolean>> {
  return Object.fromEntries(
    ROLES.map((role, at) => [role, may[at] ?? NO]),
  ) as Record<Role, boolean>;
}

/** What staff read for each role, as the published policies name it. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  ciso: "最高情報総括責任者",
  chief: "総括情報管理者",
  manager: "情報管理者",
  auditor: "監査者",
  operator: "運用委託先",
};

type Granted = Pick<Account, "grants" | "standsIn">;

/** What a substitute may do in the manager's tenant: what it takes to decide about requests, and no more. */
const OF_A_SUBSTITUTE: readonly Right[] = [
  ...(["status.view", "mail.view", "mail.read"] as const),
  ...(["request.view", "request.decide"] as const),
];

/** In whose place somebody decides there, who has no such right of their own; null: in nobody's. */
export function standsInFor(
  { grants, standsIn = [] }: Granted,
  right: Right,
  tenant: string,
): string | null {
  if (may({ grants }, right, tenant)) return null;
  const named = standsIn.find((one) => covers(one.tenant, tenant));
  return named?.manager ?? null;
}

function covers(granted: string, tenant: string): boolean {
  return granted === EVERY_TENANT || granted === tenant;
}

/** Where a person has a right: in every tenant (`EVERY_TENANT`), or in these; none when empty. */
export function tenantsWith(
  { grants, standsIn = [] }: Granted,
  right: Right,
): typeof EVERY_TENANT | readonly string[] {
  const giving: readonly { readonly tenant: string }[] = [
    ...grants.filter(({ role }) => RIGHTS[right][role]),
    ...(OF_A_SUBSTITUTE.includes(right) ? standsIn : []),
  ];
  if (giving.some(({ tenant }) => tenant === EVERY_TENANT)) return EVERY_TENANT;
  return [...new Set(giving.map(({ tenant }) => tenant))];
}

/** `tenant` may be `EVERY_TENANT`: then one of them is not enough. */
export function may(account: Granted, right: Right, tenant: string): boolean {
  const tenants = tenantsWith(account, right);
  return tenants === EVERY_TENANT || tenants.includes(tenant);
}

export function mayAnywhere(account: Granted, right: Right): boolean {
  return tenantsWith(account, right).length > 0;
}

/**
 * Whoever manages accounts gives and takes only where they may manage. `places`: the tenants of grants, or of 代決. An account
 * without any belongs to those who manage everywhere.
 */
export function mayManage(
  account: Granted,
  places: readonly (Grant | Substitute)[],
): boolean {
  if (places.length === 0) return may(account, "accounts.manage", EVERY_TENANT);
  return places.every(({ tenant }) => may(account, "accounts.manage", tenant));
}
