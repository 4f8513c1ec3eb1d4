import { useState } from "react";
import type { AccountsTold, AccountTold, LinkTold } from "../../api/told.ts";
import { useAsk } from "../../api/use-ask.ts";
import { useWords } from "../../language/language.tsx";
import { Badge } from "../../parts/badge.tsx";
import type { Tone } from "../../parts/badge.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Button } from "../../parts/button.tsx";
import { Time } from "../../parts/measures.tsx";
import { Answered, Page } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { usePerson } from "../../session/session.tsx";
import { WallLinks } from "../wall/wall-links.tsx";
import { SubstitutesDialog } from "../substitutes/substitutes-dialog.tsx";
import { ActDialog } from "./act-dialog.tsx";
import { AccountMenu } from "./account-menu.tsx";
import type { AccountAct } from "./account-menu.tsx";
import { GrantsDialog } from "./grants-dialog.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import { RoleList } from "./role-list.tsx";
import { WORDS } from "./words.ts";

const TONES: Readonly<Record<AccountTold["state"], Tone>> = {
  ...{ invited: "wait", active: "good", disabled: "plain" },
};

type Asking =
  | { readonly act: "invite" }
  | { readonly act: "link"; readonly made: LinkTold }
  | { readonly act: AccountAct; readonly account: AccountTold };

/** Who may sign in, and as what. */
export function AccountsPage() {
  const words = useWords(WORDS);
  const { may } = usePerson();
  const asked = useAsk<AccountsTold>("/api/v1/accounts");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const ask = (wanted: Asking) => {
    setDone(null);
    setAsking(wanted);
  };
  const close = () => setAsking(null);
  const finish = (account: AccountTold) => {
    close();
    setDone(words.done(account.displayName));
    asked.again();
  };
  const showLink = (made: LinkTold) => {
    setAsking({ act: "link", made });
    asked.again();
  };
  return (
    <Page
      title={words.title}
      aside={
        may("accounts.manage") ? (
          <Button onClick={() => ask({ act: "invite" })}>{words.invite}</Button>
        ) : undefined
      }
    >
      <p>{words.lead}</p>
      {done === null ? null : <Banner kind="success" title={done} />}
      <Answered asked={asked}>
        {({ accounts, tenants }) => (
          <>
            <AccountTable
              accounts={accounts}
              onAct={(act, account) => ask({ act, account })}
            />
            {asking?.act === "invite" ? (
              <InviteDialog
                tenants={tenants}
                onDone={showLink}
                onCancel={close}
              />
            ) : null}
            {asking?.act === "roles" ? (
              <GrantsDialog
                {...{ tenants, account: asking.account }}
                onDone={() => finish(asking.account)}
                onCancel={close}
              />
            ) : null}
            {asking?.act === "substitutes" ? (
              <SubstitutesDialog
                {...{ accounts, account: asking.account }}
                onDone={() => finish(asking.account)}
                onCancel={close}
              />
            ) : null}
          </>
        )}
      </Answered>
      <WallLinks />
      {asking?.act === "link" ? (
        <LinkDialog made={asking.made} onClose={close} />
      ) : null}
      {asking !== null &&
      asking.act !== "invite" &&
      asking.act !== "link" &&
      asking.act !== "roles" &&
      asking.act !== "substitutes" ? (
        <ActDialog
          {...{ act: asking.act, account: asking.account }}
          onLink={showLink}
          onDone={() => finish(asking.account)}
          onCancel={close}
        />
      ) : null}
    </Page>
  );
}

function AccountTable({
  accounts,
  onAct,
}: {
  readonly accounts: readonly AccountTold[];
  readonly onAct: (act: AccountAct, account: AccountTold) => void;
}) {
  const words = useWords(WORDS);
  const { session, may } = usePerson();
  const mayManage = (account: AccountTold) =>
    account.name !== session.name &&
    (account.grants.length === 0
      ? may("accounts.manage", "*")
      : account.grants.every(({ tenant }) => may("accounts.manage", tenant)));
  return (
    <Table
      caption={words.list}
      rows={accounts}
      keyOf={({ name }) => name}
      columns={[
        {
          name: words.person,
          isHead: true,
          cell: ({ name, displayName }) => (
            <div className="stack-tight">
              <span>
                {displayName}
                {name === session.name ? `（${words.you}）` : ""}
              </span>
              <code className="soft">{name}</code>
            </div>
          ),
        },
        {
          name: words.roles,
          cell: ({ grants }) => <RoleList grants={grants} />,
        },
        {
          name: words.state,
          tight: true,
          cell: ({ state }) => (
            <Badge tone={TONES[state]}>{words.states[state]}</Badge>
          ),
        },
        {
          name: words.signedIn,
          tight: true,
          cell: ({ signedInAt }) =>
            signedInAt === null ? (
              <span className="soft">{words.never}</span>
            ) : (
              <Time at={signedInAt} />
            ),
        },
        {
          name: words.acts,
          cell: (account) =>
            mayManage(account) ? (
              <AccountMenu
                account={account}
                onAct={(act) => onAct(act, account)}
              />
            ) : (
              "—"
            ),
        },
      ]}
    />
  );
}
