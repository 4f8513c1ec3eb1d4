import { createContext, use, useMemo } from "react";
import type { ReactNode } from "react";
import { useAsk } from "../api/use-ask.ts";
import { useSession } from "./session.tsx";

interface PeopleTold {
  readonly people: readonly {
    readonly name: string;
    readonly displayName: string;
  }[];
}

const Known = createContext<ReadonlyMap<string, string>>(new Map());

/** Who is who among those that this person may know, asked once. */
export function People({ children }: { readonly children: ReactNode }) {
  const { session } = useSession();
  const isSomebody = session !== null && session !== undefined;
  const { answer } = useAsk<PeopleTold>(isSomebody ? "/api/v1/people" : null);
  const known = useMemo(
    () =>
      new Map(
        answer?.people.map(({ name, displayName }) => [name, displayName]),
      ),
    [answer],
  );
  return <Known value={known}>{children}</Known>;
}

/** 「佐藤 花子（sato）」; of whom nobody knows more, the name as it stands. */
export function usePersonName(): (name: string) => string {
  const known = use(Known);
  return (name) => {
    const displayName = known.get(name);
    return displayName === undefined ? name : `${displayName}（${name}）`;
  };
}

export function PersonName({ name }: { readonly name: string }) {
  return <bdi>{usePersonName()(name)}</bdi>;
}
