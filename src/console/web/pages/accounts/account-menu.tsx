import type { AccountTold } from "../../api/told.ts";
import { useWords } from "../../language/language.tsx";
import { Menu } from "../../parts/menu.tsx";
import { WORDS } from "./words.ts";

export type AccountAct =
  "roles" | "substitutes" | "reset" | "disable" | "enable" | "end";

/** What can be done with one account now. */
export function AccountMenu({
  account: { displayName, state, grants },
  onAct,
}: {
  readonly account: AccountTold;
  readonly onAct: (act: AccountAct) => void;
}) {
  const words = useWords(WORDS);
  return (
    <Menu
      label={words.acts}
      describe={words.change(displayName)}
      entries={[
        { words: words.toRoles, run: () => onAct("roles") },
        ...(grants.some(({ role }) => role === "manager")
          ? [{ words: words.toSubstitutes, run: () => onAct("substitutes") }]
          : []),
        { words: words.toReset, run: () => onAct("reset") },
        ...(state === "active"
          ? [{ words: words.toEnd, run: () => onAct("end") }]
          : []),
        state === "disabled"
          ? { words: words.toEnable, run: () => onAct("enable") }
          : { words: words.toDisable, run: () => onAct("disable") },
      ]}
    />
  );
}
