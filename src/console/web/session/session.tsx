import { createContext, use, useCallback, useEffect, useState } from "react";
import type { ReactNode } from "react";
import type { Right } from "../../../policy/rights.ts";
import { ask, keepToken, onEnded, Problem } from "../api/ask.ts";
import type { SessionTold } from "../api/told.ts";

export interface SessionOf {
  /** Undefined: not known yet. Null: nobody is signed in. */
  readonly session: SessionTold | null | undefined;
  /** Why it could not be asked for. */
  readonly problem: Problem | null;
  readonly began: (session: SessionTold) => void;
  readonly again: () => Promise<void>;
  readonly signOut: () => Promise<void>;
}

const Current = createContext<SessionOf | null>(null);

export function Sessions({ children }: { readonly children: ReactNode }) {
  const [session, setSession] = useState<SessionTold | null>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const began = useCallback((one: SessionTold) => {
    keepToken(one.token);
    setSession(one);
  }, []);
  const again = useCallback(async () => {
    setProblem(null);
    try {
      began(await ask<SessionTold>("GET", "/api/v1/session"));
    } catch (error) {
      if (error instanceof Problem && error.code === "SIGN_IN")
        setSession(null);
      else if (error instanceof Problem) setProblem(error);
      else throw error;
    }
  }, [began]);
  useEffect(() => {
    onEnded(() => setSession(null));
    void again();
  }, [again]);
  const signOut = useCallback(async () => {
    await ask("DELETE", "/api/v1/session", {});
    keepToken("");
    setSession(null);
  }, []);
  return (
    <Current value={{ session, problem, began, again, signOut }}>
      {children}
    </Current>
  );
}

export function useSession(): SessionOf {
  const current = use(Current);
  if (current === null) throw new Error("outside of Sessions");
  return current;
}

/** What this gateway calls its inner side, where a wall shows it and nobody is signed in. */
export const WallZone = createContext("");

export function useZoneName(): string {
  const { session } = useSession();
  const onWall = use(WallZone);
  return session?.zoneName ?? onWall;
}

type Place = readonly [value: string, name: string];

/** Who is signed in; on pages that are shown to nobody else. */
export function usePerson() {
  const { session } = useSession();
  if (session === null || session === undefined)
    throw new Error("nobody is signed in");
  return {
    session,
    /** In some tenant, or in this one. */
    may: (right: Right, tenant?: string) => has(session, right, tenant),
    /** Where one may, to choose from: everywhere, for whom it is, and then each tenant. */
    placesFor: (right: Right, everywhere: Place): readonly Place[] => [
      ...(session.rights[right] === "*" ? [everywhere] : []),
      ...session.tenants
        .filter(({ id }) => has(session, right, id))
        .map(({ id, name }) => [id, name] as const),
    ],
    tenantName: (id: string) =>
      session.tenants.find((tenant) => tenant.id === id)?.name ?? id,
  };
}

function has(session: SessionTold, right: Right, tenant?: string): boolean {
  const where = session.rights[right];
  if (where === undefined) return false;
  return where === "*" || tenant === undefined || where.includes(tenant);
}
