/*
NAME       authentication: whether a mail comes from whom it says, as it was found when the mail came
ZONE       airlock
READS      the original, ledger       TALKS TO  a DNS server where one is named
NOT HERE   the checks themselves (authentication/), what follows from them (policy)
*/
import type {
  Authenticate,
  Authentication,
  MailToAuthenticate,
} from "../core/authentication.ts";
import type { ItemRecord } from "../core/item-record.ts";
import type { Ledger } from "../core/ledger.ts";

/** Asked once a mail: of one that comes here again, or whose parts do, the record tells. Null where nothing is checked. */
export async function authenticationOf(
  record: ItemRecord,
  mail: Omit<MailToAuthenticate, "envelope">,
  tools: {
    readonly ledger: Pick<Ledger, "item">;
    readonly authenticate?: Authenticate;
  },
): Promise<Authentication | null> {
  const { plan, parent, envelope } = record;
  if (plan?.authentication !== undefined) return plan.authentication;
  if (tools.authenticate === undefined) return null;
  const before = parent === null ? null : await tools.ledger.item(parent);
  const known = before?.plan?.authentication;
  if (known !== undefined) return known;
  return tools.authenticate({ ...mail, envelope });
}
