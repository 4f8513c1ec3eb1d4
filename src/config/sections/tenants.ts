/** Who mail is accepted for, and how they are told of what was held. */
import { z } from "zod";
import { SELF_TEST_DOMAIN, SELF_TEST_TENANT } from "../../core/check.ts";
import { parseMailbox } from "../../core/mailbox.ts";
import { isQuiet } from "../../policy/digest-times.ts";
import { count, hostName, mailbox, section, type Complain } from "../kinds.ts";

const digests = section({
  every: z.enum(["none", "hourly", "daily"]).default("none"),
  hour: count(0, 23, 8),
  quietHours: z
    .strictObject({
      from: z.int().min(0).max(23),
      to: z.int().min(0).max(23),
    })
    .nullable()
    .default(null),
  audience: z.enum(["recipients", "duty"]).default("recipients"),
  dutyAddress: mailbox("postmaster@town.example.lg.jp")
    .nullable()
    .default(null),
});

const tenant = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9-]{0,62}$/,
      "must be 1 to 63 of a-z, 0-9 and hyphen, not beginning with a hyphen",
    ),
  name: z.string().min(1).max(200),
  domains: z.array(hostName).min(1).max(1000),
  digests,
});

type Tenant = z.output<typeof tenant>;

const exampleTenant = (): Tenant => ({
  id: "default",
  name: "Example Town",
  domains: ["town.example.lg.jp"],
  digests: digests.parse(null),
});

export const tenantsSchema = z
  .array(tenant)
  .min(1)
  .max(10_000)
  .nullish()
  .transform((tenants) => tenants ?? [exampleTenant()]);

export function checkTenants(tenants: readonly Tenant[], complain: Complain) {
  const ids = new Map<string, number>();
  const domains = new Map<string, string>();
  for (const [at, { id, domains: own }] of tenants.entries()) {
    if (id === SELF_TEST_TENANT)
      complain(["tenants", at, "id"], "is kept for the gateway's self-test");
    if (own.includes(SELF_TEST_DOMAIN))
      complain(["tenants", at, "domains"], "must not be that of the self-test");
    if (ids.has(id))
      complain(
        ["tenants", at, "id"],
        `must be unique; tenant ${ids.get(id)!} has it too`,
      );
    else ids.set(id, at);
    for (const [place, domain] of own.entries()) {
      const owner = domains.get(domain);
      if (owner === undefined) domains.set(domain, id);
      else
        complain(
          ["tenants", at, "domains", place],
          `must belong to one tenant; ${owner} has ${domain} already`,
        );
    }
  }
}

/** What tells of one town's mail stays in that town. */
export function checkDigests(tenants: readonly Tenant[], complain: Complain) {
  for (const [at, { id, domains, digests }] of tenants.entries()) {
    const { every, hour, quietHours, audience, dutyAddress } = digests;
    const place = ["tenants", at, "digests", "dutyAddress"];
    const duty = dutyAddress === null ? null : parseMailbox(dutyAddress);
    if (duty !== null && !domains.includes(duty.domain))
      complain(place, `must be at a domain of tenant ${id}`);
    if (every === "daily" && isQuiet(hour, quietHours))
      complain(
        ["tenants", at, "digests", "hour"],
        "must lie outside of quietHours",
      );
    if (every !== "none" && audience === "duty" && duty === null)
      complain(
        place,
        "must be set while audience is duty: nobody else gets one",
      );
  }
}
