import { createContext, use } from "react";
import type { ReactNode } from "react";
import type { CrossingTold } from "../api/told-operations.ts";
import { usePolled } from "../api/use-ask.ts";
import { useSession } from "../session/session.tsx";

interface CrossingNow {
  /** Null until it is known, and for who may not know. */
  readonly crossing: CrossingTold | null;
  readonly again: () => void;
}

const Now = createContext<CrossingNow>({
  crossing: null,
  again: () => undefined,
});

const EVERY_MS = 5_000;

/** Whether the crossing is stopped: asked once for all pages, because each of them says so. */
export function Crossings({
  onWall = false,
  children,
}: {
  /** On a screen that has a link and no session. */
  readonly onWall?: boolean;
  readonly children: ReactNode;
}) {
  const { session } = useSession();
  const isAllowed = onWall || session?.rights["status.view"] !== undefined;
  const { answer, again } = usePolled<CrossingTold>(
    isAllowed ? "/api/v1/crossing" : null,
    EVERY_MS,
  );
  return <Now value={{ crossing: answer, again }}>{children}</Now>;
}

export function useCrossing(): CrossingNow {
  return use(Now);
}
