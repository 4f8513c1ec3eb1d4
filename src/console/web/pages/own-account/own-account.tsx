import { useWords } from "../../language/language.tsx";
import { Banner } from "../../parts/banner.tsx";
import { Page, Section } from "../../parts/page.tsx";
import { Facts } from "../../parts/table.tsx";
import { usePerson } from "../../session/session.tsx";
import { RoleList } from "../accounts/role-list.tsx";
import { OwnSubstitutes } from "../substitutes/own-substitutes.tsx";
import { OtherSessions } from "./other-sessions.tsx";
import { Passkeys } from "./passkeys.tsx";
import { PasswordForm } from "./password-form.tsx";
import { RecoveryForm } from "./recovery-form.tsx";
import { WORDS } from "./words.ts";

const FEW_CODES = 3;

/** What everybody may do with their own account. */
export function OwnAccountPage() {
  const words = useWords(WORDS);
  const { session } = usePerson();
  return (
    <Page title={words.title} narrow>
      {session.recoveryLeft <= FEW_CODES ? (
        <Banner kind="warning" title={words.few} />
      ) : null}
      <Section title={words.you}>
        <Facts
          facts={[
            [words.name, <code key="name">{session.name}</code>],
            [words.displayName, session.displayName],
            [words.roles, <RoleList key="roles" grants={session.grants} />],
            [words.idle, words.minutes(session.idleMinutes)],
            [words.left, words.codes(session.recoveryLeft)],
          ]}
        />
      </Section>
      <OwnSubstitutes />
      <Passkeys />
      <PasswordForm />
      <RecoveryForm />
      <OtherSessions />
    </Page>
  );
}
