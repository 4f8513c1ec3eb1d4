import { useState } from "react";
import { ask } from "../../api/ask.ts";
import { useAct, useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import { Banner, ProblemBanner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog, DialogButtons } from "../../parts/dialog.tsx";
import { Time } from "../../parts/measures.tsx";
import { Answered, Section } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { Untrusted } from "../../parts/untrusted.tsx";
import { WORDS as PART_WORDS } from "../../parts/words.ts";
import { PersonName } from "../../session/people.tsx";
import { usePerson } from "../../session/session.tsx";
import { WORDS } from "./link-words.ts";
import { MakeWallLink } from "./make-wall-link.tsx";

interface WallLinkTold {
  readonly id: string;
  readonly name: string;
  readonly tenant: string;
  readonly madeBy: string;
  readonly expiresAt: number;
  readonly inForce: boolean;
  readonly revokedAt: number | null;
}

/** Screens that need no sign-in: which there are, and an end to each. */
export function WallLinks() {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const asked = useAsk<{ readonly links: readonly WallLinkTold[] }>(
    "/api/v1/wall-links",
  );
  const [asking, setAsking] = useState<"make" | WallLinkTold | null>(null);
  const [isDone, setDone] = useState(false);
  const close = () => {
    setAsking(null);
    asked.again();
  };
  return (
    <Section title={words.title}>
      <p>{words.lead}</p>
      {isDone ? <Banner kind="success" title={words.revokedDone} /> : null}
      {may("accounts.manage") ? (
        <div className="row">
          <Button look="outline" onClick={() => setAsking("make")}>
            {words.add}
          </Button>
        </div>
      ) : null}
      <Answered asked={asked}>
        {({ links }) =>
          links.length === 0 ? (
            <p className="soft">{words.nothing}</p>
          ) : (
            <LinkTable links={links} onRevoke={setAsking} />
          )
        }
      </Answered>
      {asking === "make" ? <MakeWallLink onClose={close} /> : null}
      {asking === null || asking === "make" ? null : (
        <Revoke
          link={asking}
          onDone={() => {
            close();
            setDone(true);
          }}
          onCancel={close}
        />
      )}
    </Section>
  );
}

function LinkTable({
  links,
  onRevoke,
}: {
  readonly links: readonly WallLinkTold[];
  readonly onRevoke: (link: WallLinkTold) => void;
}) {
  const words = useWords(WORDS);
  const { may, tenantName } = usePerson();
  return (
    <Table
      caption={words.list}
      rows={links}
      keyOf={({ id }) => id}
      columns={[
        {
          ...{ name: words.name, isHead: true },
          cell: ({ name }) => <Untrusted text={name} max={60} />,
        },
        {
          name: words.tenant,
          cell: ({ tenant }) =>
            tenant === "*" ? words.everyTenant : tenantName(tenant),
        },
        {
          name: words.made,
          cell: ({ madeBy }) => <PersonName name={madeBy} />,
        },
        {
          name: words.until,
          cell: ({ expiresAt, revokedAt }) => (
            <Time at={revokedAt ?? expiresAt} />
          ),
        },
        {
          ...{ name: words.state, tight: true },
          cell: ({ inForce, revokedAt }) => (
            <Badge tone={inForce ? "good" : "plain"}>
              {inForce
                ? words.inForce
                : revokedAt === null
                  ? words.over
                  : words.revoked}
            </Badge>
          ),
        },
        {
          ...{ name: words.acts, tight: true },
          cell: (link) =>
            link.inForce && may("accounts.manage", link.tenant) ? (
              <Button
                size="small"
                look="outline"
                aria-label={words.revokeOf(link.name)}
                onClick={() => onRevoke(link)}
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

function Revoke({
  link: { id, name },
  onDone,
  onCancel,
}: {
  readonly link: WallLinkTold;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}) {
  const words = useWords(WORDS);
  const parts = useWords(PART_WORDS);
  const { isRunning, problem, run } = useAct();
  const revoke = () =>
    run(async () => {
      await ask("POST", `/api/v1/wall-links/${id}/revoke`, {});
      onDone();
    });
  return (
    <Dialog title={words.revokeTitle} busy={isRunning} onClose={onCancel}>
      <ProblemBanner problem={problem} />
      <p>{words.revokeTold(name)}</p>
      <DialogButtons>
        <Button busy={isRunning} onClick={() => void revoke()}>
          {words.revoke}
        </Button>
        <Button look="outline" disabled={isRunning} onClick={onCancel}>
          {parts.cancel}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
