import type { GrantTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { usePerson } from "../../session/session.tsx";
import { ROLE_WORDS, WORDS } from "./words.ts";

export function RoleList({
  grants,
}: {
  readonly grants: readonly GrantTold[];
}) {
  const words = useWords(WORDS);
  const roles = useWords(ROLE_WORDS);
  const { tenantName } = usePerson();
  if (grants.length === 0) return <span className="soft">{words.none}</span>;
  return (
    <ul className="fact-list">
      {grants.map(({ role, tenant }) => (
        <li key={`${role} ${tenant}`}>
          {roles[role]}{" "}
          <span className="soft">
            {tenant === "*" ? words.everyTenant : tenantName(tenant)}
          </span>
        </li>
      ))}
    </ul>
  );
}
