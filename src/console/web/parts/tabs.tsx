import { useId, useRef, useState } from "react";
import type { KeyboardEvent, ReactNode } from "react";

export interface Tab {
  readonly id: string;
  readonly name: string;
  readonly panel: ReactNode;
}

/** Tabs as the ARIA Authoring Practices have them: arrow keys go from tab to tab, Tab goes into the panel. */
export function Tabs({
  label,
  tabs,
  chosen: given,
  onChoose,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** Where the page's address says which: given from there, and told when another is chosen. */
  readonly chosen?: string;
  readonly onChoose?: (id: string) => void;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [kept, keep] = useState(tabs[0]?.id ?? "");
  const chosen = given ?? kept;
  const choose = onChoose ?? keep;
  const at = Math.max(
    0,
    tabs.findIndex((tab) => tab.id === chosen),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[
      event.key
    ];
    const next = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (next === undefined) return;
    event.preventDefault();
    choose(next.id);
    list.current
      ?.querySelector<HTMLElement>(`#${CSS.escape(`${id}-${next.id}`)}`)
      ?.focus();
  };
  return (
    <div className="tabs">
      <div
        className="tab-list"
        role="tablist"
        aria-label={label}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {tabs.map((tab, index) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            aria-selected={index === at}
            aria-controls={`${id}-${tab.id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => choose(tab.id)}
          >
            {tab.name}
          </button>
        ))}
      </div>
      {tabs.map((tab, index) => (
        <div
          key={tab.id}
          role="tabpanel"
          id={`${id}-${tab.id}-panel`}
          aria-labelledby={`${id}-${tab.id}`}
          tabIndex={0}
          hidden={index !== at}
        >
          {index === at ? tab.panel : null}
        </div>
      ))}
    </div>
  );
}
