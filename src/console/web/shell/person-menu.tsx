import { useEffect, useRef } from "react";
import { Link } from "wouter";
import { useWords } from "../language/language.tsx";
import { usePerson, useSession } from "../session/session.tsx";
import { WORDS } from "./words.ts";

/** Who is signed in, and what concerns only them. */
export function PersonMenu() {
  const words = useWords(WORDS);
  const { session } = usePerson();
  const { signOut } = useSession();
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => menu.current?.removeAttribute("open");
  useEffect(() => {
    const onPress = ({ target }: Event) => {
      if (target instanceof Node && !menu.current?.contains(target))
        menu.current?.removeAttribute("open");
    };
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, []);
  return (
    <details
      className="menu"
      ref={menu}
      onKeyDown={({ key }) => {
        if (key !== "Escape" || menu.current?.open !== true) return;
        close();
        menu.current.querySelector("summary")?.focus();
      }}
    >
      <summary aria-label={`${words.person} ${session.displayName}`}>
        {session.displayName}
      </summary>
      <div className="menu-list">
        <p className="soft">
          {[...new Set(session.grants.map(({ roleWords }) => roleWords))].join(
            "、",
          )}
        </p>
        <Link to="/account" onClick={close}>
          {words.own}
        </Link>
        <button type="button" onClick={() => void signOut()}>
          {words.signOut}
        </button>
      </div>
    </details>
  );
}
