import type { HeldActs } from "../../core/acts.ts";
import type { Asker } from "./ask.ts";

export function acting(asker: Asker): HeldActs {
  return {
    pin: (item, by) => asker.ask("pin", item, by),
    unpin: (item, by) => asker.ask("unpin", item, by),
    pinOf: (item) => asker.ask("pinOf", item),
    exceptions: (ask) => asker.ask("exceptions", ask),
    exceptionsRevision: () => asker.ask("exceptionsRevision"),
    addException: (wanted, by) => asker.ask("addException", wanted, by),
    useException: (id, use) => asker.ask("useException", id, use),
    revokeException: (id, by) => asker.ask("revokeException", id, by),
    askRescan: (item, ask, guard) =>
      asker.ask("askRescan", item, ask, guard ?? null),
    rescanOf: (item) => asker.ask("rescanOf", item),
    beginRescan: (item) => asker.ask("beginRescan", item),
    rescansDue: (now, quietMs, limit) =>
      asker.ask("rescansDue", { now, quietMs, limit }),
    settleRescan: (item, found) => asker.ask("settleRescan", item, found),
    failRescan: (item, fault) => asker.ask("failRescan", item, fault),
    askOriginal: (item, ask, by) => asker.ask("askOriginal", item, ask, by),
    originals: (item) => asker.ask("originals", item),
    decideOriginal: (id, decision, by) =>
      asker.ask("decideOriginal", id, decision, by),
    fetchOriginal: (id, by) => asker.ask("fetchOriginal", id, by),
  };
}
