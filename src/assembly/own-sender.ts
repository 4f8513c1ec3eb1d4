import type { OwnSender } from "../stage/own-mail.ts";

interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly domains: readonly string[];
  readonly digests: { readonly dutyAddress: string | null };
}

/** Who stands as the author of a tenant's own mails: those on duty, else the postmaster, whom every domain has (RFC 5321 §4.5.1). */
export function ownSenderFor(
  tenants: readonly Tenant[],
): (tenant: string) => OwnSender {
  return (id) => {
    const tenant = tenants.find((one) => one.id === id) ?? tenants[0];
    const domain = tenant?.domains[0] ?? "sekisho.invalid";
    return {
      tenantName: tenant?.name ?? "",
      address: tenant?.digests.dutyAddress ?? `postmaster@${domain}`,
    };
  };
}
