import { useEffect, useRef } from "react";
import type { ReactNode } from "react";

export interface MenuEntry {
  readonly words: string;
  readonly run: () => void;
}

/** A button that shows further buttons until one is pressed, Escape, or a press elsewhere. */
export function Menu({
  label,
  describe,
  entries,
}: {
  readonly label: string;
  /** What is read out instead of the label. */
  readonly describe: string;
  readonly entries: readonly MenuEntry[];
}) {
  return (
    <Opening label={label} describe={describe} look="menu menu-outline">
      {(close) =>
        entries.map(({ words, run }) => (
          <button
            key={words}
            type="button"
            onClick={() => {
              close();
              run();
            }}
          >
            {words}
          </button>
        ))
      }
    </Opening>
  );
}

/** The frame of a menu. */
export function Opening({
  label,
  describe,
  look = "menu",
  children,
}: {
  readonly label: string;
  readonly describe: string;
  readonly look?: string;
  readonly children: (close: () => void) => ReactNode;
}) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current === null) return;
    menu.current.open = false;
    menu.current.querySelector("summary")?.focus();
  };
  useEffect(() => {
    const onPress = ({ target }: Event) => {
      if (target instanceof Node && menu.current?.contains(target) === false)
        menu.current.open = false;
    };
    document.addEventListener("pointerdown", onPress);
    return () => document.removeEventListener("pointerdown", onPress);
  }, []);
  return (
    <details
      className={look}
      ref={menu}
      onKeyDown={({ key }) => {
        if (key === "Escape" && menu.current?.open === true) close();
      }}
    >
      <summary aria-label={describe}>{label}</summary>
      <div className="menu-list">{children(close)}</div>
    </details>
  );
}
