import { Link } from "wouter";
import { useWords } from "../language/language.tsx";
import { Opening } from "../parts/menu.tsx";
import { usePerson, useSession } from "../session/session.tsx";
import { WORDS } from "./words.ts";

/** Who is signed in, and what concerns only them. */
export function PersonMenu() {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const { signOut } = useSession();
  const roles = new Set(session.grants.map(({ roleWords }) => roleWords));
  return (
    <Opening
      label={session.displayName}
      describe={`${session.displayName} ${words.person}`}
    >
      {(close) => (
        <>
          <p className="soft">{[...roles].join("、")}</p>
          <Link to="/account" onClick={close}>
            {words.own}
          </Link>
          <button type="button" onClick={() => void signOut()}>
            {words.signOut}
          </button>
        </>
      )}
    </Opening>
  );
}
