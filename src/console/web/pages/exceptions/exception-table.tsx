import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { usePerson } from "../../session/session.tsx";
import type { ExceptionTold } from "./told.ts";
import { WORDS } from "./words.ts";
import { PersonName, usePersonName } from "../../session/people.tsx";

export function ExceptionTable({
  exceptions,
  onRevoke,
}: {
  readonly exceptions: readonly ExceptionTold[];
  readonly onRevoke: (exception: ExceptionTold) => void;
}) {
  const words = useWords(WORDS);
  const { session, may, tenantName } = usePerson();
  const mayRevoke = ({ tenant, inForce }: ExceptionTold) =>
    inForce &&
    (tenant === null
      ? session.rights["exceptions.manage"] === "*"
      : may("exceptions.manage", tenant));
  return (
    <Table
      caption={words.list}
      rows={exceptions}
      keyOf={({ id }) => id}
      columns={[
        {
          ...{ name: words.sender, isHead: true },
          cell: ({ sender, recipient }) => (
            <div className="stack-tight">
              <Untrusted text={sender} max={80} />
              {recipient === null ? null : (
                <span className="soft">
                  {words.recipientOnly}：<Untrusted text={recipient} max={80} />
                </span>
              )}
            </div>
          ),
        },
        {
          ...{ name: words.kind, tight: true },
          cell: ({ kind }) => (
            <Badge tone={kind === "block" ? "bad" : "blue"}>
              {words.kinds[kind]}
            </Badge>
          ),
        },
        ...(session.tenants.length < 2
          ? []
          : [
              {
                ...{ name: words.tenant, tight: true },
                cell: ({ tenant }: ExceptionTold) =>
                  tenant === null ? words.everyTenant : tenantName(tenant),
              },
            ]),
        {
          name: words.why,
          cell: ({ why, who, at }) => (
            <div className="stack-tight">
              <Untrusted text={why} max={200} />
              <span className="soft">
                <PersonName name={who} /> <Time at={at} />
              </span>
            </div>
          ),
        },
        {
          ...{ name: words.used, tight: true },
          cell: ({ uses, usedAt }) => (
            <div className="stack-tight">
              <span>{uses === 0 ? words.unused : words.uses(uses)}</span>
              {usedAt === null ? null : (
                <span className="soft">
                  <Time at={usedAt} />
                </span>
              )}
            </div>
          ),
        },
        {
          name: words.until,
          cell: (one) => <UntilCell exception={one} />,
        },
        {
          ...{ name: words.acts, tight: true },
          cell: (one) =>
            mayRevoke(one) ? (
              <Button
                size="small"
                look="outline"
                aria-label={words.revokeOf(one.sender)}
                onClick={() => onRevoke(one)}
              >
                {words.revoke}
              </Button>
            ) : (
              "—"
            ),
        },
      ]}
    />
  );
}

function UntilCell({
  exception: { until, inForce, revokedAt, revokedBy, revokedWhy },
}: {
  readonly exception: ExceptionTold;
}) {
  const words = useWords(WORDS);
  const nameOf = usePersonName();
  return (
    <div className="stack-tight">
      <span>
        <Badge tone={inForce ? "good" : "plain"}>
          {inForce
            ? words.inForce
            : revokedAt === null
              ? words.over
              : words.revoked}
        </Badge>
      </span>
      <span>
        <Time at={revokedAt ?? until} />
      </span>
      {revokedBy === null ? null : (
        <span className="soft">{words.revokedBy(nameOf(revokedBy))}</span>
      )}
      {revokedWhy === null ? null : (
        <span className="soft">
          <Untrusted text={revokedWhy} max={200} />
        </span>
      )}
    </div>
  );
}
