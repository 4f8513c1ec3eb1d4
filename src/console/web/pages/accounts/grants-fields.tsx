import type { Grant, Role } from "../../../../core/account.ts";
import { ROLES } from "../../../../core/account.ts";
import type { TenantTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { Button } from "../../parts/button.tsx";
import { Select } from "../../parts/field.tsx";
import { usePerson } from "../../session/session.tsx";
import { ROLE_WORDS, WORDS } from "./words.ts";

/** A row for each role in a body; every body at once only for who manages every one. */
export function GrantsFields({
  grants,
  tenants,
  onChange,
}: {
  readonly grants: readonly Grant[];
  readonly tenants: readonly TenantTold[];
  readonly onChange: (grants: readonly Grant[]) => void;
}) {
  const words = useWords(WORDS);
  const roles = useWords(ROLE_WORDS);
  const { session } = usePerson();
  const isEverywhere = session.rights["accounts.manage"] === "*";
  const places: (readonly [string, string])[] = [
    ...(isEverywhere ? [["*", words.everyTenant] as const] : []),
    ...tenants.map(({ id, name }) => [id, name] as const),
  ];
  const change = (at: number, over: Partial<Grant>) =>
    onChange(
      grants.map((one, index) => (index === at ? { ...one, ...over } : one)),
    );
  return (
    <fieldset className="fieldset">
      <legend className="legend">{words.grants}</legend>
      {grants.map(({ role, tenant }, at) => (
        <div className="grant" key={at}>
          <Select
            label={words.role}
            value={role}
            onChange={({ target }) =>
              change(at, { role: target.value as Role })
            }
            options={ROLES.map((one) => [one, roles[one]] as const)}
          />
          <Select
            label={words.tenant}
            value={tenant}
            onChange={({ target }) => change(at, { tenant: target.value })}
            options={places}
          />
          {grants.length < 2 ? null : (
            <Button
              look="text"
              size="small"
              onClick={() =>
                onChange(grants.filter((_, index) => index !== at))
              }
            >
              {words.removeGrant}
            </Button>
          )}
        </div>
      ))}
      <div>
        <Button
          look="outline"
          size="small"
          onClick={() => onChange([...grants, firstGrant(tenants)])}
        >
          {words.addGrant}
        </Button>
      </div>
    </fieldset>
  );
}

export function firstGrant(tenants: readonly TenantTold[]): Grant {
  return { role: "manager", tenant: tenants[0]?.id ?? "*" };
}
