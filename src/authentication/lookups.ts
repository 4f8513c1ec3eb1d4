import { promises as dns } from "node:dns";
import { KIB } from "../core/units.ts";

/** An answer with more is not used: no record of these methods needs it. */
const MAX_ANSWER_BYTES = 16 * KIB;
const MAX_RECORDS = 100;
/** A datagram gets lost now and then. */
const TRIES = 2;

const TYPES = ["A", "AAAA", "CNAME", "MX", "PTR", "TXT"] as const;
/** The only answers that say that something is not there; any other error says nothing. */
const NOT_THERE = new Set(["ENOTFOUND", "ENODATA", "EBADNAME"]);

export interface LookupRules {
  /** Address with port, as `dns.Resolver` takes it: no other server is asked. */
  readonly server: string;
  /** From the making of this object on, for all its questions together. */
  readonly deadlineMs: number;
  readonly maxLookups: number;
}

/** Questions to one DNS server with one deadline and one count; what is late or too much fails as if the server were silent. */
export class Lookups {
  readonly #resolver: dns.Resolver;
  readonly #timer: NodeJS.Timeout;
  #left: number;
  #isOver = false;
  #answers = 0;
  /** Names that were asked about and of which nobody knows, in lower case. */
  readonly unanswered = new Set<string>();

  constructor({ server, deadlineMs, maxLookups }: LookupRules) {
    // The second try may take twice as long as the first.
    const timeout = Math.ceil(deadlineMs / (TRIES + 1));
    this.#resolver = new dns.Resolver({ timeout, tries: TRIES });
    this.#resolver.setServers([server]);
    this.#left = maxLookups;
    // Behind what has arrived meanwhile: a process that was busy makes no answer late.
    this.#timer = setTimeout(() => setImmediate(() => this.end()), deadlineMs);
  }

  /** As mailauth asks. Rejects with an error that has a code of `node:dns`. */
  readonly resolve = async (
    untrustedName: string,
    type: string,
  ): Promise<string[][]> => {
    const known = TYPES.find((one) => one === type);
    if (known === undefined) throw failure("ENODATA");
    try {
      if (this.#isOver || this.#left <= 0) throw failure("ETIMEOUT");
      this.#left -= 1;
      const answer = await this.#resolver.resolve(untrustedName, known);
      this.#answers += 1;
      return bounded(answer);
    } catch (error) {
      const code = codeOf(error);
      if (NOT_THERE.has(code)) {
        this.#answers += 1;
        throw failure(code);
      }
      this.unanswered.add(untrustedName.toLowerCase());
      throw failure("ETIMEOUT");
    }
  };

  /** Something was asked, and nothing was answered. */
  get isUnheard(): boolean {
    return this.unanswered.size > 0 && this.#answers === 0;
  }

  /** Whatever is still asked fails now. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#resolver.cancel();
  }
}

function bounded(answer: unknown): string[][] {
  const records = answer as string[][];
  if (records.length > MAX_RECORDS || bytesOf(records) > MAX_ANSWER_BYTES)
    throw failure("EBADRESP");
  return records;
}

/** Texts come in pieces; what else comes is a name or an address. */
function bytesOf(records: readonly unknown[]): number {
  let bytes = 0;
  for (const record of records)
    for (const piece of Array.isArray(record) ? record : [record])
      bytes += typeof piece === "string" ? piece.length : 0;
  return bytes;
}

function failure(code: string): Error & { readonly code: string } {
  return Object.assign(new Error(code), { code });
}

/** As `node:dns` names what went wrong. */
export function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error
    ? String(error.code)
    : "";
}
