/*
NAME       try passwords: a pit that tries what may be the password of a closed document
ZONE       airlock, and the pit
SECURITY   the words are in memory of this process and go to the pit; no record, log or fault ever holds one
LIMITS     tries of one item; each is a pit of its own
*/
import { toFault } from "../core/fault.ts";
import type { Pit } from "../core/pit.ts";
import type { Workspace } from "../core/stores.ts";

/** All parts of one item together. */
const MAX_TRIES = 60;

/** First without a password, then with each; what opened one thing is tried first on the next. Faults: those of the pit. */
export function withPasswords(
  pit: Pit,
  candidates: readonly string[],
  workspace: Workspace,
): Pit {
  let left = MAX_TRIES;
  let inOrder = candidates;
  const opening = async <T>(
    open: (password?: string) => Promise<T>,
  ): Promise<T> => {
    let closed: unknown;
    try {
      return await open();
    } catch (error) {
      if (!isClosed(error)) throw error;
      closed = error;
    }
    for (const candidate of inOrder) {
      if (left <= 0) break;
      left -= 1;
      try {
        const opened = await open(candidate);
        inOrder = [candidate, ...inOrder.filter((one) => one !== candidate)];
        return opened;
      } catch (error) {
        if (!isClosed(error)) throw error;
      }
    }
    throw closed;
  };
  return {
    open: (kind, document, _none, wishes) =>
      opening((password) => pit.open(kind, document, password, wishes)),
    unpack: (container) =>
      opening(async (password) => {
        // Whether it opens shows only at the end.
        const holder = workspace.hold();
        for await (const piece of await pit.unpack(container, password))
          await holder.add(piece);
        return (await holder.finish()).open();
      }),
    convert: (document, how) =>
      opening((password) =>
        pit.convert(document, {
          ...how,
          ...(password === undefined ? {} : { password }),
        }),
      ),
    ...(pit.read === undefined ? {} : { read: pit.read }),
    proveWalls: () => pit.proveWalls(),
  };
}

function isClosed(error: unknown): boolean {
  return toFault(error).code === "DOCUMENT_ENCRYPTED";
}
