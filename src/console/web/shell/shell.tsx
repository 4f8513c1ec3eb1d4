import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import icon from "../icon.svg";
import { useLanguage, useWords } from "../language/language.tsx";
import { Badge } from "../parts/badge.tsx";
import { usePerson, useSession } from "../session/session.tsx";
import { CrossingBar } from "../crossing/bar.tsx";
import { ENTRIES } from "./navigation.ts";
import type { Entry } from "./navigation.ts";
import { useRequestCounts } from "./request-counts.ts";
import { PersonMenu } from "./person-menu.tsx";
import { WORDS } from "./words.ts";

/** What stands around every page. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const words = useWords(WORDS);
  const { session } = useSession();
  const main = useRef<HTMLElement>(null);
  const [address] = useLocation();
  useEffect(() => {
    // A new page is a new beginning for who reads by ear or goes by keyboard.
    if (document.activeElement === document.body) main.current?.focus();
    window.scrollTo(0, 0);
  }, [address]);
  // On a wall nobody reaches for a menu.
  if (address === "/wall")
    return (
      <main className="main-wall" id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
    );
  return (
    <>
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <header className="header">
        <div className="header-row">
          <a className="brand" href="/">
            <img src={icon} alt="" />
            <span>
              関所 Sekisho <small>{words.console}</small>
            </span>
          </a>
          <div className="header-tools">
            {session ? <TenantSwitch /> : null}
            <LanguageSwitch />
            {session ? <PersonMenu /> : null}
          </div>
        </div>
        {session ? <Navigation address={address} /> : null}
      </header>
      {session ? <CrossingBar /> : null}
      <main className="main" id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
    </>
  );
}

function Navigation({ address }: { readonly address: string }) {
  const words = useWords(WORDS);
  const { session, may } = usePerson();
  const [query] = useSearchParams();
  const tenant = query.get("tenant");
  const kept = tenant === null ? "" : `?tenant=${encodeURIComponent(tenant)}`;
  const waiting = useRequestCounts(tenant)?.asked ?? 0;
  const shown = ENTRIES.filter(
    ({ right, address: to }) =>
      may(right) && (to !== "/mailbox" || session.mailbox),
  );
  return (
    <nav className="nav" aria-label={words.main}>
      <ul>
        {shown.map((entry) => (
          <li key={entry.address}>
            <NavigationLink
              entry={entry}
              kept={kept}
              isHere={
                address === entry.address ||
                address.startsWith(`${entry.address}/`)
              }
            >
              {words[entry.words]}
              {entry.words === "requests" ? <Waiting count={waiting} /> : null}
            </NavigationLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function NavigationLink({
  entry: { address, isServers },
  kept,
  isHere,
  children,
}: {
  readonly entry: Entry;
  readonly kept: string;
  readonly isHere: boolean;
  readonly children: ReactNode;
}) {
  const here = isHere ? { "aria-current": "page" as const } : {};
  return isServers === true ? (
    <a href={address}>{children}</a>
  ) : (
    <Link to={address + kept} {...here}>
      {children}
    </Link>
  );
}

const MOST_WAITING = 99;

function Waiting({ count }: { readonly count: number }) {
  const words = useWords(WORDS);
  if (count === 0) return null;
  const shown = count > MOST_WAITING ? `${MOST_WAITING}+` : String(count);
  return (
    <>
      {" "}
      <span aria-hidden="true">
        <Badge tone="wait">{shown}</Badge>
      </span>
      <span className="only-read">{words.waiting(count)}</span>
    </>
  );
}

/** Only for who sees several. The choice stands in the address, so that it can be sent and kept. */
function TenantSwitch() {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const [query, setQuery] = useSearchParams();
  if (session.tenants.length < 2) return null;
  return (
    <label className="tool-select">
      {words.tenant}
      <select
        value={query.get("tenant") ?? ""}
        onChange={({ target }) =>
          setQuery((before) => {
            const after = new URLSearchParams(before);
            after.delete("after");
            if (target.value === "") after.delete("tenant");
            else after.set("tenant", target.value);
            return after;
          })
        }
      >
        <option value="">{words.everyTenant}</option>
        {session.tenants.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function LanguageSwitch() {
  const words = useWords(WORDS);
  const { language, choose } = useLanguage();
  return (
    <button
      type="button"
      className="tool-button"
      lang={words.otherIn}
      onClick={() => choose(language === "ja" ? "en" : "ja")}
    >
      {words.other}
    </button>
  );
}
