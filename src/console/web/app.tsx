import { Route, Switch, useLocation } from "wouter";
import { AccountsPage } from "./pages/accounts/accounts.tsx";
import { AuditPage } from "./pages/audit/audit.tsx";
import { EmergencyPage } from "./pages/emergency/emergency.tsx";
import { ExceptionsPage } from "./pages/exceptions/exceptions.tsx";
import { MailPage } from "./pages/mail/mail.tsx";
import { NotFoundPage } from "./pages/not-found/not-found.tsx";
import { OwnAccountPage } from "./pages/own-account/own-account.tsx";
import { QuarantinePage } from "./pages/quarantine/quarantine.tsx";
import { ReportPage } from "./pages/report/report.tsx";
import { RequestsPage } from "./pages/requests/requests.tsx";
import { SetUpPage } from "./pages/set-up/set-up.tsx";
import { ProviderReturnPage } from "./pages/sign-in/provider-return.tsx";
import { SignInPage } from "./pages/sign-in/sign-in.tsx";
import { ViewPage } from "./pages/view/view.tsx";
import { StatusPage } from "./pages/status/status.tsx";
import { WallDoor } from "./pages/wall/wall-door.tsx";
import { WallPage } from "./pages/wall/wall.tsx";
import { ProblemBanner } from "./parts/banner.tsx";
import { Reading } from "./parts/page.tsx";
import { Confirmation } from "./session/confirm.tsx";
import { People } from "./session/people.tsx";
import { useSession } from "./session/session.tsx";
import { Shell } from "./shell/shell.tsx";

/**
 * A page for each address; `WEB_PAGES` in `../web-files.ts` has the same list. Whoever is not signed in gets the sign-in in the
 * page's place, at the same address.
 */
export function App() {
  return (
    <People>
      <Shell>
        <Switch>
          <Route path="/set-up" component={SetUpPage} />
          <Route path="/sign-in/oidc" component={ProviderReturnPage} />
          <Route>
            <ForPerson />
          </Route>
        </Switch>
      </Shell>
    </People>
  );
}

function ForPerson() {
  const { session, problem } = useSession();
  const [address] = useLocation();
  if (problem !== null) return <ProblemBanner problem={problem} />;
  if (session === undefined) return <Reading />;
  if (session === null)
    return address === "/wall" ? <WallDoor /> : <SignInPage />;
  return (
    <>
      <Confirmation />
      <Switch>
        <Route path="/sign-in" component={SignInPage} />
        <Route path="/" component={StatusPage} />
        <Route path="/emergency" component={EmergencyPage} />
        <Route path="/wall" component={WallPage} />
        <Route path="/quarantine" component={QuarantinePage} />
        <Route path="/quarantine/:item">
          {({ item }) => <MailPage key={item} item={item} />}
        </Route>
        <Route path="/quarantine/:item/view">
          {({ item }) => <ViewPage key={item} item={item} />}
        </Route>
        <Route path="/requests" component={RequestsPage} />
        <Route path="/exceptions" component={ExceptionsPage} />
        <Route path="/audit" component={AuditPage} />
        <Route path="/reports" component={ReportPage} />
        <Route path="/accounts" component={AccountsPage} />
        <Route path="/account" component={OwnAccountPage} />
        <Route component={NotFoundPage} />
      </Switch>
    </>
  );
}
