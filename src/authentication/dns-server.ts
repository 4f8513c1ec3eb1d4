import { promises as dns } from "node:dns";
import { SECOND } from "../core/units.ts";
import { codeOf, Lookups } from "./lookups.ts";

const PROOF_MS = SECOND;
/** So long a server that was found silent is not asked. */
const REST_MS = 10 * SECOND;

/** The one DNS server of all mails: while it is silent, not every mail waits for it. */
export class DnsServer {
  readonly #address: string;
  #silentUntil = 0;
  #proof: Promise<void> | null = null;

  /** `address`: as `dns.Resolver` takes it, with or without a port. */
  constructor(address: string) {
    this.#address = address;
  }

  lookups(rules: {
    readonly deadlineMs: number;
    readonly maxLookups: number;
  }): Lookups {
    const isSilent = performance.now() < this.#silentUntil;
    const maxLookups = isSilent ? 0 : rules.maxLookups;
    return new Lookups({ ...rules, maxLookups, server: this.#address });
  }

  /** After questions of which none was answered: is it this server, or only the sender's? */
  doubt(): Promise<void> {
    if (performance.now() < this.#silentUntil) return Promise.resolve();
    this.#proof ??= this.#prove().finally(() => (this.#proof = null));
    return this.#proof;
  }

  async #prove(): Promise<void> {
    if (!(await answersAt(this.#address)))
      this.#silentUntil = performance.now() + REST_MS;
  }
}

const SILENT = new Set(["ETIMEOUT", "ECONNREFUSED"]);

/** Whether there is an answer, whatever it says: about the root, which is nobody's to make slow. */
export async function answersAt(address: string): Promise<boolean> {
  const resolver = new dns.Resolver({ timeout: PROOF_MS, tries: 1 });
  resolver.setServers([address]);
  try {
    await resolver.resolveNs(".");
    return true;
  } catch (error) {
    return !SILENT.has(codeOf(error));
  }
}
