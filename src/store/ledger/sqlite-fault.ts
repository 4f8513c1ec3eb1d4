import { Fault, toFault } from "../../core/fault.ts";
import type { FaultCode } from "../../core/fault.ts";
import { diskFault, errnoOf } from "../disk-fault.ts";

/** Primary result codes of SQLite (sqlite.org/rescode.html); what is not here is our mistake. */
const CODES: Readonly<Record<number, FaultCode>> = {
  5: "STORE_FAILED", // busy
  6: "STORE_FAILED", // locked
  7: "STORE_FAILED", // no memory
  8: "STORE_FAILED", // read-only
  10: "STORE_FAILED", // i/o
  11: "STORE_DAMAGED", // corrupt
  13: "STORE_FULL", // full
  14: "STORE_FAILED", // cannot open
  26: "STORE_DAMAGED", // not a database
};

const BUSY = 5;
/** `ENOSPC` and the like, not Node's own `ERR_…`. */
const IS_ERRNO = /^E[A-Z0-9]+$/;

export function sqliteFault(error: unknown, place = "ledger"): Fault {
  if (error instanceof Fault) return error;
  const extended = errcodeOf(error);
  if (extended !== null) {
    const code = CODES[extended & 0xff] ?? "UNEXPECTED";
    return new Fault(code, { place, sqlite: extended }, error);
  }
  return IS_ERRNO.test(errnoOf(error) ?? "")
    ? diskFault(place, error)
    : toFault(error);
}

export function isBusy(error: unknown): boolean {
  const code = errcodeOf(error);
  return code !== null && (code & 0xff) === BUSY;
}

function errcodeOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null) return null;
  return "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : null;
}
